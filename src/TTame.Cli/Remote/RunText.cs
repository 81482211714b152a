using System.Globalization;
using System.Text.Json;
using TTame.Cli.Train;
using TTame.Core.Training;

namespace TTame.Cli.Remote;

/// <summary>Where a worker of a trial is.</summary>
/// <param name="Name">Trial and, where there are several, worker.</param>
/// <param name="Step">Steps done; before the first epoch, photographs.</param>
/// <param name="TotalSteps">Steps in all; before the first epoch, photographs.</param>
/// <param name="InEpoch">Whether the first epoch has begun.</param>
/// <param name="Says">Epoch, loss with its parts, speed, time left.</param>
internal sealed record WorkerText(string Name, int Step, int TotalSteps, bool InEpoch, string Says);

/// <summary>What <c>GET /api/runs/{id}</c> answers, as people read it.</summary>
internal static class RunText
{
    /// <summary>Status of the run's orchestration.</summary>
    public static string Status(JsonElement view) => Text(view.GetProperty("summary"), "status");

    /// <summary>Whether nothing more will happen.</summary>
    public static bool HasEnded(JsonElement view) => Status(view) is "Completed" or "Failed" or "Terminated";

    /// <summary>Status, phase, shards scored, and the trials that have failed.</summary>
    public static string Head(JsonElement view)
    {
        string phase = Text(view.GetProperty("summary"), "phase");
        int shards = view.GetProperty("shardsDone").GetInt32();
        return Status(view) + (phase.Length > 0 ? $", {phase}" : "") + (shards > 0 ? $", {shards} shards scored" : "")
            + string.Concat(view.GetProperty("trials").EnumerateArray().Where(t => Text(t, "failure").Length > 0).Select(t => $"; trial {t.GetProperty("trial").GetProperty("number")} failed: {Text(t, "failure")}"));
    }

    /// <summary>All of it in one line.</summary>
    public static string Line(JsonElement view)
        => string.Join("; ", Workers(view).Select(w => w.InEpoch ? string.Create(CultureInfo.InvariantCulture, $"{w.Name}: step {w.Step} of {w.TotalSteps}, {w.Says}") : $"{w.Name}: {w.Says}").Prepend(Head(view)));

    /// <summary>The workers that have begun.</summary>
    public static IEnumerable<WorkerText> Workers(JsonElement view)
    {
        foreach (var trial in view.GetProperty("trials").EnumerateArray())
        {
            int count = trial.GetProperty("workers").GetArrayLength(), number = 0;
            foreach (var worker in trial.GetProperty("workers").EnumerateArray())
            {
                number++;
                if (worker.ValueKind != JsonValueKind.Object || worker.GetProperty("now") is not { ValueKind: JsonValueKind.Object } now) continue;
                string name = string.Create(CultureInfo.InvariantCulture, $"trial {trial.GetProperty("trial").GetProperty("number")}{(count > 1 ? $", worker {number}" : "")}");
                var progress = now.Deserialize<TrainingProgress>(JsonSerializerOptions.Web)!;
                yield return new(name, progress.Step, progress.TotalSteps, progress.Epoch > 0, TrainingDisplay.Text(progress));
            }
        }
    }

    /// <summary>A sentence about how a run ended.</summary>
    public static string Outcome(JsonElement view)
    {
        string status = Status(view);
        if (status != "Completed") return $"{status}. {Text(view, "failure")}{Text(view, "reason")}";
        var result = view.GetProperty("result");
        return result.TryGetProperty("model", out var model)
            ? string.Create(CultureInfo.InvariantCulture, $"{model} is published: trial {result.GetProperty("chosen")} after epoch {result.GetProperty("epoch")}, AD − IC {result.GetProperty("criterion").GetDouble():0.0} on the validation list; test list: {Scores(result.GetProperty("test"))}.")
            : string.Join(" ", result.GetProperty("models").EnumerateObject().Select(m => $"{m.Name}: {Scores(m.Value)}."));
    }

    private static string Scores(JsonElement score)
        => string.Create(CultureInfo.InvariantCulture, $"{score.GetProperty("images")} images, {score.GetProperty("skipped")} skipped, {score.GetProperty("lost")} lost; ")
            + string.Join(", ", score.GetProperty("shares").EnumerateArray().Select(s => string.Create(CultureInfo.InvariantCulture, $"AD {s.GetProperty("averageDrop").GetDouble():0.0} IC {s.GetProperty("increase").GetDouble():0.0} at {100 * s.GetProperty("keptShare").GetDouble():0} %")));

    private static string Text(JsonElement element, string member) => element.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
