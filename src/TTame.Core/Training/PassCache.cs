using TorchSharp;
using TTame.Core.Backbones;
using TTame.Core.Imaging;
using TTame.Core.Primitives;
using static TorchSharp.torch;

namespace TTame.Core.Training;

/// <summary>Logits and taps of unmasked windows that are the same in every epoch: an image is classified unmasked once, not once an epoch.</summary>
/// <remarks>Every window is classified by itself, so that its answer does not depend on the batch that it first stood in; what is not kept is classified again, with the same result.</remarks>
/// <param name="mostBytes">Nothing more is kept beyond this many bytes.</param>
public sealed class PassCache(long mostBytes) : IDisposable
{
    private readonly Dictionary<int, Kept> passes = [];
    private long bytes;

    /// <summary>Images whose answers are kept.</summary>
    public int Count => passes.Count;

    /// <summary>Keeps what the classifier answered to one window, where there is room.</summary>
    /// <param name="image">Its place in the list.</param>
    /// <param name="pass">Of that window alone; copied.</param>
    public void Keep(int image, ForwardPass pass)
    {
        long size = new[] { pass.Logits.Values }.Concat(pass.Features.Values).Sum(tensor => tensor.NumberOfElements * tensor.ElementSize);
        if (bytes + size > mostBytes || passes.ContainsKey(image)) return;
        bytes += size;
        passes[image] = new(Copy(pass.Logits.Values), [.. pass.Features.Values.Select(Copy)]);
    }

    /// <summary>What one pass over a batch gives, put together from what is kept and what is classified now.</summary>
    /// <param name="classifier">Always the same.</param>
    /// <param name="pixels">(B, 3, H, W), [0, 1].</param>
    /// <param name="images">Places in the list, one per window.</param>
    /// <returns>Disposed by the caller.</returns>
    public ForwardPass Pass(IClassifier classifier, PixelImages pixels, IReadOnlyList<int> images)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        List<Kept> parts = [];
        for (int i = 0; i < images.Count; i++)
        {
            if (passes.TryGetValue(images[i], out Kept? known))
            {
                parts.Add(known);
                continue;
            }
            ForwardPass own = classifier.Forward(new(pixels.Values.narrow(0, i, 1)));
            Keep(images[i], own);
            parts.Add(new(own.Logits.Values, [.. own.Features.Values]));
        }
        NormalizedImages whole = Preprocessing.Standardise(new(pixels.Values.to(classifier.Device)), classifier.Card.Input);
        Tensor logits = cat([.. parts.Select(part => part.Logits)], 0);
        Tensor[] features = [.. Enumerable.Range(0, parts[0].Features.Count).Select(tap => cat([.. parts.Select(part => part.Features[tap])], 0).MoveToOuterDisposeScope())];
        return new(pixels, new(whole.Values.MoveToOuterDisposeScope()), new(logits.MoveToOuterDisposeScope()), new(features));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Kept kept in passes.Values)
            foreach (Tensor tensor in kept.Features.Prepend(kept.Logits)) tensor.Dispose();
        passes.Clear();
    }

    private static Tensor Copy(Tensor tensor) => tensor.detach().clone().DetachFromDisposeScope();

    private sealed record Kept(Tensor Logits, IReadOnlyList<Tensor> Features);
}
