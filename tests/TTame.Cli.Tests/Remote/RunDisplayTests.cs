using System.Text.Json;
using Spectre.Console;
using TTame.Cli.Remote;

namespace TTame.Cli.Tests.Remote;

/// <summary>What the user sees of a run, from what <c>GET /api/runs/{id}</c> answers.</summary>
[Trait("Kind", "Unit")]
public class RunDisplayTests
{
    [Fact]
    public void Line_TwoWorkersAndATrialThatFailed_SaysAllOfThem()
    {
        string line = RunText.Line(View("Running", Worker(4, 1), Worker(6, 1)));

        Assert.StartsWith("Running, training, 3 shards scored; trial 2 failed: no [taps]; trial 1, worker 1: step 4 of 10, epoch 1 of 2: loss 1.234 (cross-entropy 0.500", line);
        Assert.Contains("; trial 1, worker 2: step 6 of 10, ", line);
        Assert.Contains("12.3 images/s, 1 min left, 1 unreadable", line);
    }

    [Fact]
    public void Line_StartInClosedForm_CountsPhotographs()
        => Assert.Contains("trial 1: start in closed form: 4 of 10 images", RunText.Line(View("Running", Worker(4, 0))));

    [Theory]
    [InlineData("Failed", "Failed. storage is away")]
    [InlineData("Completed", "mine is published: trial 1 after epoch 2, AD − IC 12.3 on the validation list; test list: 3 images, 0 skipped, 0 lost; AD 10.1 IC 20.2 at 100 %, AD 50.0 IC 3.0 at 15 %.")]
    public void Outcome_AnEnd_IsASentence(string status, string sentence)
    {
        var view = View(status);
        Assert.True(RunText.HasEnded(view));
        Assert.Equal(sentence, RunText.Outcome(view));
    }

    [Fact]
    public async Task Bars_OnATerminal_ShowTheRunAndEachWorkerThatHasBegun()
    {
        using var screen = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(screen), Ansi = AnsiSupport.Yes, ColorSystem = ColorSystemSupport.NoColors, Interactive = InteractionSupport.Yes });
        console.Profile.Width = 300;
        await console.Progress().AutoRefresh(false).Columns(new TaskDescriptionColumn(), new PercentageColumn()).StartAsync(bars =>
        {
            var display = new RunBars(bars);
            display.Show(View("Running", "null"));
            display.Show(View("Running", Worker(4, 1), Worker(6, 1)));
            display.Show(View("Completed", Worker(10, 2), Worker(10, 2)));
            bars.Refresh();
            return Task.CompletedTask;
        });

        Assert.Contains("Completed, training, 3 shards scored; trial 2 failed: no [taps]", screen.ToString());
        Assert.Contains("trial 1, worker 2: epoch 2 of 2: loss 1.234", screen.ToString());
        Assert.Contains("100%", screen.ToString());
    }

    private static string Worker(int step, int epoch) => $$"""
        {"now": {"epoch": {{epoch}}, "epochs": 2, "step": {{step}}, "totalSteps": 10, "last": {"total": 1, "crossEntropy": 0.5, "area": 0.4, "variation": 0.1},
         "epochMean": {"total": 1.234, "crossEntropy": 0.5, "area": 0.4, "variation": 0.01}, "learningRate": 0.001, "imagesPerSecond": 12.3, "remaining": "00:01:05.5", "unreadable": 1},
         "epochs": [], "curve": [], "unreadable": []}
        """;

    private static JsonElement View(string status, params string[] workers)
    {
        string failure = JsonSerializer.Serialize(status == "Failed" ? "storage is away" : null);
        return JsonDocument.Parse($$"""
        {"summary": {"id": "demo", "kind": "train", "status": "{{status}}", "phase": "training", "createdAt": "2026-03-01T10:00:00+00:00", "lastUpdatedAt": "2026-03-01T10:00:00+00:00"},
         "trials": [{"trial": {"number": 1}, "workers": [{{string.Join(",", workers)}}], "failure": null}, {"trial": {"number": 2}, "workers": [null], "failure": "no [taps]"}], "shardsDone": 3,
         "result": {"model": "mine", "sha256": "ab", "chosen": 1, "epoch": 2, "criterion": 12.34, "test": {"images": 3, "skipped": 0, "lost": 0,
          "shares": [{"keptShare": 1, "averageDrop": 10.1, "increase": 20.2}, {"keptShare": 0.15, "averageDrop": 50, "increase": 3}]} },
         "failure": {{failure}}, "reason": null}
        """).RootElement;
    }
}
