using System.Text.Json;
using TTame.Core.Backbones;
using TTame.Core.Primitives;
using TTame.Core.Weights;
using static TorchSharp.torch;

namespace TTame.Core.Training.ClosedForm;

/// <summary>The evidence of a stretch of the training list: what a pass writes down to go on from, and what a shard hands back.</summary>
public sealed class PartialEvidence : IDisposable
{
    private const string StateKey = "ttame.evidence", PooledPrefix = "pooled.", MaskedPrefix = "masked.";

    private readonly List<UnreadableImage> unreadable;

    private PartialEvidence(EvidenceState state, Evidence sums)
        => (First, Next, unreadable, Sums) = (state.First, state.Next, [.. state.Unreadable], sums);

    /// <summary>The sums.</summary>
    public Evidence Sums { get; }

    /// <summary>Place of the stretch's first photograph.</summary>
    public int First { get; }

    /// <summary>Place of the first photograph that is not in it yet.</summary>
    public int Next { get; private set; }

    /// <summary>Photographs of the stretch that could not be read, with the reason.</summary>
    public IReadOnlyList<UnreadableImage> Unreadable => unreadable;

    /// <summary>A stretch of no photograph yet.</summary>
    /// <param name="classifier">Whose taps and classes the sums are of.</param>
    /// <param name="first">Place of its first photograph.</param>
    public static PartialEvidence Empty(IClassifier classifier, int first) => new(new("", first, first, []), Evidence.Empty(classifier));

    /// <summary>Adds the stretch that follows; exact.</summary>
    /// <param name="following">Not changed.</param>
    /// <exception cref="ArgumentException">It does not begin where this one ends.</exception>
    public void Add(PartialEvidence following)
    {
        if (following.First != Next) throw new ArgumentException($"The evidence up to photograph {Next} is followed by that from {Next} on, not from {following.First} on.", nameof(following));
        Sums.Add(following.Sums);
        Advance(following.Next, following.Unreadable);
    }

    /// <summary>Notes that the photographs up to a place have been looked at.</summary>
    /// <param name="next">Exclusive.</param>
    /// <param name="refused">Those that could not be read.</param>
    internal void Advance(int next, IEnumerable<UnreadableImage> refused)
    {
        unreadable.AddRange(refused);
        Next = next;
    }

    /// <summary>Writes the stretch: the same evidence is always the same bytes.</summary>
    /// <param name="stream">Left open.</param>
    /// <param name="source">What the sums are of: <see cref="ClosedFormPass.Source"/>.</param>
    public void Write(Stream stream, string source)
    {
        SortedDictionary<string, Tensor> tensors = new(StringComparer.Ordinal);
        foreach ((string name, Tensor value) in Sums.Pooled.Tensors) tensors[PooledPrefix + name] = value;
        foreach ((string name, Tensor value) in Sums.Masked.Tensors) tensors[MaskedPrefix + name] = value;
        string json = JsonSerializer.Serialize(new EvidenceState(source, First, Next, unreadable), TrainingJson.Default.EvidenceState);
        Safetensors.Write(stream, tensors, new Dictionary<string, string> { [StateKey] = json });
    }

    /// <summary>Reads a stretch.</summary>
    /// <param name="stream">Read to its end.</param>
    /// <param name="name">What errors call it.</param>
    /// <param name="source">What the sums have to be of.</param>
    /// <exception cref="WeightsException">It is no evidence, or a broken file.</exception>
    /// <exception cref="ArgumentException">The sums are of another recipe, list or classifier.</exception>
    public static PartialEvidence Read(Stream stream, string name, string source)
    {
        using StateDict file = Safetensors.Read(stream, name);
        if (!file.Metadata.TryGetValue(StateKey, out string? json)) throw new WeightsException(name, StateKey, "sums of a closed-form start", "a file without that entry");
        EvidenceState state = JsonSerializer.Deserialize(json, TrainingJson.Default.EvidenceState)!;
        if (state.Source != source) throw new ArgumentException($"'{name}' holds sums of another recipe, list or classifier. Remove it, or name another file.", nameof(source));
        return new(state, new(EvidenceSums.Of(Under(PooledPrefix), name), EvidenceSums.Of(Under(MaskedPrefix), name)));

        Dictionary<string, Tensor> Under(string prefix)
            => file.Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(pair => pair.Key[prefix.Length..], pair => pair.Value);
    }

    /// <inheritdoc/>
    public void Dispose() => Sums.Dispose();
}

/// <summary>What of a stretch's evidence is no tensor.</summary>
/// <param name="Source">What the sums are of.</param>
/// <param name="First">Place of the first photograph.</param>
/// <param name="Next">Place of the first photograph that is not in it.</param>
/// <param name="Unreadable">Photographs that could not be read.</param>
internal sealed record EvidenceState(string Source, int First, int Next, IReadOnlyList<UnreadableImage> Unreadable);
