using TorchSharp;
using static TorchSharp.torch;

namespace TTame.Core.Metrics.Road;

/// <summary>Conjugate-gradient steps of a whole batch on a tensor device; each plane (n, c) has its own sums and step lengths.</summary>
internal sealed class TensorSteps : IConjugateSteps<Tensor>, IDisposable
{
    private Tensor? goodness;                                      // (N, C, 1, 1): r·z of the last Aim

    /// <inheritdoc/>
    public void Forget() => Dispose();

    /// <inheritdoc/>
    public void Aim(Tensor r, Tensor z, Tensor p)
    {
        using var scope = NewDisposeScope();
        Tensor now = Dot(r, z);
        if (goodness is null) p.copy_(z);
        else p.mul_(Ratio(now, goodness)).add_(z);
        goodness?.Dispose();
        goodness = now.DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public void Step(Tensor x, Tensor r, Tensor p, Tensor s)
    {
        using var scope = NewDisposeScope();
        Tensor a = Ratio(goodness!, -Dot(p, s));
        x.add_(a * p);
        r.add_(a * s);
    }

    /// <inheritdoc/>
    public void Add(Tensor x, Tensor z) => x.add_(z);

    /// <inheritdoc/>
    public float Largest(Tensor z)
    {
        using var scope = NewDisposeScope();
        return z.abs().max().item<float>();
    }

    /// <summary>Disposes the sums.</summary>
    public void Dispose()
    {
        goodness?.Dispose();
        goodness = null;
    }

    private static Tensor Dot(Tensor a, Tensor b) => (a * b).sum([2, 3], keepdim: true);

    // A plane that is solved has 0 below the line: it stands still.
    private static Tensor Ratio(Tensor above, Tensor below) => where(below > 0, above / below, zeros_like(above));
}
