using TTame.Core.Backbones;
using TTame.Core.Primitives;

namespace TTame.Core.Attention;

/// <summary>Names and shapes of an attention mechanism's tensors, as the official code names them.</summary>
/// <param name="Variant">Its parts.</param>
/// <param name="Channels">K of each tap.</param>
/// <param name="Classes">C.</param>
internal sealed record AttentionLayout(AttentionVariant Variant, IReadOnlyList<int> Channels, int Classes)
{
    /// <summary>Layout over a backbone's taps.</summary>
    /// <param name="variant">Its parts.</param>
    /// <param name="taps">At least one; L-CAM takes exactly one.</param>
    /// <param name="classes">C.</param>
    public static AttentionLayout Of(AttentionVariant variant, IReadOnlyList<FeatureTap> taps, int classes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classes);
        if (taps.Count == 0 || !variant.HasBranches && taps.Count != 1)
            throw new ArgumentException($"Version {variant.Name} takes {(variant.HasBranches ? "at least one tap" : "one tap")}, not {taps.Count}.", nameof(taps));
        return new(variant, [.. taps.Select(tap => tap.Channels)], classes);
    }

    /// <summary>Prefix of the last convolution.</summary>
    public string Fuser => Variant.HasBranches ? "fuser" : "op";

    /// <summary>What training changes, in the official module's order.</summary>
    public IEnumerable<(string Name, long[] Shape)> Parameters
    {
        get
        {
            for (int i = 0; i < Branches; i++)
            {
                yield return ($"convs.{i}.weight", [Width(i), Channels[i], 1, 1]);
                yield return ($"convs.{i}.bias", [Width(i)]);
            }
            for (int i = 0; i < Norms; i++)
            {
                yield return ($"bns.{i}.weight", [Width(i)]);
                yield return ($"bns.{i}.bias", [Width(i)]);
            }
            yield return ($"{Fuser}.weight", [Classes, Enumerable.Range(0, Channels.Count).Sum(Width), 1, 1]);
            yield return ($"{Fuser}.bias", [Classes]);
        }
    }

    /// <summary>What training's batch norm gathers, without the counters.</summary>
    public IEnumerable<(string Name, long[] Shape)> Statistics
    {
        get
        {
            for (int i = 0; i < Norms; i++)
            {
                yield return ($"bns.{i}.running_mean", [Width(i)]);
                yield return ($"bns.{i}.running_var", [Width(i)]);
            }
        }
    }

    /// <summary>The counters of seen batches, int64 without an axis.</summary>
    public IEnumerable<string> Counters => Enumerable.Range(0, Norms).Select(i => $"bns.{i}.{WeightTable.Counter}");

    /// <summary>Number of feature branches.</summary>
    public int Branches => Variant.HasBranches ? Channels.Count : 0;

    private int Norms => Variant.HasBatchNorm ? Branches : 0;

    private int Width(int tap) => Variant.HasClassWidth ? Classes : Channels[tap];

    /// <summary>The taps as a text to record beside weights and to compare later.</summary>
    /// <param name="taps">Of the backbone.</param>
    public static string Signature(IEnumerable<FeatureTap> taps) => string.Join(",", taps.Select(tap => $"{tap.Name}:{tap.Channels}"));

    /// <summary>Refuses weights that record other taps, another variant or another number of classes.</summary>
    /// <param name="file">What errors call them.</param>
    /// <param name="metadata">Beside the weights; what is not recorded is not checked.</param>
    /// <param name="taps">Of the backbone.</param>
    public void Check(string file, IReadOnlyDictionary<string, string> metadata, IReadOnlyList<FeatureTap> taps)
    {
        Compare(VariantKey, Variant.Name);
        Compare(TapsKey, Signature(taps));
        Compare(ClassesKey, $"{Classes}");

        void Compare(string key, string expected)
        {
            if (metadata.TryGetValue(key, out string? recorded) && recorded != expected)
                throw new WeightsException(file, null, $"an attention mechanism with {key} {expected}", recorded);
        }
    }

    /// <summary>Keys of the metadata.</summary>
    public const string VariantKey = "version", TapsKey = "taps", ClassesKey = "classes";
}
