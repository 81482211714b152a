using LocalFunctionsHost.Functions;
using LocalFunctionsHost.Invocation;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LocalFunctionsHost.Durable;

/// <summary>The app's orchestrators and activities, called through the same invoker as every other function.</summary>
internal sealed class DurableFunctions(FunctionCatalogue catalogue, FunctionInvoker invoker, IServiceProvider services, ILoggerFactory logs)
{
    private const int LongestTrace = 16 * 1024;

    public DataConverter Converter { get; } = new WorkerConverter(services);

    public FunctionEntry? Orchestrator(string name) => catalogue.Enabled.FirstOrDefault(f => f.Trigger is OrchestrationTriggerAttribute t && (t.Orchestration ?? f.Name).Equals(name, StringComparison.OrdinalIgnoreCase));

    private FunctionEntry? Activity(string name) => catalogue.Enabled.FirstOrDefault(f => f.Trigger is ActivityTriggerAttribute t && (t.Activity ?? f.Name).Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The failure of a call to a function that is not there; no attempt can mend it.</summary>
    public TaskFailureDetails Unknown(string name, string kind)
    {
        var known = catalogue.Enabled.Where(f => kind == "activity" ? f.Trigger is ActivityTriggerAttribute : f.Trigger is OrchestrationTriggerAttribute).Select(f => $"'{f.Name}'");
        return new TaskFailureDetails(
            typeof(ArgumentException).FullName!,
            $"The function '{name}' doesn't exist, is disabled, or is not an {kind} function. Additional info: The following are the known {kind} functions: {string.Join(", ", known)}.",
            null, null, new Dictionary<string, object?> { [Waiter.NonRetriable] = true });
    }

    /// <summary>Runs an orchestrator over a history.</summary>
    /// <exception cref="OperationCanceledException">The host stops and the orchestrator was not reached.</exception>
    public async Task<RunResult> RunAsync(InstanceState state, IReadOnlyList<HistoryEvent> history, Action illegalAwait, CancellationToken stop)
    {
        var run = new OrchestrationRun(state.Id, history, Converter, logs, illegalAwait);
        if (Orchestrator(state.Name) is not { } function)
            return new RunResult([], [], Outcome.Failed(Unknown(state.Name, "orchestrator")), null, false);
        Dictionary<string, object?> data = new(StringComparer.OrdinalIgnoreCase) { ["instanceId"] = state.Id };
        try
        {
            await invoker.InvokeAsync(
                new InvocationRequest(function, null, data, (type, _) => type == typeof(TaskOrchestrationContext)
                    ? new(run.Context)
                    : throw new InvalidOperationException($"The orchestrator '{function.Name}' must take a TaskOrchestrationContext, not a {type.Name}."))
                {
                    Around = call => Task.FromResult(run.Execute(call)),
                    Input = run.Context.GetInput,
                },
                CancellationToken.None);
        }
        catch (Exception failure)
        {
            // Logged by the invoker; the run knows its outcome unless it was never reached, which is no failing of its own when the host stops.
            if (run.Result is null) stop.ThrowIfCancellationRequested();
            if (run.Result is null) run.FailBefore(failure);
        }

        if (run.Result is null) run.FailBefore(new InvalidOperationException("Middleware kept the orchestrator from running."));
        return run.Result!;
    }

    /// <summary>Calls an activity; what it came to as a fact, or null where the host stops and it must run again.</summary>
    public async Task<HistoryEvent?> CallAsync(ActivityWork work, CancellationToken abandoned)
    {
        string name = work.Step.Name!;
        if (services.GetService<ActivityFakes>()?.Find(name) is { } fake) return await CallFakeAsync(work, fake);
        if (Activity(name) is not { } function) return Fact(work, EventKind.TaskFailed) with { Failure = Unknown(name, "activity") };
        Dictionary<string, object?> data = new(StringComparer.OrdinalIgnoreCase) { ["instanceId"] = work.Instance.State.Id };
        try
        {
            object? result = await invoker.InvokeAsync(
                new InvocationRequest(function, null, data, (type, _) => new(Converter.Deserialize(work.Step.Payload, type))), abandoned);
            return Fact(work, EventKind.TaskCompleted) with { Payload = Converter.Serialize(result) };
        }
        catch (Exception) when (abandoned.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception failure)
        {
            var details = TaskFailureDetails.FromException(failure);
            return Fact(work, EventKind.TaskFailed) with { Failure = details with { StackTrace = Cut(details.StackTrace) } };
        }
    }

    private async Task<HistoryEvent> CallFakeAsync(ActivityWork work, Func<ActivityCall, Task<object?>> fake)
    {
        try
        {
            object? result = await fake(new ActivityCall(work.Step.Name!, work.Instance.State.Id, type => Converter.Deserialize(work.Step.Payload, type)));
            return Fact(work, EventKind.TaskCompleted) with { Payload = Converter.Serialize(result) };
        }
        catch (Exception failure)
        {
            return Fact(work, EventKind.TaskFailed) with { Failure = TaskFailureDetails.FromException(failure) };
        }
    }

    private static HistoryEvent Fact(ActivityWork work, EventKind kind) => new(kind, DateTime.UtcNow) { Id = work.Step.Id, Name = work.Step.Name };

    private static string? Cut(string? trace) => trace is { Length: > LongestTrace } ? trace[..LongestTrace] : trace;

    /// <summary>The worker's own serializer for everything durable; null has no payload.</summary>
    private sealed class WorkerConverter(IServiceProvider services) : DataConverter
    {
        public override string? Serialize(object? value) => value is null ? null : ValueConverter.Serializer(services).Serialize(value, value.GetType()).ToString();

        public override object? Deserialize(string? data, Type targetType)
            => data is null ? (targetType.IsValueType ? Activator.CreateInstance(targetType) : null) : ValueConverter.Serializer(services).Deserialize(BinaryData.FromString(data).ToStream(), targetType, CancellationToken.None);
    }
}
