using Spectre.Console;
using TTame.Core.Attention;
using TTame.Core.Backbones;
using TTame.Core.Evaluation;
using TTame.Core.Imaging;
using static TorchSharp.torch;

namespace TTame.Cli.Evaluate;

/// <summary>Measures models one after the other, each on the same list.</summary>
internal sealed class EvaluateRun(EvaluateRequest request, ModelLibrary library)
{
    /// <summary>Measures, or goes on measuring.</summary>
    /// <returns>One result per model, in the request's order.</returns>
    /// <exception cref="CliException">The plan does not hold, or records of another plan are in the way.</exception>
    public IReadOnlyList<(ModelCard Card, EvaluationResult Result)> Run(Device device, ProgressContext progress, CancellationToken cancel)
    {
        using var images = ImageList.Every(ImageList.Open(request.Images), request.Every);
        List<(ModelCard, EvaluationResult)> results = [];
        foreach (string name in request.Models)
        {
            var bar = progress.AddTask(Markup.Escape(name), maxValue: Math.Max(1, images.Entries.Count));
            using var model = library.Load(name, device);
            foreach (string warning in model.Warnings) Screen.Note(warning);
            results.Add((model.Card, Measure(model, images, new BarProgress(bar), cancel)));
        }
        return results;
    }

    private EvaluationResult Measure(LoadedModel model, ImageList images, BarProgress progress, CancellationToken cancel)
    {
        string? records = request.Records(model.Card.Name);
        if (records is not null) Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(records))!);
        if (records is not null && request.Fresh) File.Delete(records);
        try
        {
            return Evaluator.Run(model, images, request.Plan, records, progress, cancel);
        }
        catch (ArgumentException unfit)                        // an unknown name, a number out of range, records of another plan
        {
            throw new CliException(ExitCode.Usage, unfit.Message, "--fresh throws earlier records away.");
        }
    }

    private sealed class BarProgress(ProgressTask bar) : IProgress<EvaluationProgress>
    {
        public void Report(EvaluationProgress value) => bar.Value = value.Done;
    }
}
