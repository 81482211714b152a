namespace LocalFunctionsHost.Durable;

/// <summary>Durable timers that are due some time; the history remembers them, this only wakes.</summary>
internal sealed class TimerBoard(DurableEngine engine)
{
    // A timer of the runtime cannot wait for longer than some weeks.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);
    private readonly PriorityQueue<Action, DateTime> _skipped = new();

    public void At(DateTime time, Action fire)
    {
        if (!engine.Settings.SkipTime) _ = WaitAsync(time, fire);
        else lock (_skipped) _skipped.Enqueue(fire, time);
    }

    /// <summary>Where time is skipped: whenever nothing else is at work, the clock jumps to the next timer.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        if (!engine.Settings.SkipTime) return;
        bool idle = false;
        while (true)
        {
            await Task.Delay(Look, stop);
            bool still = idle && engine.IsIdle;
            idle = engine.IsIdle;
            if (!still) continue;
            Action fire;
            lock (_skipped)
            {
                if (!_skipped.TryDequeue(out fire!, out var time)) continue;
                engine.JumpTo(time);
            }

            fire();
            idle = false;
        }
    }

    private async Task WaitAsync(DateTime time, Action fire)
    {
        for (var wait = time - engine.Now(); wait > TimeSpan.Zero; wait = time - engine.Now())
            await Task.Delay(wait < Longest ? wait + TimeSpan.FromMilliseconds(1) : Longest);
        fire();
    }
}
