using TorchSharp;
using TTame.Core.Primitives;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace TTame.Core.Training.ClosedForm;

/// <summary>The taps of a few photographs, spread over the list: they say how far a channel varies (β) and how far a class's map does (the rows' scale).</summary>
public sealed class TapSample : IDisposable
{
    /// <summary>Photographs looked at; of a shorter list, all.</summary>
    public const int Size = 64;

    /// <summary>What counts as no variation at all: such a channel is left as it is.</summary>
    private const double Smallest = 1e-6;

    private readonly IReadOnlyList<Tensor> taps;                                      // per tap (S, K, h, w)

    /// <summary>Takes ownership of the taps.</summary>
    /// <param name="taps">Per tap (S, K, h, w) float32.</param>
    public TapSample(IReadOnlyList<Tensor> taps)
    {
        this.taps = taps;
        using var frozen = no_grad();
        Deviation = [.. taps.Select(tap =>
        {
            using var scope = NewDisposeScope();
            Tensor deviation = tap.to(ScalarType.Float64).std([0, 2, 3], unbiased: false);
            return deviation.masked_fill(deviation.le(Smallest), 1).to(ScalarType.Float32).DetachFromDisposeScope();
        })];
    }

    /// <summary>Per tap (K): standard deviation of each channel over photographs and places; 1 for a channel that does not vary.</summary>
    public IReadOnlyList<Tensor> Deviation { get; }

    /// <summary>Which photographs of a list are looked at.</summary>
    /// <param name="images">N.</param>
    public static IReadOnlyList<int> Indices(int images)
        => [.. Enumerable.Range(0, Math.Min(Size, images)).Select(i => (int)((long)i * images / Math.Min(Size, images)))];

    /// <summary>Mean and standard deviation of every class's map, over photographs and places.</summary>
    /// <param name="rows">(C, ΣK) float64: the fusion's rows.</param>
    /// <param name="shift">β in standard deviations.</param>
    /// <returns>(C) float64 each.</returns>
    public (Tensor Mean, Tensor Deviation) MapsOf(Tensor rows, double shift)
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        long h = taps.Max(tap => tap.size(2)), w = taps.Max(tap => tap.size(3)), photographs = taps[0].size(0);
        Tensor sum = zeros([rows.size(0)], ScalarType.Float64), squares = zeros([rows.size(0)], ScalarType.Float64);
        for (long i = 0; i < photographs; i++)
        {
            using var perPhotograph = NewDisposeScope();
            Tensor maps = Maps(Branches([.. taps.Select(tap => tap.narrow(0, i, 1))], shift), rows.to(ScalarType.Float32), h, w).to(ScalarType.Float64);
            sum.add_(maps.mean([0, 2, 3]));
            squares.add_(maps.square().mean([0, 2, 3]));
        }
        Tensor mean = sum / photographs;
        Tensor deviation = (squares / photographs - mean.square()).clamp_min(0).sqrt();
        return (mean.MoveToOuterDisposeScope(), deviation.MoveToOuterDisposeScope());
    }

    /// <summary>What the branches start as: ReLU(tap + β).</summary>
    /// <param name="features">Per tap (B, K, h, w).</param>
    /// <param name="shift">β in standard deviations.</param>
    public Tensor[] Branches(IReadOnlyList<Tensor> features, double shift)
        => [.. features.Select((tap, i) => (tap + (Deviation[i] * shift).to(tap.dtype, tap.device).view(1, -1, 1, 1)).relu_())];

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor tensor in taps.Concat(Deviation)) tensor.Dispose();
    }

    private static Tensor Maps(Tensor[] branches, Tensor rows, long h, long w)
    {
        Tensor? maps = null;
        long first = 0;
        foreach (Tensor branch in branches)
        {
            Tensor own = F.conv2d(branch, rows.narrow(1, first, branch.size(1)).unsqueeze(2).unsqueeze(3));
            own = own.size(2) == h && own.size(3) == w ? own : F.interpolate(own, size: [h, w], mode: InterpolationMode.Bilinear, align_corners: false);
            maps = maps is null ? own : maps + own;
            first += branch.size(1);
        }
        return maps!;
    }
}
