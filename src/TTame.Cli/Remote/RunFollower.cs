using System.Text.Json;

namespace TTame.Cli.Remote;

/// <summary>Shows how a run goes on until it ends.</summary>
/// <param name="service">Where it runs.</param>
/// <param name="betweenLooks">How long it waits from look to look.</param>
internal sealed class RunFollower(RemoteService service, TimeSpan betweenLooks)
{
    // A service that is killed and started again is waited for; the run itself goes on from its last checkpoint.
    private const int MostLooksInVain = 90;

    /// <summary>Looks every two seconds.</summary>
    public RunFollower(RemoteService service) : this(service, TimeSpan.FromSeconds(2))
    {
    }

    /// <summary>Bars where there is a terminal, else a line whenever something has changed. The result goes to standard output, a sentence about it to standard error.</summary>
    /// <returns>Done where the run completed, Failed where it did not.</returns>
    /// <exception cref="CliException">There is no such run, or the service stays away.</exception>
    public async Task<int> Follow(string run, CancellationToken cancel)
    {
        try
        {
            var end = Screen.IsLive
                ? await Screen.Progress(bars => UntilItEnds(run, new RunBars(bars), cancel))
                : await UntilItEnds(run, new RunLines(), cancel);
            return Tell(end);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            Screen.Note($"The run goes on. ./ttame runs {run} --follow shows it again.");
            return ExitCode.Interrupted;
        }
    }

    private async Task<JsonElement> UntilItEnds(string run, IRunDisplay display, CancellationToken cancel)
    {
        for (int inVain = 0; ;)
        {
            try
            {
                var view = await service.GetAsync($"api/runs/{Uri.EscapeDataString(run)}", cancel);
                inVain = 0;
                display.Show(view);
                if (RunText.HasEnded(view)) return view;
            }
            catch (CliException away) when (away.ExitCode == ExitCode.Machine && ++inVain <= MostLooksInVain)
            {
                if (inVain == 1) Screen.Note("The service does not answer; it is asked again.");
            }
            await Task.Delay(betweenLooks, cancel);
        }
    }

    private static int Tell(JsonElement view)
    {
        if (RunText.Status(view) != "Completed")
        {
            Screen.Complain(RunText.Outcome(view));
            return ExitCode.Failed;
        }
        Screen.Note(RunText.Outcome(view));
        Console.WriteLine(view.GetProperty("result").ToString());
        return ExitCode.Done;
    }
}

/// <summary>Where a run is shown.</summary>
internal interface IRunDisplay
{
    /// <summary>Shows where it stands now.</summary>
    /// <param name="view">What <c>GET /api/runs/{id}</c> answers.</param>
    void Show(JsonElement view);
}

/// <summary>A line whenever something has changed: for files and pipes.</summary>
internal sealed class RunLines : IRunDisplay
{
    private string last = "";

    /// <inheritdoc/>
    public void Show(JsonElement view)
    {
        string text = RunText.Line(view);
        if (text != last) Screen.Note(text);
        last = text;
    }
}
