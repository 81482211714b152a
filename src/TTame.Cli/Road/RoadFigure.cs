using TorchSharp;
using TTame.Core.Backbones;
using TTame.Core.Explainers;
using TTame.Core.Imaging;
using TTame.Core.Metrics.Road;
using TTame.Core.Primitives;
using static TorchSharp.torch;

namespace TTame.Cli.Road;

/// <summary>One picture as ROAD sees it: most and least relevant pixels removed, filled naively by the picture's mean colour and by noisy linear imputation.</summary>
/// <param name="MostRelevantFirst">Above: the picture, then naive filling at each shown share; below: the map, then noisy linear imputation.</param>
/// <param name="LeastRelevantFirst">The same for the least relevant pixels.</param>
/// <param name="Curves">Confidence in the predicted class per share, in percent.</param>
/// <param name="Class">Its name.</param>
/// <param name="Whole">Confidence in it for the whole picture, in percent.</param>
/// <source>T-TAME:§IV-B2</source>
internal sealed record RoadFigure(RgbImage MostRelevantFirst, RgbImage LeastRelevantFirst, IReadOnlyList<RoadFigure.Row> Curves, string Class, double Whole)
{
    private const int Gap = 4;

    /// <summary>Shares whose pictures are shown; curves have all of the paper's.</summary>
    private static readonly double[] Shown = [0.1, 0.5, 0.9];

    /// <summary>Confidences at one share, in percent.</summary>
    internal sealed record Row(double Share, double NaiveMorf, double NoisyMorf, double NaiveLerf, double NoisyLerf);

    /// <summary>Makes the figure.</summary>
    public static RoadFigure Make(IClassifier classifier, RgbImage crop, IExplainer explainer, RoadOptions options)
    {
        using var scope = NewDisposeScope();
        ForwardPass pass = classifier.Forward(Preprocessing.ToPixels([crop], classifier.Device));
        ClassLabels labels = new(pass.Logits.Values.argmax(1));
        ScaledMaps map = explainer.ToImage(explainer.Explain(classifier, pass, labels), crop.Height, crop.Width);
        float[] Confidences(IEnumerable<PixelImages> pictures) => [.. pictures.Select(picture =>
            classifier.Card.Confidence.Of(classifier.Classify(Preprocessing.Standardise(picture, classifier.Card.Input)), labels).item<float>())];
        var orders = new[] { RemovalOrder.MostRelevantFirst, RemovalOrder.LeastRelevantFirst }.Select(order =>
        {
            IReadOnlyList<PixelImages> naive = Naive(pass.Pixels, map, order, options), noisy = RemoveAndImpute.Pictures(pass.Pixels, map, order, options);
            return (Naive: naive, Noisy: noisy, NaiveCurve: Confidences(naive), NoisyCurve: Confidences(noisy));
        }).ToArray();
        RgbImage overlay = Overlay.Render(crop, new CropWindow(crop.Width, crop.Height, 0, 0, crop.Width), map.Values.contiguous().data<float>().ToArray(), crop.Height, crop.Width, OverlayOptions.Default);
        RgbImage[] sheets = [.. orders.Select(order => Sheet([[crop, .. Shots(order.Naive, options)], [overlay, .. Shots(order.Noisy, options)]]))];
        IEnumerable<Row> rows = options.Shares.Select((share, i) => new Row(
            share.Value, 100 * orders[0].NaiveCurve[i], 100 * orders[0].NoisyCurve[i], 100 * orders[1].NaiveCurve[i], 100 * orders[1].NoisyCurve[i]));
        return new(sheets[0], sheets[1], [.. rows], classifier.Card.Classes[(int)labels.Values[0].item<long>()], 100 * classifier.Card.Confidence.Of(pass.Logits, labels).item<float>());
    }

    private static List<PixelImages> Naive(PixelImages pixels, ScaledMaps map, RemovalOrder order, RoadOptions options)
    {
        using var removal = new Removal(map, order, options.Rule, options.Seed);
        Tensor mean = pixels.Values.mean([2, 3], keepdim: true);
        return [.. options.Shares.Select(share => new PixelImages(where(removal.Removed(share), mean, pixels.Values)))];
    }

    private static IEnumerable<RgbImage> Shots(IReadOnlyList<PixelImages> pictures, RoadOptions options)
        => Shown.Select(share => Picture(pictures[Enumerable.Range(0, options.Shares.Count).MinBy(i => Math.Abs(options.Shares[i].Value - share))]));

    private static RgbImage Picture(PixelImages image)
    {
        Tensor bytes = (image.Values[0].clamp(0, 1) * 255).round().to(uint8).permute(1, 2, 0).contiguous();
        return new((int)bytes.shape[1], (int)bytes.shape[0], bytes.data<byte>().ToArray());
    }

    private static RgbImage Sheet(RgbImage[][] rows)
    {
        int side = rows[0][0].Width, width = rows[0].Length * (side + Gap) - Gap, height = rows.Length * (side + Gap) - Gap;
        byte[] sheet = new byte[width * height * RgbImage.Channels];
        Array.Fill(sheet, byte.MaxValue);
        for (int r = 0; r < rows.Length; r++)
            for (int c = 0; c < rows[r].Length; c++)
                for (int y = 0; y < side; y++)
                    rows[r][c].Pixels.AsSpan(y * side * RgbImage.Channels, side * RgbImage.Channels).CopyTo(sheet.AsSpan(((r * (side + Gap) + y) * width + c * (side + Gap)) * RgbImage.Channels));
        return new(width, height, sheet);
    }
}
