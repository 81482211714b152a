using Microsoft.Extensions.Logging;

namespace LocalFunctionsHost.Durable;

/// <summary>What an instance asks of the engine around it.</summary>
internal interface IEngine
{
    IHubStore Store { get; }

    DurableSettings Settings { get; }

    /// <summary>How many turns may run at once.</summary>
    SemaphoreSlim Turns { get; }

    ILogger Log { get; }

    DateTime Now();

    /// <summary>Something is at work, until <see cref="Leave"/>.</summary>
    void Enter();

    void Leave();

    /// <summary>Runs the orchestrator's function over a history.</summary>
    Task<RunResult> RunAsync(InstanceState state, IReadOnlyList<HistoryEvent> history);

    /// <summary>Tries until storage answers or the host stops.</summary>
    Task InsistAsync(Func<Task> work, TimeSpan pause);

    /// <summary>Writes the first lines of an execution's log, long payloads beside it.</summary>
    Task<(List<HistoryEvent> Log, long Position)> WriteStartAsync(InstanceState state, IReadOnlyList<HistoryEvent> begin);

    /// <summary>Carries out steps that are written: activities, sub-orchestrations, timers, events.</summary>
    /// <returns>Ends when what other instances must know is in their logs.</returns>
    Task ActAsync(LiveInstance instance, string execution, IReadOnlyList<HistoryEvent> steps);

    void Changed(LiveInstance instance);

    /// <summary>Ends the sub-orchestrations of an instance that is being ended with all of them.</summary>
    Task EndChildrenAsync(LiveInstance instance, Outcome end);

    /// <summary>The instance is over and its head written: tells its parent.</summary>
    void Ended(LiveInstance instance);

    void Lost(LiveInstance instance);
}
