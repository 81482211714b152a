using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace TTame.Core.Primitives;

/// <summary>One class's explanation per image after min-max scaling.</summary>
/// <param name="Values">(B, 1, h, w), [0, 1].</param>
public readonly record struct ScaledMaps(Tensor Values)
{
    /// <summary>(B) bool, true where the map was constant and is all zeros; null where nobody looked.</summary>
    public Tensor? Degenerate { get; init; }

    /// <summary>Whether the map of <paramref name="image"/> says nothing, because it was constant.</summary>
    /// <param name="image">[0, B).</param>
    public bool IsDegenerate(int image) => Degenerate is not null && Degenerate[image].item<bool>();

    /// <summary>The maps at another size, bilinear with <c>align_corners=False</c>.</summary>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <returns>(B, 1, height, width), [0, 1]; the same tensor where it has that size already.</returns>
    public ScaledMaps ResizeTo(long height, long width)
        => Values.size(2) == height && Values.size(3) == width
            ? this
            : this with { Values = F.interpolate(Values, size: [height, width], mode: InterpolationMode.Bilinear, align_corners: false) };
}
