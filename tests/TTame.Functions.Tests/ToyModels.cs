using TorchSharp;
using TTame.Core.Attention;
using TTame.Core.Backbones;
using TTame.Core.Imaging;
using TTame.Core.Weights;
using static TorchSharp.torch;

namespace TTame.Functions.Tests;

/// <summary>A models folder for tests: a network of three convolutions for 32×32 pictures with weights from a formula, and an attention mechanism that nobody trained. A step of it takes milliseconds.</summary>
public sealed class ToyModels : IDisposable
{
    /// <summary>The model's name.</summary>
    public const string Name = "toy";

    /// <summary>Number of its classes.</summary>
    public const int Classes = 10;

    private const ulong Seed = 7;
    private const int Side = 32;

    /// <summary>Makes the folder.</summary>
    public ToyModels()
    {
        string folder = Directory.CreateDirectory(System.IO.Path.Combine(Path, Name)).FullName;
        string weightsFile = System.IO.Path.Combine(folder, ModelCard.WeightsFile);
        var architecture = new ArchitectureCard("toy_cnn");
        using (NewDisposeScope()) Safetensors.Write(weightsFile, Architectures.Layout(architecture, Classes).ToDictionary(t => t.Key, t => Waves(t.Key, t.Shape)));
        var card = new ModelCard
        {
            Name = Name, Kind = ModelKind.Cnn, Format = ModelCard.SafetensorsFormat, File = ModelCard.WeightsFile, Sha256 = Sha256.Of(File.ReadAllBytes(weightsFile)), Architecture = architecture,
            Input = new(Side, Side, [0.5f, 0.5f, 0.5f], [0.25f, 0.25f, 0.25f]), Classes = [.. Enumerable.Range(0, Classes).Select(i => $"class {i}")], Targets = ["relu3"],
        };
        TempModels.AddAttention(Path, card, Seed);
    }

    /// <summary>The folder.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("ttame-toys-").FullName;

    /// <inheritdoc />
    public void Dispose() => Directory.Delete(Path, recursive: true);

    /// <summary>A PNG of its size, of coloured squares that differ from number to number.</summary>
    public static byte[] Picture(int number)
    {
        var pixels = new byte[3 * Side * Side];
        for (int i = 0; i < pixels.Length; i++)
        {
            int x = i / 3 % Side / 4, y = i / 3 / Side / 4;
            pixels[i] = (byte)(37 * (x + 1) * (number + 3) + 101 * (y + 2) * (number % 7 + 1) + 60 * (i % 3));
        }
        using var file = new MemoryStream();
        ImageWriter.WritePng(new RgbImage(Side, Side, pixels), file);
        return file.ToArray();
    }

    private static Tensor Waves(string key, long[] shape)
    {
        float bound = shape.Length > 1 ? 2 * MathF.Sqrt(3f / shape.Skip(1).Aggregate(1L, (a, b) => a * b)) : 0.1f;
        var values = new float[shape.Aggregate(1L, (a, b) => a * b)];
        for (int i = 0; i < values.Length; i++) values[i] = bound * MathF.Sin(12.9898f * (i % 4093) + key.Length + 3 * i / 4093);
        return tensor(values, shape);
    }
}
