namespace LocalFunctionsHost;

/// <summary>One kind of trigger at work from start to stop.</summary>
internal interface IListener
{
    /// <summary>Takes work until <paramref name="stop"/> fires; returns when its loops have ended (running invocations may go on).</summary>
    Task RunAsync(CancellationToken stop);
}
