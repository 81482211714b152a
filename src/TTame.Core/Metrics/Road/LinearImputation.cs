using System.Runtime.InteropServices;
using TorchSharp;
using TTame.Core.Primitives;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace TTame.Core.Metrics.Road;

/// <summary>Noisy linear imputation, without its noise: every removed pixel becomes the weighted mean of its eight neighbours.</summary>
/// <remarks>
/// For each removed pixel i, Σ_j w_ij·(x_i − x_j) = 0 over its neighbours j inside the picture; w = 1/6 along an edge, 1/12 across a corner. One sparse linear
/// system per picture, the same for each channel, solved by conjugate gradients with a multigrid cycle as preconditioner to 1e-4 or better of the direct solution.
/// A picture of which no pixel is kept becomes its per-channel mean.
/// </remarks>
/// <source>T-TAME:§IV-B2</source>
public static class LinearImputation
{
    /// <summary>Imputes the removed pixels of a batch, on the device where the tensors are.</summary>
    /// <param name="pictures">(B, C, H, W) float32.</param>
    /// <param name="removed">(B, 1, H, W) bool, true where removed.</param>
    /// <param name="start">(B, C, H, W) float32 or null: first guesses for the removed pixels, such as the result for another share; null begins at the pictures themselves.
    /// It decides how long the solver takes, not where it ends.</param>
    /// <returns>(B, C, H, W) float32; kept pixels bit for bit those of <paramref name="pictures"/>. Disposed by the caller.</returns>
    /// <exception cref="ShapeException">Sizes differ.</exception>
    /// <exception cref="InvalidOperationException">A picture holds NaN or infinity.</exception>
    public static Tensor Solve(Tensor pictures, Tensor removed, Tensor? start = null)
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        Shape.Require(pictures, "B", "C", "H", "W");
        Shape.Require(removed, pictures.shape[0], 1, pictures.shape[2], pictures.shape[3]);
        Tensor everything = removed.flatten(1).all(1).view(-1, 1, 1, 1);
        Tensor solvable = removed.logical_and(everything.logical_not());
        Tensor guess = start is null ? pictures : where(solvable, start, pictures);
        Tensor solved = pictures.device_type == DeviceType.CPU ? InMemory(guess, solvable) : OnDevice(guess, solvable);
        Tensor mean = pictures.mean([2, 3], keepdim: true);
        return where(everything, mean, solved).MoveToOuterDisposeScope();
    }

    private static Tensor InMemory(Tensor guess, Tensor removed)
    {
        long[] shape = guess.shape;
        float[] pictures = MemoryMarshal.Cast<byte, float>(guess.contiguous().bytes).ToArray();
        byte[] mask = removed.to(uint8).contiguous().bytes.ToArray();
        CpuImputation.Solve(pictures, mask, (int)shape[1], (int)shape[2], (int)shape[3], get_num_threads());
        return tensor(pictures, shape);
    }

    private static Tensor OnDevice(Tensor guess, Tensor removed)
    {
        long height = guess.shape[2], width = guess.shape[3];
        GridGeometry geometry = GridGeometry.For((int)height, (int)width);
        long[] padding = [0, geometry.Width - width, 0, geometry.Height - height];
        Tensor field = F.pad(guess, padding).clone();
        using var grid = new TensorGrid(geometry, F.pad(removed.to(float32), padding).clone(), guess.shape[1]);
        using var steps = new TensorSteps();
        new ImputationSolver<Tensor>(grid, steps).Solve(field);
        return field.narrow(2, 0, height).narrow(3, 0, width);
    }
}
