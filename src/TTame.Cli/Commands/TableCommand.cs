using System.CommandLine;
using TTame.Core.Attention;
using TTame.Core.Evaluation;
using TTame.Core.Explainers;
using TTame.Core.Reports;

namespace TTame.Cli.Commands;

/// <summary><c>ttame table rows.*.jsonl</c>: the records of several evaluations of one model as one table.</summary>
internal static class TableCommand
{
    public static Command Build()
    {
        var files = new Argument<string[]>("records") { HelpName = "FILE", Arity = ArgumentArity.OneOrMore, Description = "Record files (.jsonl) that 'ttame evaluate --json' keeps, all of one model. Methods stand in the order of the files." };
        var seed = new Option<ulong>("--seed") { HelpName = "N", Description = "Seed of the bootstrap. Default: 0." };
        var models = CommonOptions.Models();
        var command = new Command("table", "Puts the per-image records of evaluations together: one Markdown table of means, 95 % intervals, passes and paired differences.") { files, seed, models };
        command.SetAction(parsed =>
        {
            Console.Out.Write(Table(parsed.GetRequiredValue(files), parsed.GetValue(seed), parsed.GetRequiredValue(models)));
            return ExitCode.Done;
        });
        return command;
    }

    private static string Table(string[] files, ulong seed, string models)
    {
        EvaluationRecords records = Read(files);
        List<ImageRecord> counted = [.. records.Records.Where(record => record.Skipped is null)];
        EvaluationPlan plan = new()
        {
            Explainers = [.. counted.Select(record => record.Explainer).Distinct()],
            Measures = [.. EvaluationMeasures.Names.Where(name => counted.Exists(record => record.Scores.Any(score => score.Measure == name)))],
            Seed = seed,
        };
        if (plan.Explainers.Count == 0) throw new CliException(ExitCode.Input, "The files hold no measured image.", "Run 'ttame evaluate --json' first.");
        var card = new ModelLibrary(models, new() { MissingHash = MissingHash.Warn }).Card(records.Model);
        Dictionary<string, int> printed = [];
        foreach (string explainer in plan.Explainers)
            if (PrintedPasses.Of(explainer, card) is { } passes) printed[explainer] = passes;
        return MethodTable.Markdown(Evaluator.Reduce(records.Model, plan, records.Records), printed);
    }

    private static EvaluationRecords Read(string[] files)
    {
        try
        {
            return EvaluationRecords.Read(files);
        }
        catch (Exception unfit) when (unfit is ArgumentException or IOException)
        {
            throw new CliException(ExitCode.Input, unfit.Message, "Name record files of one model, as 'ttame evaluate --json' keeps them.");
        }
    }
}
