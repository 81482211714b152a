using TorchSharp;
using TTame.Core.Primitives;
using static TorchSharp.torch;

namespace TTame.Core.Metrics;

/// <summary>A box that a person drew around an object, in the pixels of the map.</summary>
/// <param name="Left">First column.</param>
/// <param name="Top">First row.</param>
/// <param name="Right">Column after the last.</param>
/// <param name="Bottom">Row after the last.</param>
public readonly record struct PixelBox(int Left, int Top, int Right, int Bottom);

/// <summary>The energy-based pointing game: the share of the map's sum that lies inside the object's boxes.</summary>
/// <remarks>Σ_{box} E / Σ E, [0, 1], higher is better. A pixel in several boxes counts once.</remarks>
/// <source>Score-CAM</source>
public static class EnergyInBox
{
    /// <summary>The share for one picture.</summary>
    /// <param name="map">(1, 1, H, W) or (H, W), [0, 1], at the picture's size.</param>
    /// <param name="boxes">At least one; what lies outside the map does not count.</param>
    /// <returns>Null where the map is all zeros: it says nothing, and counts in no mean.</returns>
    /// <exception cref="ArgumentException">There is no box.</exception>
    public static double? Of(Tensor map, IReadOnlyList<PixelBox> boxes)
    {
        ArgumentNullException.ThrowIfNull(boxes);
        if (boxes.Count == 0) throw new ArgumentException("Energy in a box needs a box.", nameof(boxes));
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        long height = map.shape[^2], width = map.shape[^1];
        Tensor energy = map.reshape(height, width).to(float64), inside = zeros([height, width], float64, map.device);
        foreach (PixelBox box in boxes)
        {
            long left = Math.Clamp(box.Left, 0, width), top = Math.Clamp(box.Top, 0, height);
            long columns = Math.Clamp(box.Right, left, width) - left, rows = Math.Clamp(box.Bottom, top, height) - top;
            inside.narrow(0, top, rows).narrow(1, left, columns).fill_(1);
        }
        double whole = energy.sum().item<double>();
        return whole > 0 ? (energy * inside).sum().item<double>() / whole : null;
    }
}
