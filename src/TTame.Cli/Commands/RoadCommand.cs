using System.CommandLine;
using TTame.Cli.Road;
using TTame.Core.Attention;
using TTame.Core.Explainers;
using TTame.Core.Imaging;
using TTame.Core.Metrics.Road;
using TTame.Core.Primitives;
using static TorchSharp.torch;

namespace TTame.Cli.Commands;

/// <summary><c>ttame road PICTURE [--model NAME] [--models DIR] [--out DIR]</c>.</summary>
internal static class RoadCommand
{
    private const int JpegQuality = 90;

    public static Command Build()
    {
        var picture = new Argument<string>("picture") { Description = "A picture." };
        var model = CommonOptions.Model();
        var models = CommonOptions.Models();
        var target = new Option<string>("--out") { Description = "Folder for morf.jpg and lerf.jpg. Default: out/road.", HelpName = "DIR", DefaultValueFactory = _ => Path.Combine("out", "road") };
        var command = new Command("road", "Shows what ROAD does to a picture: pixels removed by a Grad-CAM++ map, filled naively and by noisy linear imputation, and the confidence that is left.") { picture, model, models, target };
        command.SetAction(parsed =>
        {
            using LoadedModel loaded = new ModelLibrary(parsed.GetRequiredValue(models), new()).Load(parsed.GetRequiredValue(model), CPU);
            string layer = loaded.Card.Targets.Count > 0 ? loaded.Card.Targets[0] : throw new ModelException(loaded.Card.Name, "its card names no target layer.", "Add one to the card's targets.");
            RgbImage whole = ImageDecoder.Decode(File.ReadAllBytes(parsed.GetRequiredValue(picture)), ImageLimits.Default).Image;
            RoadFigure figure = RoadFigure.Make(loaded.Classifier, Preprocessing.Prepare(whole, loaded.Card.Input).Crop, new GradCamPlusPlus(layer), new RoadOptions());
            string folder = Directory.CreateDirectory(parsed.GetRequiredValue(target)).FullName;
            Write(Path.Combine(folder, "morf.jpg"), figure.MostRelevantFirst);
            Write(Path.Combine(folder, "lerf.jpg"), figure.LeastRelevantFirst);
            Console.WriteLine(Table(figure));
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>The curves as a Markdown table.</summary>
    internal static string Table(RoadFigure figure) => string.Join(Environment.NewLine,
    [
        FormattableString.Invariant($"Class \"{figure.Class}\", {figure.Whole:0.0} % for the whole picture."),
        "",
        "| removed | MoRF, naive | MoRF, noisy linear | LeRF, naive | LeRF, noisy linear |",
        "|---:|---:|---:|---:|---:|",
        .. figure.Curves.Select(row => FormattableString.Invariant($"| {100 * row.Share:0} % | {row.NaiveMorf:0.0} | {row.NoisyMorf:0.0} | {row.NaiveLerf:0.0} | {row.NoisyLerf:0.0} |")),
        FormattableString.Invariant($"| mean | {figure.Curves.Average(row => row.NaiveMorf):0.0} | {figure.Curves.Average(row => row.NoisyMorf):0.0} | {figure.Curves.Average(row => row.NaiveLerf):0.0} | {figure.Curves.Average(row => row.NoisyLerf):0.0} |"),
    ]);

    private static void Write(string path, RgbImage picture)
    {
        using FileStream stream = File.Create(path);
        ImageWriter.WriteJpeg(picture, stream, JpegQuality);
    }
}
