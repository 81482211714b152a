using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace TTame.Core.Metrics.Road;

/// <summary>The imputation's equations of a whole batch on a tensor device: a field is (N, C, h, w) float32.</summary>
/// <remarks>Sums of shifted slices, not convolutions: those may run in TF32 on a GPU, whose ten bits of mantissa are too few here.</remarks>
internal sealed class TensorGrid : IStencilGrid<Tensor>, IDisposable
{
    private readonly TensorGrid? below;
    private readonly long channels;
    private readonly Tensor neighbours;                            // D (1, 1, h, w)
    private readonly Tensor removed;                               // (N, 1, h, w), 1 where removed
    private readonly Tensor removedOverNeighbours;                 // (N, 1, h, w), 1/D where removed

    /// <summary>All levels.</summary>
    /// <param name="geometry">Sizes; the finest is <paramref name="removed"/>'s, with padding.</param>
    /// <param name="removed">(N, 1, h, w) float32, 1 where removed; never 1 outside the picture. Belongs to the grid from here on.</param>
    /// <param name="channels">C, the planes that share a mask.</param>
    public TensorGrid(GridGeometry geometry, Tensor removed, long channels)
    {
        using var scope = NewDisposeScope();
        (this.removed, this.channels) = (removed.DetachFromDisposeScope(), channels);
        neighbours = tensor(geometry.Neighbours, [1, 1, geometry.Height, geometry.Width]).to(removed.device).DetachFromDisposeScope();
        removedOverNeighbours = (removed / neighbours.clamp_min(1f)).DetachFromDisposeScope();
        if (geometry.Coarser is not { } next) return;
        Tensor all = 1f - F.max_pool2d(1f - removed, 2);
        CoarserHasRemoved = all.max().item<float>() > 0;
        below = new TensorGrid(next, all, channels);
    }

    /// <inheritdoc/>
    public IStencilGrid<Tensor>? Coarser => below;

    /// <inheritdoc/>
    public bool CoarserHasRemoved { get; }

    /// <inheritdoc/>
    public Tensor NewField() => zeros([removed.shape[0], channels, removed.shape[2], removed.shape[3]], float32, removed.device);

    /// <inheritdoc/>
    public void Sweep(Tensor b, Tensor? x, Tensor into)
    {
        using var scope = NewDisposeScope();
        into.copy_((x is null ? b : b + Neighbours(x)) * removedOverNeighbours);
    }

    /// <inheritdoc/>
    public void Residual(Tensor? b, Tensor x, Tensor into)
    {
        using var scope = NewDisposeScope();
        Tensor difference = Neighbours(x) - neighbours * x;
        into.copy_((b is null ? difference : difference + b) * removed);
    }

    /// <inheritdoc/>
    public void Restrict(Tensor fine, Tensor coarse)
    {
        using var scope = NewDisposeScope();
        coarse.copy_(Halved(Halved(F.pad(fine, [1, 1, 1, 1]), 2), 3) * (1f / 16f) * below!.removed);
    }

    /// <inheritdoc/>
    public void Interpolate(Tensor coarse, Tensor fine)
    {
        using var scope = NewDisposeScope();
        fine.add_(Doubled(Doubled(coarse, 2), 3) * removed);
    }

    /// <summary>Disposes the levels' own tensors.</summary>
    public void Dispose()
    {
        below?.Dispose();
        neighbours.Dispose();
        removed.Dispose();
        removedOverNeighbours.Dispose();
    }

    // W = [1 2 1]ᵀ[1 2 1] without its middle, 4.
    private static Tensor Neighbours(Tensor x)
        => Binomial(Binomial(F.pad(x, [1, 1, 1, 1]), 2), 3) - 4f * x;

    private static Tensor Binomial(Tensor x, long dim)
    {
        long length = x.shape[dim] - 2;
        return x.narrow(dim, 0, length) + 2f * x.narrow(dim, 1, length) + x.narrow(dim, 2, length);
    }

    // [1 3 3 1] at every other place of a padded field.
    private static Tensor Halved(Tensor x, long dim)
    {
        long length = x.shape[dim] - 2;
        Tensor At(long start) => x.slice(dim, start, start + length, 2);
        return At(0) + 3f * (At(1) + At(2)) + At(3);
    }

    // Bilinear, half a coarse pixel from the middle; 0 beyond the border.
    private static Tensor Doubled(Tensor x, long dim)
    {
        long[] shape = x.shape;
        Tensor padded = dim == 2 ? F.pad(x, [0, 0, 1, 1]) : F.pad(x, [1, 1, 0, 0]);
        Tensor before = 0.75f * x + 0.25f * padded.narrow(dim, 0, shape[dim]), after = 0.75f * x + 0.25f * padded.narrow(dim, 2, shape[dim]);
        shape[dim] *= 2;
        return stack([before, after], dim + 1).reshape(shape);
    }
}
