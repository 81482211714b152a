using System.CommandLine;
using TTame.Cli.Explain;
using TTame.Core.Attention;
using TTame.Core.Imaging;
using TTame.Core.Primitives;

namespace TTame.Cli.Commands;

/// <summary><c>ttame explain FILE|FOLDER|GLOB … [--model --classes --out]</c>.</summary>
internal static class ExplainCommand
{
    private const int BatchSize = 8;
    private const int Shown = 3;

    public static Command Build()
    {
        var inputs = new Argument<string[]>("pictures") { Arity = ArgumentArity.OneOrMore, Description = "Files, folders (with all below them) or globs in quotes." };
        var (model, models, device) = (CommonOptions.Model(), CommonOptions.Models(), CommonOptions.Device());
        var classes = new Option<ClassSelection>("--classes")
        {
            Description = "top:k, all, or class ids and names separated by commas. Default: top:3.", HelpName = "CLASSES",
            DefaultValueFactory = _ => ClassSelection.Usual,
            CustomParser = given => Parse(given),
        };
        var output = new Option<string>("--out") { Description = "Folder for the results. Default: out/explain.", HelpName = "DIR", DefaultValueFactory = _ => Path.Combine("out", "explain") };
        var measure = new Option<bool>("--faithfulness") { Description = "Measure how faithful the predicted class's map is: four passes a picture instead of one." };
        var grey = new Option<bool>("--grey") { Description = "Also write each map alone, as a grey picture." };
        var opacity = CommonOptions.Number("--opacity", "How strongly the colours cover the picture.", OverlayOptions.Default.Opacity, 0, 1);
        var colours = new Option<string>("--colour-map") { Description = $"Colours of the map. Default: {OverlayOptions.Default.ColourMap}.", DefaultValueFactory = _ => OverlayOptions.Default.ColourMap.Name };
        colours.AcceptOnlyFromAmong([.. ColourMap.All.Select(c => c.Name)]);
        var batch = CommonOptions.Count("--batch", "Pictures per pass.", BatchSize);
        var command = new Command("explain", "Explains pictures: an overlay for each class, the maps as numbers, a record. Needs no Azure.")
        {
            inputs, model, models, classes, output, measure, grey, opacity, colours, batch, device,
        };
        command.SetAction((parsed, cancel) =>
        {
            var request = new ExplainRequest(
                PictureFiles.Find(parsed.GetRequiredValue(inputs)), Path.GetFullPath(parsed.GetRequiredValue(output)), parsed.GetRequiredValue(classes), parsed.GetValue(measure),
                new(ColourMap.Named(parsed.GetRequiredValue(colours)), parsed.GetValue(opacity)), parsed.GetValue(grey), parsed.GetValue(batch));
            var library = new ModelLibrary(parsed.GetRequiredValue(models), new() { MissingHash = MissingHash.Warn });
            return Run(request, () => library.Load(parsed.GetRequiredValue(model), Devices.Of(parsed.GetRequiredValue(device))), cancel);
        });
        return command;
    }

    private static async Task<int> Run(ExplainRequest request, Func<LoadedModel> load, CancellationToken cancel)
    {
        List<ExplainedFile> files = [];
        await Screen.Progress(progress => Task.Run(
            () =>
            {
                var loading = progress.AddTask("Loading the model", maxValue: 1);
                using var model = load();
                foreach (string warning in model.Warnings) Screen.Note(warning);
                loading.Increment(1);
                var bar = progress.AddTask("Explaining", maxValue: request.Files.Count);
                new ExplainRun(request, model).Run(
                    file =>
                    {
                        files.Add(file);
                        bar.Increment(1);
                    },
                    cancel);
                return true;
            },
            cancel));
        foreach (var file in files) Say(file);
        int failed = files.Count(f => f.Failure is not null);
        Screen.Note($"{files.Count - failed} explained, {failed} failed; results in {request.Folder}");
        return failed == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    private static void Say(ExplainedFile file)
    {
        if (file.Failure is { } failure) Screen.Complain($"{file.File.Name}: {failure.Code}: {failure.Reason}");
        else Console.WriteLine($"{file.File.Name}: {string.Join(", ", file.Result!.Top5.Take(Shown).Select(c => $"{c.Name} {100 * c.Confidence:0.0} %"))}");
    }

    private static ClassSelection? Parse(System.CommandLine.Parsing.ArgumentResult given)
    {
        string text = string.Join(',', given.Tokens.Select(t => t.Value));
        if (ClassSelection.Parse(text) is { } selection) return selection;
        given.AddError($"--classes takes top:k, all, or a list of class ids and names, not '{text}'.");
        return null;
    }
}
