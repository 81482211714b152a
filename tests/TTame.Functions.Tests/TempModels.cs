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

    /// <summary>The model's name.</summary>
    public const string Name = "efficientnet-lite0";

    /// <summary>Makes the folder.</summary>
    public TempModels()
    {
        string from = System.IO.Path.Combine(Ground.Repository, "models", Name);
        string to = Directory.CreateDirectory(System.IO.Path.Combine(Path, Name)).FullName;
        var card = ModelCard.Parse(File.ReadAllBytes(System.IO.Path.Combine(from, ModelCard.FileName)), Name);
        File.CreateSymbolicLink(System.IO.Path.Combine(to, card.File), System.IO.Path.Combine(from, card.File));

        AddAttention(Path, card, Seed);
    }

    /// <summary>The folder.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("ttame-models-").FullName;

    /// <inheritdoc />
    public void Dispose() => Directory.Delete(Path, recursive: true);

    /// <summary>Writes an attention mechanism that nobody trained, and the card that names it, into the folder of a model whose weights are there.</summary>
    /// <param name="models">The models folder.</param>
    /// <param name="card">The model's card.</param>
    /// <param name="seed">The same seed gives the same bytes.</param>
    public static void AddAttention(string models, ModelCard card, ulong seed)
    {
        string folder = System.IO.Path.Combine(models, card.Name);
        // Without its attention the card loads the plain backbone, whose taps the mechanism is made for.
        Write(card with { Attention = null });
        using (var plain = new ModelLibrary(models, new()).Load(card.Name, CPU))
        using (var attention = AttentionMechanism.Create(AttentionVariant.Full, plain.Classifier.Taps, plain.Classifier.Classes, seed, CPU))
        using (var weights = attention.ToStateDict())
            Safetensors.Write(System.IO.Path.Combine(folder, ModelCard.AttentionFile), weights, weights.Metadata);
        Write(card with { Attention = new(ModelCard.AttentionFile, Sha256.Of(File.ReadAllBytes(System.IO.Path.Combine(folder, ModelCard.AttentionFile))), null) });

        void Write(ModelCard written) => File.WriteAllText(System.IO.Path.Combine(folder, ModelCard.FileName), written.ToJson());
    }
}
