using System.Text.Json;
using System.Text.Json.Serialization;

namespace TTame.Cli.Golden;

/// <summary>The report of a run: a line per family and backbone, what failed, and the counts last.</summary>
internal static class GoldenReport
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>The report's text.</summary>
    public static string Text(IReadOnlyList<GoldenRow> rows)
    {
        List<string> lines = [$"{"family",-22} {"backbone",-10} {"passed",6} {"failed",6}  {"worst error",-11}  tolerance"];
        foreach (var group in rows.Where(r => r.Outcome != GoldenOutcome.Skipped).GroupBy(r => (r.Family, r.Backbone)))
        {
            // Worst is judged against its own tolerance: a family may have several.
            var worst = group.MaxBy(r => r.Error is null ? double.PositiveInfinity : double.IsNaN(r.Error.Value) ? double.MaxValue : r.Tolerance > 0 ? r.Error / r.Tolerance : r.Error > 0 ? double.MaxValue : 0)!;
            lines.Add(FormattableString.Invariant($"{group.Key.Family,-22} {group.Key.Backbone,-10} {Count(group, GoldenOutcome.Passed),6} {Count(group, GoldenOutcome.Failed),6}  {Number(worst.Error),-11}  {Number(worst.Tolerance)}"));
        }
        foreach (var row in rows.Where(r => r.Outcome == GoldenOutcome.Skipped)) lines.Add($"SKIPPED  {row.Name}: {row.Reason}");
        foreach (var row in rows.Where(r => r.Outcome == GoldenOutcome.Failed))
            lines.Add($"FAILED   {row.Family} {row.Backbone} {row.Name}: {row.Reason ?? $"error {Number(row.Error)}, allowed {Number(row.Tolerance)}"}");
        lines.Add($"{Count(rows, GoldenOutcome.Passed)} passed, {Count(rows, GoldenOutcome.Failed)} failed, {Count(rows, GoldenOutcome.Skipped)} skipped");
        return string.Join(Environment.NewLine, lines);
    }

    /// <summary>The rows as JSON.</summary>
    public static void Write(string path, IReadOnlyList<GoldenRow> rows) => File.WriteAllText(path, JsonSerializer.Serialize(rows, Json));

    private static int Count(IEnumerable<GoldenRow> rows, GoldenOutcome outcome) => rows.Count(r => r.Outcome == outcome);

    private static string Number(double? value) => value is { } v ? FormattableString.Invariant($"{v:0.##e+0}") : "–";
}
