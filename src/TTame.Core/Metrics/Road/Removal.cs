using TorchSharp;
using TTame.Core.Primitives;
using static TorchSharp.torch;

namespace TTame.Core.Metrics.Road;

/// <summary>The pixels that ROAD removes from each picture, for any share.</summary>
/// <source>T-TAME:Eq. 22</source>
public sealed class Removal : IDisposable
{
    private readonly Tensor relevance;                             // (B, H·W), higher goes first
    private readonly Tensor? rank;                                 // (B, H·W) int64, 0 goes first; null for the threshold rule
    private readonly long height, width;

    /// <summary>Orders the pixels of every map.</summary>
    /// <param name="maps">(B, 1, H, W) float32 in [0,1], at the pictures' size.</param>
    /// <param name="order">Which end of the map goes first.</param>
    /// <param name="rule">By rank or by threshold.</param>
    /// <param name="seed">Of the order among pixels of equal relevance (rank rule): the same for every picture.</param>
    public Removal(ScaledMaps maps, RemovalOrder order, RemovalRule rule, ulong seed)
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        Tensor values = Shape.Require(maps.Values, "B", 1, "H", "W");
        (height, width) = (values.shape[2], values.shape[3]);
        Tensor flat = values.flatten(1);
        relevance = (order == RemovalOrder.MostRelevantFirst ? flat.clone() : 1f - flat).MoveToOuterDisposeScope();
        if (rule == RemovalRule.Rank) rank = Ranks(flat, order == RemovalOrder.MostRelevantFirst, seed).MoveToOuterDisposeScope();
    }

    /// <summary>The pixels to remove.</summary>
    /// <param name="share">Share of the pixels; the rank rule rounds down.</param>
    /// <returns>(B, 1, H, W) bool, true where removed. Disposed by the caller.</returns>
    public Tensor Removed(RemovedShare share)
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        Tensor removed = rank is not null
            ? rank < Count(share, height * width)
            : relevance >= relevance.quantile(tensor((float)(1 - share.Value)).to(relevance.device), 1, keepdim: true).view(-1, 1);
        return removed.view(-1, 1, height, width).MoveToOuterDisposeScope();
    }

    /// <summary>⌊share · pixels⌋, with 0.3 · 10 counting as 3 although it is a little less in binary.</summary>
    public static long Count(RemovedShare share, long pixels) => (long)Math.Floor(share.Value * pixels + 1e-6);

    /// <summary>Disposes the order.</summary>
    public void Dispose()
    {
        relevance.Dispose();
        rank?.Dispose();
    }

    // A stable sort of shuffled pixels: equal ones keep the shuffled order.
    private static Tensor Ranks(Tensor flat, bool descending, ulong seed)
    {
        long pixels = flat.shape[1];
        (long[] shuffled, long[] place) = Shuffle(pixels, seed);
        Tensor order = flat.index_select(1, tensor(shuffled).to(flat.device)).sort(1, descending, stable: true).Indices;
        Tensor counting = arange(pixels, int64, flat.device).expand(flat.shape[0], pixels);
        Tensor ranks = zeros_like(order).scatter(1, order, counting);
        return ranks.index_select(1, tensor(place).to(flat.device));
    }

    private static (long[] Shuffled, long[] Place) Shuffle(long count, ulong seed)
    {
        var stream = new SplitMix64(seed);
        var shuffled = new long[count];
        for (long i = 0; i < count; i++) shuffled[i] = i;
        for (long i = count - 1; i > 0; i--)
        {
            long j = stream.Below((uint)(i + 1));
            (shuffled[i], shuffled[j]) = (shuffled[j], shuffled[i]);
        }
        var place = new long[count];
        for (long i = 0; i < count; i++) place[shuffled[i]] = i;
        return (shuffled, place);
    }
}
