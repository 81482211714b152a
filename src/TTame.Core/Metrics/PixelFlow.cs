using TorchSharp;
using TTame.Core.Backbones;
using TTame.Core.Imaging;
using TTame.Core.Metrics.Road;
using TTame.Core.Primitives;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace TTame.Core.Metrics;

/// <summary>Which way pixels flow.</summary>
public enum FlowDirection
{
    /// <summary>The most relevant pixels are taken out of the image, a grey one (0 after standardising) taking their place; lower is better.</summary>
    Deletion,

    /// <summary>The most relevant pixels are put into a blurred image; higher is better.</summary>
    Insertion,
}

/// <summary>Deletion and insertion: area under the curve of confidence while pixels leave the image, or enter it, most relevant first.</summary>
/// <remarks>
/// AUC = (½·p₀ + p₁ + … + p_{n−1} + ½·p_n)/n over n equal steps, [0, 1]. Unlike ROAD nothing is imputed: what is left is far from any photograph, and the shape of the hole
/// speaks too. Standardised images; blur by a Gaussian of 11×11 pixels with deviation 5, as in RISE's code. n + 1 passes.
/// </remarks>
/// <source>RISE</source>
public static class PixelFlow
{
    /// <summary>RISE's code moves one row's worth of pixels per step: 224 steps for 224×224 images.</summary>
    public const int DefaultSteps = 224;

    private const int BlurSize = 11;

    private const double BlurDeviation = 5;

    /// <summary>Measures a batch.</summary>
    /// <param name="classifier">Left as it was.</param>
    /// <param name="pass">The images' one pass, made before.</param>
    /// <param name="maps">(B, 1, H, W), [0, 1], at the images' size.</param>
    /// <param name="labels">(B) int64.</param>
    /// <param name="direction">Deletion or insertion.</param>
    /// <param name="steps">n, at least 1.</param>
    /// <param name="seed">Of the order among equally relevant pixels.</param>
    /// <returns>AUC per image.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="steps"/> is less than 1.</exception>
    public static IReadOnlyList<double> Measure(
        IClassifier classifier, ForwardPass pass, ScaledMaps maps, ClassLabels labels, FlowDirection direction, int steps = DefaultSteps, ulong seed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        Tensor images = Shape.Require(pass.Images.Values, "B", 3, "H", "W");
        Shape.Require(maps.Values, images.shape[0], 1, images.shape[2], images.shape[3]);
        Tensor other = direction == FlowDirection.Deletion ? zeros_like(images) : Blurred(images);
        using var order = new Removal(maps, RemovalOrder.MostRelevantFirst, RemovalRule.Rank, seed);
        var area = new double[images.shape[0]];
        for (int step = 0; step <= steps; step++)
        {
            using var perStep = NewDisposeScope();
            Tensor moved = order.Removed(new(step / (double)steps));
            Tensor mixed = direction == FlowDirection.Deletion ? where(moved, other, images) : where(moved, images, other);
            float[] confidence = classifier.Card.Confidence.Of(classifier.Classify(new(mixed)), labels).to(float32).cpu().data<float>().ToArray();
            for (int n = 0; n < area.Length; n++) area[n] += confidence[n] * (step == 0 || step == steps ? 0.5 : 1) / steps;
        }
        return area;
    }

    /// <summary>The images behind a Gaussian blur; beyond the border they are 0.</summary>
    internal static Tensor Blurred(Tensor images)
    {
        using var scope = NewDisposeScope();
        double[] bell = [.. Enumerable.Range(0, BlurSize).Select(i => Math.Exp(-Math.Pow(i - BlurSize / 2, 2) / (2 * BlurDeviation * BlurDeviation)))];
        double whole = bell.Sum();
        Tensor weights = (tensor(bell) / whole).to(float32).to(images.device);
        long channels = images.shape[1];
        Tensor rows = weights.view(1, 1, BlurSize, 1).expand(channels, 1, BlurSize, 1).contiguous(), columns = weights.view(1, 1, 1, BlurSize).expand(channels, 1, 1, BlurSize).contiguous();
        Tensor down = F.conv2d(images, rows, padding: [BlurSize / 2, 0], groups: channels);
        return F.conv2d(down, columns, padding: [0, BlurSize / 2], groups: channels).MoveToOuterDisposeScope();
    }
}
