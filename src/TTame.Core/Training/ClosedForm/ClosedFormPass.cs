using System.Globalization;
using System.Text;
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

    private readonly Recipe recipe = recipe.For(inputs.Classifier.Card.Kind);
    private readonly RateMeter rate = new(inputs.Clock);

    /// <summary>Where the sums are kept, to go on with or, where they are whole, to solve anew with another penalty or other weights; null keeps none.</summary>
    public string? SumsPath { get; init; }

    /// <summary>All that the sums depend on, as a SHA-256 in hexadecimal digits: sums of one source may be added.</summary>
    /// <remarks>Penalty, weights and spread are not among it: they are for those who solve the sums.</remarks>
    public string Source => Sha256.Of(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
        $"{inputs.Images.Fingerprint()}|{inputs.Classifier.Card.Sha256}|{string.Join(',', inputs.Classifier.Taps.Select(tap => tap.Name))}|{(WithMasks ? recipe.ClosedForm.Masks : null)}|{recipe.ClosedForm.Shift}|{recipe.Masking}|{recipe.Seed}")));

    private bool WithMasks => recipe.Initialisation != Initialisation.Pooled;

    /// <summary>The whole pass.</summary>
    /// <param name="progress">Told after each block, as epoch 0.</param>
    /// <param name="cancellation">Looked at before each photograph.</param>
    /// <returns>The checkpoint of a training that has not begun; with 0 epochs it is finished.</returns>
    /// <exception cref="ArgumentException">The list is empty or holds no readable photograph, the recipe has a number outside its range, or the variant has no such start.</exception>
    public Checkpoint Begin(IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        using TapSample sample = Sample(cancellation);
        using PartialEvidence part = Resume() ?? PartialEvidence.Empty(inputs.Classifier, first: 0);
        int count = inputs.Images.Entries.Count;
        while (part.Next < count)
        {
            Sum(sample, part, Math.Min(part.Next + BlocksBetweenSaves * BlockSize, count), progress, cancellation);
            if (SumsPath is { } path) Save(path, part);
        }
        return Solve(sample, part);
    }

    /// <summary>The taps of the photographs that β and the rows' scale are measured on.</summary>
    /// <param name="cancellation">Looked at before each photograph.</param>
    /// <returns>Disposed by the caller.</returns>
    /// <exception cref="ArgumentException">The list is empty or holds no readable photograph, the recipe has a number outside its range, or the variant has no such start.</exception>
    public TapSample Sample(CancellationToken cancellation = default)
    {
        recipe.Validate();
        ClosedFormStart.Require(variant);
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

    /// <summary>Goes on with the sums over a stretch of the list: the unit of work that may be done anywhere, and twice.</summary>
    /// <remarks>Stretches give the same bits in any number, and however often each was interrupted. Where the inputs ask for a pause, it ends after a block.</remarks>
    /// <param name="sample">The same for every stretch.</param>
    /// <param name="part">Gets the photographs from <see cref="PartialEvidence.Next"/> on; it begins at a multiple of <see cref="BlockSize"/>.</param>
    /// <param name="last">Exclusive; a multiple of <see cref="BlockSize"/>, or the list's end.</param>
    /// <param name="progress">Told after each block, as epoch 0.</param>
    /// <param name="cancellation">Looked at before each photograph.</param>
    /// <exception cref="ArgumentException">The stretch does not begin and end between blocks.</exception>
    public void Sum(TapSample sample, PartialEvidence part, int last, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        if (part.Next % BlockSize != 0 || last < part.Next || (last % BlockSize != 0 && last != inputs.Images.Entries.Count))
            throw new ArgumentException($"A stretch begins and ends at a multiple of {BlockSize}, or at the list's end; {part.Next} to {last} does not.", nameof(last));
        using EvidenceReader reader = new(inputs.Classifier, sample, recipe.ClosedForm, recipe.Masking!.Value, recipe.Seed, recipe.Unmasked == PassRule.PerImage ? inputs.Passes : null);
        foreach (var block in Windows([.. Enumerable.Range(part.Next, last - part.Next)], cancellation).Chunk(BlockSize))
        {
            using var scope = NewDisposeScope();
            using var frozen = no_grad();
            List<EvidenceRows> rows = [];
            List<UnreadableImage> unreadable = [];
            foreach ((int image, RgbImage? window, string? refused) in block)
            {
                cancellation.ThrowIfCancellationRequested();
                EvidenceRows? own = window is null ? null : reader.Read(Preprocessing.ToPixels([window], CPU), image, WithMasks);
                if (own is { IsFinite: true }) rows.Add(own);
                else unreadable.Add(new(inputs.Images.Entries[image].Name, refused ?? "numeric"));
            }
            if (rows.Count > 0) Enter(part.Sums, rows);
            part.Advance(block[^1].Image + 1, unreadable);
            progress?.Report(Report(part));
            if (inputs.Pause?.Invoke() == true) break;
        }
    }

    /// <summary>The checkpoint that the sums over the whole list give.</summary>
    /// <param name="sample">As for <see cref="Sum"/>.</param>
    /// <param name="whole">All stretches, added.</param>
    /// <exception cref="ArgumentException">The sums are not those of the whole list, or hold no photograph.</exception>
    public Checkpoint Solve(TapSample sample, PartialEvidence whole)
    {
        int count = inputs.Images.Entries.Count;
        if ((whole.First, whole.Next) != (0, count)) throw new ArgumentException($"The sums are of the photographs {whole.First} to {whole.Next}, not of all {count}.", nameof(whole));
        if (whole.Sums.Pooled.Count == 0) throw new ArgumentException("The training list has no readable photograph.", nameof(whole));
        (Tensor rows, IReadOnlyList<double> penalties) = ClosedFormStart.Rows(recipe.Initialisation, whole.Sums, sample, recipe.ClosedForm);
        using (rows)
        {
            using AttentionMechanism start = ClosedFormStart.Build(rows, sample, recipe.ClosedForm, variant, inputs.Classifier, RandomStream.Fnv1a64($"start/{recipe.Seed}"));
            using Checkpoint begun = TrainingChunk.Begin(inputs, recipe, start);
            return new(begun.State with { Penalties = penalties, Unreadable = whole.Unreadable }, start.ToStateDict(), new Dictionary<string, Tensor>());
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

    private PartialEvidence? Resume()
    {
        if (SumsPath is not { } path || !File.Exists(path)) return null;
        using FileStream stream = File.OpenRead(path);
        return PartialEvidence.Read(stream, path, Source);
    }

    private void Save(string path, PartialEvidence part)
    {
        using (FileStream stream = File.Create(path + ".part")) part.Write(stream, Source);
        File.Move(path + ".part", path, overwrite: true);
    }

    private TrainingProgress Report(PartialEvidence part)
    {
        rate.Add(BlockSize);
        int images = inputs.Images.Entries.Count;
        double perSecond = rate.PerSecond();
        return new(0, recipe.Epochs, part.Next, images, default, default, 0, perSecond, perSecond > 0 ? TimeSpan.FromSeconds((images - part.Next) / perSecond) : null, part.Unreadable.Count);
    }
}
