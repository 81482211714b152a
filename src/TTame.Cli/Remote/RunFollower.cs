using System.Text.Json;

namespace TTame.Cli.Remote;

/// <summary>Shows how a run goes on until it ends.</summary>
internal sealed class RunFollower(RemoteService service)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(2);

    /// <summary>A line whenever something has changed.</summary>
    /// <returns>Done where the run completed, Failed where it did not.</returns>
    public async Task<int> Follow(string run, CancellationToken cancel)
    {
        string last = "";
        while (true)
        {
            var view = await service.GetAsync($"api/runs/{Uri.EscapeDataString(run)}", cancel);
            string text = Line(view);
            if (text != last) Screen.Note(text);
            last = text;
            string status = view.GetProperty("summary").GetProperty("status").GetString()!;
            if (status is "Completed" or "Failed" or "Terminated")
            {
                if (status == "Completed") Console.WriteLine(view.GetProperty("result").ToString());
                else Screen.Complain($"{status}. {Text(view, "failure")}{Text(view, "reason")}");
                return status == "Completed" ? ExitCode.Done : ExitCode.Failed;
            }
            await Task.Delay(BetweenLooks, cancel);
        }
    }

    /// <summary>Status, phase, and where every worker of every trial is.</summary>
    internal static string Line(JsonElement view)
    {
        var summary = view.GetProperty("summary");
        List<string> parts = [$"{Text(summary, "status")}, {Text(summary, "phase")}"];
        foreach (var trial in view.GetProperty("trials").EnumerateArray())
            foreach (var worker in trial.GetProperty("workers").EnumerateArray())
                if (worker.ValueKind == JsonValueKind.Object && worker.GetProperty("now") is { ValueKind: JsonValueKind.Object } now)
                    parts.Add(now.GetProperty("epoch").GetInt32() == 0
                        ? FormattableString.Invariant($"trial {trial.GetProperty("trial").GetProperty("number")}: start, {now.GetProperty("step")} of {now.GetProperty("totalSteps")} images, {now.GetProperty("imagesPerSecond").GetDouble():0.0} images/s")
                        : FormattableString.Invariant($"trial {trial.GetProperty("trial").GetProperty("number")}: epoch {now.GetProperty("epoch")}, step {now.GetProperty("step")} of {now.GetProperty("totalSteps")}, loss {now.GetProperty("epochMean").GetProperty("total").GetDouble():0.000}, {now.GetProperty("imagesPerSecond").GetDouble():0.0} images/s"));
        int shards = view.GetProperty("shardsDone").GetInt32();
        if (shards > 0) parts.Add($"{shards} shards scored");
        return string.Join("; ", parts);
    }

    private static string Text(JsonElement element, string member) => element.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
