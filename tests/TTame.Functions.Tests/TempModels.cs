using TTame.Core.Attention;
using TTame.Core.Backbones;
using TTame.Core.Weights;
using TTame.Testing;
using static TorchSharp.torch;

namespace TTame.Functions.Tests;

/// <summary>A models folder for tests: the embedded backbone with an attention mechanism that nobody trained, the same in every run.</summary>
public sealed class TempModels : IDisposable
{
    private const ulong Seed = 20260101;
    private const string AttentionFile = "attention.safetensors";

    /// <summary>The model's name.</summary>
    public const string Name = "efficientnet-lite0";

    /// <summary>Makes the folder.</summary>
    public TempModels()
    {
        string from = System.IO.Path.Combine(Ground.Repository, "models", Name);
        string to = Directory.CreateDirectory(System.IO.Path.Combine(Path, Name)).FullName;
        var card = ModelCard.Parse(File.ReadAllBytes(System.IO.Path.Combine(from, ModelCard.FileName)), Name);
        File.CreateSymbolicLink(System.IO.Path.Combine(to, card.File), System.IO.Path.Combine(from, card.File));

        // Without its attention the card loads the plain backbone, whose taps the mechanism is made for.
        Write(card with { Attention = null });
        using (var plain = new ModelLibrary(Path, new()).Load(Name, CPU))
        using (var attention = AttentionMechanism.Create(AttentionVariant.Full, plain.Classifier.Taps, plain.Classifier.Classes, Seed, CPU))
        using (var weights = attention.ToStateDict())
            Safetensors.Write(System.IO.Path.Combine(to, AttentionFile), weights, weights.Metadata);
        Write(card with { Attention = new(AttentionFile, Sha256.Of(File.ReadAllBytes(System.IO.Path.Combine(to, AttentionFile))), null) });

        void Write(ModelCard written) => File.WriteAllText(System.IO.Path.Combine(to, ModelCard.FileName), written.ToJson());
    }

    /// <summary>The folder.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("ttame-models-").FullName;

    /// <inheritdoc />
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
