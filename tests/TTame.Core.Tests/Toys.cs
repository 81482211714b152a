using TorchSharp;
using TTame.Core.Backbones;
using TTame.Core.Imaging;
using TTame.Core.Primitives;
using TTame.Core.Tests.Imaging;
using TTame.Core.Weights;
using static TorchSharp.torch;

namespace TTame.Core.Tests;

/// <summary>Small classifiers and small picture folders, made from seeds.</summary>
internal static class Toys
{
    /// <summary>A convolutional network of three stages for 32×32 pictures, 10 classes.</summary>
    public static IClassifier Cnn(ScalarType dtype = ScalarType.Float32)
    {
        Dictionary<string, long[]> shapes = new()
        {
            ["conv1.weight"] = [16, 3, 3, 3], ["conv1.bias"] = [16],
            ["conv2.weight"] = [24, 16, 3, 3], ["conv2.bias"] = [24],
            ["conv3.weight"] = [32, 24, 3, 3], ["conv3.bias"] = [32],
            ["fc.weight"] = [10, 32], ["fc.bias"] = [10],
        };
        ModelCard card = new()
        {
            Name = "toy", Kind = ModelKind.Cnn, Format = ModelCard.SafetensorsFormat, File = "toy.safetensors", Sha256 = new string('a', 64),
            Architecture = new("toy_cnn"), Input = new(32, 32, [0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f]),
            Classes = [.. Enumerable.Range(0, 10).Select(i => $"class {i}")], Targets = ["relu3"],
        };
        using StateDict weights = new("toy", shapes.ToDictionary(pair => pair.Key, pair => Fan(pair.Key, pair.Value)));
        return Architectures.Build(card, weights, new(CPU) { Dtype = dtype });
    }

    /// <summary>A folder of PNGs of 40×36, smooth and coloured, with names <c>p00.png</c> and on.</summary>
    public static string Pictures(string folder, int count)
    {
        for (int i = 0; i < count; i++) File.WriteAllBytes(Path.Combine(folder, $"p{i:00}.png"), Tests.Imaging.Pictures.Png(Blobs(40, 36, i)));
        return folder;
    }

    /// <summary>A picture of a few coloured discs.</summary>
    public static RgbImage Blobs(int width, int height, int seed)
    {
        SplitMix64 random = new((ulong)seed);
        var pixels = new byte[3 * width * height];
        for (int disc = 0; disc < 6; disc++)
        {
            int cx = (int)random.Below((uint)width), cy = (int)random.Below((uint)height), radius = 3 + (int)random.Below(14);
            byte[] colour = [(byte)random.Below(256), (byte)random.Below(256), (byte)random.Below(256)];
            for (int y = 0; y < height; y++)
                for (int x = 0; x < width; x++)
                    if ((x - cx) * (x - cx) + (y - cy) * (y - cy) <= radius * radius) colour.CopyTo(pixels, 3 * (y * width + x));
        }
        return new(width, height, pixels);
    }

    private static Tensor Fan(string name, long[] shape)
    {
        SplitMix64 random = new(RandomStream.Fnv1a64("toys/" + name));
        double bound = shape.Length > 1 ? 2 * Math.Sqrt(3.0 / shape.Skip(1).Aggregate(1L, (a, b) => a * b)) : 0.1;
        var values = new float[shape.Aggregate(1L, (a, b) => a * b)];
        for (int i = 0; i < values.Length; i++) values[i] = random.Sym() * (float)bound;
        return tensor(values, shape).DetachFromDisposeScope();
    }
}
