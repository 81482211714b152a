using System.CommandLine;
using System.Text.Json;
using Spectre.Console;
using TTame.Core.Attention;
using TTame.Core.Backbones;

namespace TTame.Cli.Commands;

/// <summary><c>ttame models [--models DIR] [--json]</c>.</summary>
internal static class ModelsCommand
{
    private const int HashDigits = 8;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Build()
    {
        var models = CommonOptions.Models();
        var json = new Option<bool>("--json") { Description = "Write the list as JSON." };
        var command = new Command("models", "Lists the models that are there: kind, taps, classes, hash, licence, how trained.") { models, json };
        command.SetAction(parsed =>
        {
            var library = new ModelLibrary(parsed.GetRequiredValue(models), new());
            var rows = Rows(library);
            if (parsed.GetValue(json)) Console.WriteLine(JsonSerializer.Serialize(rows, Json));
            else if (rows.Count == 0) Screen.Note($"There is no model in {library.Folder}.");
            else Show(rows);
            return rows.Any(r => r.Problem is not null) ? ExitCode.Failed : ExitCode.Done;
        });
        return command;
    }

    /// <summary>One row per model folder, readable or not.</summary>
    internal static List<ModelRow> Rows(ModelLibrary library) => [.. library.Entries().Select(Row)];

    /// <summary>What the list says of a model; <paramref name="Problem"/> alone where its card cannot be read.</summary>
    internal sealed record ModelRow(string Name, string? Kind, string? Architecture, string? Taps, int? Classes, string? Sha256, string? AttentionSha256, string? Licence, string? Trained, string? Problem);

    private static ModelRow Row(ModelEntry entry) => entry.Card is { } card
        ? new(
            entry.Name, card.Kind.ToString().ToLowerInvariant(), card.Architecture?.Family ?? card.Format, card.Attention?.Features ?? Names(entry.Taps) ?? Outputs(card.Outputs), card.Classes.Count,
            card.Sha256, card.Attention?.Sha256, card.Licence, card.Attention is null ? null : TrainingNote.Of(card) ?? "not stated", null)
        : new(entry.Name, null, null, null, null, null, null, null, null, entry.Problem!.Message);

    private static string? Short(string? hash) => hash?.Substring(0, HashDigits);

    private static string? Names(IReadOnlyList<FeatureTap>? taps) => taps is null ? null : string.Join(", ", taps.Select(tap => tap.Name));

    private static string? Outputs(IReadOnlyList<string>? outputs) => outputs is null ? null : string.Join(", ", outputs.Skip(1));

    private static void Show(List<ModelRow> rows)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("model", "kind", "network", "taps", "classes", "sha256", "licence", "attention");
        foreach (var row in rows.Where(r => r.Problem is null))
            table.AddRow([.. new[]
            {
                row.Name, row.Kind!, row.Architecture!, row.Taps ?? "its own", $"{row.Classes}", Short(row.Sha256) ?? "none: add it", row.Licence ?? "not stated",
                row.Trained is null ? "none yet: ttame train" : $"{Short(row.AttentionSha256)} {row.Trained}",
            }.Select(Markup.Escape)]);
        Screen.Out.Write(table);
        foreach (var row in rows.Where(r => r.Problem is not null)) Screen.Complain(row.Problem!);
    }
}
