using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using TTame.Core.Evaluation;
using TTame.Core.Reports;

namespace TTame.Cli.Commands;

/// <summary><c>ttame plot SERIES@N=rows.json … --out FILE</c>: learning curves from the rows of evaluations.</summary>
internal static class PlotCommand
{
    public static Command Build()
    {
        var points = new Argument<string[]>("points") { HelpName = "SERIES@N=FILE", Arity = ArgumentArity.OneOrMore, Description = "A point of a curve: its name, how many photographs, and the rows that 'ttame evaluate --json FILE' wrote, of one model and one explainer." };
        var reference = new Option<string?>("--reference") { HelpName = "NAME=FILE", Description = "Rows of what does not depend on photographs, drawn as a level." };
        var output = new Option<string>("--out") { Required = true, HelpName = "FILE", Description = "Where the picture goes (SVG)." };
        var abscissa = new Option<string>("--abscissa") { HelpName = "TEXT", Description = "What is counted from left to right. Default: photographs.", DefaultValueFactory = _ => "photographs" };
        var command = new Command("plot", "Draws what evaluations found against the number of photographs, with 95 % intervals.") { points, reference, output, abscissa };
        command.SetAction(parsed =>
        {
            CurvePoint? level = parsed.GetValue(reference) is { } given ? Reference(given) : null;
            string picture = Draw([.. parsed.GetRequiredValue(points).Select(Point)], level, parsed.GetRequiredValue(abscissa));
            File.WriteAllText(parsed.GetRequiredValue(output), picture);
            return ExitCode.Done;
        });
        return command;
    }

    private static string Draw(IReadOnlyList<CurvePoint> points, CurvePoint? reference, string abscissa)
    {
        try
        {
            return CurvePlot.Svg(points, reference, abscissa);
        }
        catch (ArgumentException unfit)
        {
            throw new CliException(ExitCode.Usage, unfit.Message, "'ttame plot --help' shows the form of a point.");
        }
    }

    private static CurvePoint Point(string text)
    {
        (string name, string file) = Halves(text, "SERIES@N=FILE");
        int at = name.LastIndexOf('@');
        return at > 0 && double.TryParse(name[(at + 1)..], NumberStyles.Float, CultureInfo.InvariantCulture, out double x)
            ? new(name[..at], x, Rows(file))
            : throw new CliException(ExitCode.Usage, $"'{text}' is no point.", "Write SERIES@N=FILE, for example random@300=out/random-300.json.");
    }

    private static CurvePoint Reference(string text)
    {
        (string name, string file) = Halves(text, "NAME=FILE");
        return new(name, 1, Rows(file));
    }

    private static (string Name, string File) Halves(string text, string form)
        => text.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals ? (text[..equals], text[(equals + 1)..]) : throw new CliException(ExitCode.Usage, $"'{text}' names no file.", $"Write {form}.");

    private static EvaluationRow[] Rows(string file)
    {
        try
        {
            EvaluationRow[]? rows = JsonSerializer.Deserialize<EvaluationRow[]>(File.ReadAllText(file), JsonSerializerOptions.Web);
            if (rows is not { Length: > 0 }) throw new CliException(ExitCode.Input, $"'{file}' holds no rows.", "Name what 'ttame evaluate --json FILE' wrote.");
            return rows.Select(row => (row.Model, row.Explainer)).Distinct().Count() == 1
                ? rows
                : throw new CliException(ExitCode.Input, $"'{file}' holds rows of several models or explainers.", "A curve is of one: evaluate each into a file of its own.");
        }
        catch (Exception unfit) when (unfit is JsonException or IOException)
        {
            throw new CliException(ExitCode.Input, $"'{file}' can't be read as rows: {unfit.Message}", "Name what 'ttame evaluate --json FILE' wrote.");
        }
    }
}
