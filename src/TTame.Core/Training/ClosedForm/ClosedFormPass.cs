using System.Globalization;
using TorchSharp;
using TTame.Core.Attention;
using TTame.Core.Imaging;
using TTame.Core.Primitives;
using TTame.Core.Weights;
using static TorchSharp.torch;

namespace TTame.Core.Training.ClosedForm;

/// <summary>One pass over the photographs that ends in a checkpoint: sample, sum, solve. The sums can be made in any number of parts, anywhere.</summary>
/// <param name="inputs">Classifier and training list.</param>
/// <param name="recipe">With a closed-form start.</param>
/// <param name="variant">Form of the attention mechanism.</param>
public sealed class ClosedFormPass(TrainingInputs inputs, Recipe recipe, AttentionVariant variant)
{
    /// <summary>Photographs whose rows are added together. A part of the list begins at a multiple of it.</summary>
    public const int BlockSize = 8;

    private const int BlocksBetweenSaves = 25;
    private const string NextKey = "ttame.next", OfKey = "ttame.of";

    private readonly Recipe recipe = recipe.For(inputs.Classifier.Card.Kind);

    /// <summary>Where the sums of an unfinished pass are kept, to go on with; null keeps none.</summary>
    public string? SumsPath { get; init; }

    private bool WithMasks => recipe.Initialisation != Initialisation.Pooled;

    /// <summary>The whole pass.</summary>
    /// <param name="progress">Told after each block, as epoch 0.</param>
    /// <param name="cancellation">Looked at before each photograph.</param>
    /// <returns>The checkpoint of a training that has not begun; with 0 epochs it is finished.</returns>
    /// <exception cref="ArgumentException">The list is empty or holds no readable photograph, the recipe has a number outside its range, or the variant has no such start.</exception>
    public Checkpoint Begin(IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        recipe.Validate();
        ClosedFormStart.Require(variant);
        using TapSample sample = Sample(cancellation);
        (Evidence evidence, int next) = Resume();
        using (evidence)
        {
            List<UnreadableImage> unreadable = [];
            int count = inputs.Images.Entries.Count, step = BlocksBetweenSaves * BlockSize;
            RateMeter rate = new(inputs.Clock);
            for (int first = next; first < count; first += step)
            {
                int last = Math.Min(first + step, count);
                using Evidence part = Sum(sample, first, last, unreadable, done => progress?.Report(Report(rate, done, count, unreadable.Count)), cancellation);
                evidence.Add(part);
                if (SumsPath is { } path) Save(path, evidence, last);
            }
            return Solve(sample, evidence, unreadable);
        }
    }

    /// <summary>The taps of the photographs that β and the rows' scale are measured on.</summary>
    /// <param name="cancellation">Looked at before each photograph.</param>
    /// <returns>Disposed by the caller.</returns>
    public TapSample Sample(CancellationToken cancellation = default)
    {
        if (inputs.Images.Entries.Count == 0) throw new ArgumentException("The training list is empty.", nameof(inputs));
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        List<Tensor[]> taps = [];
        foreach ((_, RgbImage? window, _) in Windows(TapSample.Indices(inputs.Images.Entries.Count), cancellation))
        {
            if (window is null) continue;
            using var pass = inputs.Classifier.Forward(Preprocessing.ToPixels([window], inputs.Classifier.Device));
            taps.Add([.. pass.Features.Values.Select(tap => tap.detach().to(ScalarType.Float32).cpu().contiguous().clone())]);
        }
        if (taps.Count == 0) throw new ArgumentException("The training list has no readable photograph among those looked at.", nameof(inputs));
        return new([.. Enumerable.Range(0, taps[0].Length).Select(t => cat([.. taps.Select(of => of[t])], 0).DetachFromDisposeScope())]);
    }

    /// <summary>The sums over a part of the list: the unit of work that may be done anywhere, and twice.</summary>
    /// <param name="sample">The same for every part.</param>
    /// <param name="first">First photograph, a multiple of <see cref="BlockSize"/>.</param>
    /// <param name="last">Exclusive; a multiple of <see cref="BlockSize"/>, or the list's end.</param>
    /// <param name="unreadable">Gets the photographs that could not be read.</param>
    /// <param name="done">Told after each block how many photographs of the list are done.</param>
    /// <param name="cancellation">Looked at before each photograph.</param>
    /// <returns>Disposed by the caller. Parts added in any order and number give the same bits.</returns>
    /// <exception cref="ArgumentException">The part does not begin and end between blocks.</exception>
    public Evidence Sum(TapSample sample, int first, int last, IList<UnreadableImage>? unreadable = null, Action<int>? done = null, CancellationToken cancellation = default)
    {
        if (first % BlockSize != 0 || last < first || (last % BlockSize != 0 && last != inputs.Images.Entries.Count))
            throw new ArgumentException($"A part begins and ends at a multiple of {BlockSize}, or at the list's end; {first} to {last} does not.", nameof(first));
        using EvidenceReader reader = new(inputs.Classifier, sample, recipe.ClosedForm, recipe.Masking!.Value, recipe.Seed);
        Evidence evidence = Evidence.Empty(inputs.Classifier);
        foreach (var block in Windows([.. Enumerable.Range(first, last - first)], cancellation).Chunk(BlockSize))
        {
            using var scope = NewDisposeScope();
            using var frozen = no_grad();
            List<EvidenceRows> rows = [];
            foreach ((int image, RgbImage? window, string? refused) in block)
            {
                cancellation.ThrowIfCancellationRequested();
                EvidenceRows? own = window is null ? null : reader.Read(Preprocessing.ToPixels([window], CPU), image, WithMasks);
                if (own is { IsFinite: true }) rows.Add(own);
                else unreadable?.Add(new(inputs.Images.Entries[image].Name, refused ?? "numeric"));
            }
            if (rows.Count > 0) Enter(evidence, rows);
            done?.Invoke(block[^1].Image + 1);
        }
        return evidence;
    }

