using System.Text.Json;
using Spectre.Console;

namespace TTame.Cli.Remote;

/// <summary>A run on a terminal: a bar for each worker of each trial that has begun, and one line for the run as a whole.</summary>
/// <param name="bars">Where they are drawn.</param>
internal sealed class RunBars(ProgressContext bars) : IRunDisplay
{
    private readonly ProgressTask whole = bars.AddTask("Run", maxValue: 1);
    private readonly Dictionary<string, ProgressTask> workers = [];

    /// <inheritdoc/>
    public void Show(JsonElement view)
    {
        whole.Description = Markup.Escape(RunText.Head(view));
        whole.IsIndeterminate = !RunText.HasEnded(view);
        whole.Value = RunText.HasEnded(view) ? 1 : 0;
        foreach (var worker in RunText.Workers(view))
        {
            if (!workers.TryGetValue(worker.Name, out var bar)) workers[worker.Name] = bar = bars.AddTask(Markup.Escape(worker.Name));
            bar.MaxValue = Math.Max(1, worker.TotalSteps);
            bar.Value = worker.Step;
            bar.Description = Markup.Escape($"{worker.Name}: {worker.Says}");
        }
    }
}
