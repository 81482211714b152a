using TorchSharp;
using TTame.Cli.Commands;
using TTame.Cli.Road;
using TTame.Core.Attention;
using TTame.Core.Explainers;
using TTame.Core.Imaging;
using TTame.Core.Metrics.Road;
using TTame.Testing;
using static TorchSharp.torch;

namespace TTame.Cli.Tests.Road;

public class RoadFigureTests
{
    [Fact, Trait("Kind", "Unit")]
    public void Make_PhotographOfACat_NaiveFillingIsOneColourAndNoisyFillingIsNot()
    {
        using LoadedModel model = new ModelLibrary(Path.Combine(Ground.Repository, "models"), new()).Load("efficientnet-lite0", CPU);
        RgbImage cat = ImageDecoder.Decode(File.ReadAllBytes(Path.Combine(Ground.Golden, "images", "chelsea.jpg")), ImageLimits.Default).Image;
        RgbImage crop = Preprocessing.Prepare(cat, model.Card.Input).Crop;
        RoadOptions options = new() { Shares = [new(0.1), new(0.5), new(0.9)] };
        RoadFigure figure = RoadFigure.Make(model.Classifier, crop, new GradCamPlusPlus(model.Card.Targets[0]), options);

        Assert.Equal((4 * 228 - 4, 2 * 228 - 4), (figure.MostRelevantFirst.Width, figure.MostRelevantFirst.Height));
        Assert.InRange(MostFrequent(figure.LeastRelevantFirst, left: 3 * 228, top: 0), 0.899, 0.95);
        Assert.InRange(MostFrequent(figure.LeastRelevantFirst, left: 3 * 228, top: 228), 0, 0.05);
        Assert.Equal(3, figure.Curves.Count);
        Assert.Contains(FormattableString.Invariant($"| {figure.Curves[1].NoisyMorf:0.0} |"), RoadCommand.Table(figure), StringComparison.Ordinal);
    }

    // The share of the most frequent colour in one picture of the sheet.
    private static double MostFrequent(RgbImage sheet, int left, int top)
    {
        Dictionary<(byte, byte, byte), int> counts = [];
        for (int y = top; y < top + 224; y++)
            for (int x = left; x < left + 224; x++)
            {
                int at = (y * sheet.Width + x) * RgbImage.Channels;
                var colour = (sheet.Pixels[at], sheet.Pixels[at + 1], sheet.Pixels[at + 2]);
                counts[colour] = counts.GetValueOrDefault(colour) + 1;
            }
        return counts.Values.Max() / (224.0 * 224);
    }
}