    /// <summary>The checkpoint that the sums over the whole list give.</summary>
    /// <param name="sample">As for <see cref="Sum"/>.</param>
    /// <param name="evidence">All parts, added.</param>
    /// <param name="unreadable">Photographs that are in no sum.</param>
    public Checkpoint Solve(TapSample sample, Evidence evidence, IReadOnlyList<UnreadableImage> unreadable)
    {
        if (evidence.Pooled.Count == 0) throw new ArgumentException("The training list has no readable photograph.", nameof(evidence));
        (Tensor rows, IReadOnlyList<double> penalties) = ClosedFormStart.Rows(recipe.Initialisation, evidence, sample, recipe.ClosedForm);
        using (rows)
        {
            using AttentionMechanism start = ClosedFormStart.Build(rows, sample, recipe.ClosedForm, variant, inputs.Classifier, RandomStream.Fnv1a64($"start/{recipe.Seed}"));
            using Checkpoint begun = TrainingChunk.Begin(inputs, recipe, start);
            return new(begun.State with { Penalties = penalties, Unreadable = unreadable }, start.ToStateDict(), new Dictionary<string, Tensor>());
        }
    }

    private IEnumerable<(int Image, RgbImage? Window, string? Refused)> Windows(IReadOnlyList<int> images, CancellationToken cancellation)
    {
        TrainingCrops crops = new(inputs.Images, inputs.Classifier.Card.Input, recipe with { Augmentation = Augmentation.Centre }, inputs.Limits);
        return Prefetch.Of(images.Select(image => (Func<(int, RgbImage?, string?)>)(() =>
        {
            (RgbImage? window, string? refused) = crops.Load(image, epoch: 0);
            return (image, window, refused);
        })), BlockSize, cancellation);
    }

    private void Enter(Evidence evidence, List<EvidenceRows> rows)
    {
        evidence.Pooled.Add(cat([.. rows.Select(row => row.Features)], 0), cat([.. rows.Select(row => row.Logits)], 0));
        if (WithMasks) evidence.Masked.Add(cat([.. rows.Select(row => row.MaskedFeatures!)], 0), cat([.. rows.Select(row => row.MaskedLogits!)], 0));
    }

    private (Evidence Evidence, int Next) Resume()
    {
        if (SumsPath is not { } path || !File.Exists(path)) return (Evidence.Empty(inputs.Classifier), 0);
        using StateDict file = Safetensors.Read(path);
        if (file.Metadata.GetValueOrDefault(OfKey) != Identity())
            throw new ArgumentException($"'{path}' holds sums of another recipe, list or classifier. Remove it, or name another file.", nameof(recipe));
        Evidence found = new(EvidenceSums.Of(Under("pooled."), path), EvidenceSums.Of(Under("masked."), path));
        return (found, int.Parse(file.Metadata[NextKey], CultureInfo.InvariantCulture));

        Dictionary<string, Tensor> Under(string prefix)
            => file.Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(pair => pair.Key[prefix.Length..], pair => pair.Value);
    }

    private void Save(string path, Evidence evidence, int next)
    {
        SortedDictionary<string, Tensor> tensors = new(StringComparer.Ordinal);
        foreach ((string name, Tensor value) in evidence.Pooled.Tensors) tensors["pooled." + name] = value;
        foreach ((string name, Tensor value) in evidence.Masked.Tensors) tensors["masked." + name] = value;
        using (FileStream stream = File.Create(path + ".part"))
            Safetensors.Write(stream, tensors, new Dictionary<string, string> { [NextKey] = next.ToString(CultureInfo.InvariantCulture), [OfKey] = Identity() });
        File.Move(path + ".part", path, overwrite: true);
    }

    private string Identity() => string.Join('|', inputs.Images.Fingerprint(), inputs.Classifier.Card.Sha256, recipe.ClosedForm, WithMasks, recipe.Masking, recipe.Seed);

    private TrainingProgress Report(RateMeter rate, int done, int images, int unreadable)
    {
        rate.Add(BlockSize);
        double perSecond = rate.PerSecond();
        return new(0, recipe.Epochs, done, images, default, default, 0, perSecond, perSecond > 0 ? TimeSpan.FromSeconds((images - done) / perSecond) : null, unreadable);
    }
}
