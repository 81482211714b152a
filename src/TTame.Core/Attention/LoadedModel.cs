using TTame.Core.Backbones;
using TTame.Core.Weights;

namespace TTame.Core.Attention;

/// <summary>A model ready for work: its classifier and, where it has one, its attention mechanism, frozen.</summary>
/// <param name="card">What it is.</param>
/// <param name="classifier">Owned from now on.</param>
/// <param name="attention">Owned from now on; null where none is trained yet.</param>
/// <param name="jointSha256">64 hexadecimal digits.</param>
public sealed class LoadedModel(ModelCard card, IClassifier classifier, AttentionMechanism? attention, string jointSha256) : IDisposable
{
    private const int ShortDigits = 8;

    /// <summary>What it is. Its hashes are those of the files as they were loaded, stated or not.</summary>
    public ModelCard Card { get; } = card;

    /// <summary>The backbone.</summary>
    public IClassifier Classifier { get; } = classifier;

    /// <summary>The attention mechanism; null where none is trained yet.</summary>
    public AttentionMechanism? Attention { get; } = attention;

    /// <summary>SHA-256 over the hashes of backbone and attention: 64 hexadecimal digits.</summary>
    /// <remarks><see cref="Sha256.Joint"/> of the backbone's file and, where there is one, the attention's.</remarks>
    public string JointSha256 { get; } = jointSha256;

    /// <summary>The first eight digits of <see cref="JointSha256"/>, for names.</summary>
    public string Hash8 => JointSha256[..ShortDigits];

    /// <summary>What a person should know, in sentences.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <inheritdoc/>
    public void Dispose()
    {
        Attention?.Dispose();
        Classifier.Dispose();
    }
}
