using TorchSharp;
using TTame.Core.Attention;
using TTame.Core.Backbones;
using TTame.Core.Weights;
using static TorchSharp.torch;

namespace TTame.Cli.Golden;

/// <summary>The models of a set, made by its formula. The one used last stays loaded, since neighbouring checks use the same.</summary>
internal static class SyntheticModel
{
    private static readonly Lock Gate = new();
    private static (string Key, IClassifier Classifier)? loaded;

    /// <summary>A backbone.</summary>
    /// <param name="set">Gives the salt.</param>
    /// <param name="backbone">For example <c>vgg16</c>.</param>
    /// <param name="features">Its taps; null: the family's default.</param>
    /// <param name="classToken">For a vision transformer.</param>
    /// <param name="dtype">float32, or float64 for training vectors.</param>
    /// <param name="batchStatistics">Whether batch norm normalises by the batch, as in the official code's training; then nothing is shared and the caller disposes it.</param>
    /// <returns>Shared and not to be disposed; good until another backbone is asked for.</returns>
    public static IClassifier Classifier(GoldenSet set, string backbone, string? features = null, ClassTokenUse classToken = ClassTokenUse.Exclude,
        ScalarType dtype = ScalarType.Float32, bool batchStatistics = false)
    {
        NetworkOptions options = new(CPU) { Dtype = dtype, BatchStatistics = batchStatistics, FoldBatchNorm = !batchStatistics };
        if (batchStatistics) return Build(set.Salt, backbone, features, classToken, options);
        lock (Gate)
        {
            string key = $"{set.Salt}/{backbone}/{dtype}";
            if (loaded?.Key != key)
            {
                loaded?.Classifier.Dispose();
                loaded = null;
                loaded = (key, Build(set.Salt, backbone, null, classToken, options));
            }
            return Architectures.WithTaps(loaded!.Value.Classifier, features, classToken);
        }
    }

    /// <summary>An attention mechanism over a backbone's taps.</summary>
    /// <param name="salt">Of the set.</param>
    /// <param name="tag">For example <c>vgg16.attn.maxpool.TAME</c>; its fourth part is the variant.</param>
    /// <param name="classifier">The backbone with the taps that belong to the tag.</param>
    /// <param name="dtype">float32, or float64 for training vectors.</param>
    /// <returns>Disposed by the caller.</returns>
    public static AttentionMechanism Attention(string salt, string tag, IClassifier classifier, ScalarType dtype = ScalarType.Float32)
    {
        AttentionVariant variant = AttentionVariant.Named(tag.Split('.')[3]);
        using StateDict weights = SyntheticWeights.Make(salt, tag, AttentionMechanism.Layout(variant, classifier.Taps, classifier.Classes));
        return AttentionMechanism.Load(weights, variant, classifier.Taps, classifier.Classes, CPU, dtype);
    }

    private static IClassifier Build(string salt, string backbone, string? features, ClassTokenUse classToken, NetworkOptions options)
    {
        ModelCard card = TorchvisionCards.Of(backbone);
        using StateDict weights = SyntheticWeights.Make(salt, backbone, Architectures.Layout(card.Architecture!, card.Classes.Count));
        return Architectures.Build(card, weights, options, features, classToken);
    }
}
