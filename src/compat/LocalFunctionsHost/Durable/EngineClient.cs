using LocalFunctionsHost.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace LocalFunctionsHost.Durable;

/// <summary>The client that the app's functions are given: it talks to the engine in the same process.</summary>
internal sealed class EngineClient(DurableEngine engine, DurableFunctions functions, DurableSettings settings, IServiceProvider services) : DurableTaskClient(settings.Hub), IManagementUrls
{
    private const int MaxIdLength = 256;

    // Asked for late: the front itself is made with endpoints that hold this client.
    public string? WebhookBase => services.GetService<HttpFront>() is { BaseUri.Length: > 0 } front ? front.BaseUri + ManagementApi.Root : null;

    public string? Query => null;

    public override async Task<string> ScheduleNewOrchestrationInstanceAsync(
        TaskName orchestratorName, object? input = null, StartOrchestrationOptions? options = null, CancellationToken cancellation = default)
    {
        await engine.OpenAsync(cancellation);
        if (functions.Orchestrator(orchestratorName.Name) is not { } function)
            throw new InvalidOperationException(functions.Unknown(orchestratorName.Name, "orchestrator").ErrorMessage);
        string id = options?.InstanceId ?? Guid.NewGuid().ToString("N");
        RequireId(id);
        var state = new InstanceState(id, Guid.NewGuid().ToString("N"), function.Name, OrchestrationRuntimeStatus.Pending, engine.Now(), engine.Now())
        {
            Input = functions.Converter.Serialize(input),
            Tags = options?.Tags is { Count: > 0 } tags ? new Dictionary<string, string>(tags) : null,
        };
        bool Blocks(InstanceState there) => options?.DedupeStatuses is { } named ? named.Contains(there.Status.ToString(), StringComparer.OrdinalIgnoreCase) : !there.Ended;
        return await engine.StartAsync(state, options?.StartAt?.UtcDateTime, Blocks, cancellation) is null
            ? throw new DurableTask.Core.Exceptions.OrchestrationAlreadyExistsException($"An orchestration instance with the ID '{id}' exists already.")
            : id;
    }

    public override Task RaiseEventAsync(string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        return TellAsync(instanceId, new HistoryEvent(EventKind.EventRaised, engine.Now()) { Name = eventName, Payload = functions.Converter.Serialize(eventPayload) }, cancellation);
    }

    public override Task<OrchestrationMetadata> WaitForInstanceStartAsync(string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default)
        => WaitAsync(instanceId, s => s.Status != OrchestrationRuntimeStatus.Pending, getInputsAndOutputs, cancellation);

    public override Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default)
        => WaitAsync(instanceId, s => s.Ended, getInputsAndOutputs, cancellation);

    public override Task TerminateInstanceAsync(string instanceId, TerminateInstanceOptions? options = null, CancellationToken cancellation = default)
        => TellAsync(instanceId, new HistoryEvent(EventKind.ExecutionTerminated, engine.Now()) { Payload = functions.Converter.Serialize(options?.Output), Flag = options?.Recursive }, cancellation);

    public override async Task SuspendInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default)
    {
        await RequireAsync(instanceId, s => s.Status is OrchestrationRuntimeStatus.Running or OrchestrationRuntimeStatus.Pending, "suspended", cancellation);
        await TellAsync(instanceId, new HistoryEvent(EventKind.ExecutionSuspended, engine.Now()) { Payload = functions.Converter.Serialize(reason) }, cancellation);
    }

    public override async Task ResumeInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default)
    {
        await RequireAsync(instanceId, s => s.Status == OrchestrationRuntimeStatus.Suspended, "resumed", cancellation);
        await TellAsync(instanceId, new HistoryEvent(EventKind.ExecutionResumed, engine.Now()) { Payload = functions.Converter.Serialize(reason) }, cancellation);
    }

    public override async Task<OrchestrationMetadata?> GetInstancesAsync(string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default)
        => (await engine.StateOfAsync(instanceId, cancellation))?.ToMetadata(getInputsAndOutputs, functions.Converter);

    public override AsyncPageable<OrchestrationMetadata> GetAllInstancesAsync(OrchestrationQuery? filter = null) => new InstancePages(engine, functions.Converter, filter ?? new OrchestrationQuery());

    public override async Task<PurgeResult> PurgeInstanceAsync(string instanceId, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
        => new(await PurgeAsync(instanceId, options?.Recursive == true, cancellation), true);

    public override async Task<PurgeResult> PurgeAllInstancesAsync(PurgeInstancesFilter filter, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        int purged = 0;
        var query = new OrchestrationQuery(filter.CreatedFrom, filter.CreatedTo, filter.Statuses);
        List<string> ids = [];
        await foreach (var instance in GetAllInstancesAsync(query).WithCancellation(cancellation)) ids.Add(instance.InstanceId);
        foreach (string id in ids) purged += await PurgeAsync(id, options?.Recursive == true, cancellation);
        return new PurgeResult(purged, true);
    }

    public override async Task<string> RestartAsync(string instanceId, bool restartWithNewInstanceId = false, CancellationToken cancellation = default)
    {
        var there = await engine.StateOfAsync(instanceId, cancellation) ?? throw new ArgumentException($"An orchestration with the instanceId {instanceId} was not found.", nameof(instanceId));
        string id = restartWithNewInstanceId ? Guid.NewGuid().ToString("N") : instanceId;
        var state = new InstanceState(id, Guid.NewGuid().ToString("N"), there.Name, OrchestrationRuntimeStatus.Pending, engine.Now(), engine.Now()) { Input = there.Input, Tags = there.Tags };
        return await engine.StartAsync(state, null, s => !s.Ended, cancellation) is null
            ? throw new InvalidOperationException($"An orchestration with the ID {instanceId} cannot be restarted while it runs.")
            : id;
    }

    public override Task RewindInstanceAsync(string instanceId, string reason, CancellationToken cancellation = default)
        => engine.RewindAsync(instanceId, new HistoryEvent(EventKind.ExecutionRewound, engine.Now()) { Payload = functions.Converter.Serialize(reason) }, cancellation);

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <exception cref="ArgumentException">Too long, beginning with '@', or with a character that a name may not have.</exception>
    public static void RequireId(string id)
    {
        if (id.Length is 0 or > MaxIdLength) throw new ArgumentException($"Instance ids have 1 to {MaxIdLength} characters.", nameof(id));
        if (id[0] == '@') throw new ArgumentException("Orchestration instance IDs must not begin with '@'.", nameof(id));
        if (id.Any(c => char.IsControl(c) || c is '/' or '\\' or '#' or '?')) throw new ArgumentException("Orchestration instance IDs must not contain /, \\, #, ?, or control characters.", nameof(id));
    }

    private async Task TellAsync(string id, HistoryEvent fact, CancellationToken cancellation)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        await engine.OpenAsync(cancellation);
        // Unknown and finished instances: silently, as the client documents.
        if (engine.Find(id) is { } live) await live.TellAsync(fact).WaitAsync(cancellation);
    }

    private async Task RequireAsync(string id, Func<InstanceState, bool> may, string done, CancellationToken cancellation)
    {
        var state = await engine.StateOfAsync(id, cancellation) ?? throw new ArgumentException($"No instance with ID '{id}' was found.", nameof(id));
        if (!may(state)) throw new InvalidOperationException($"The instance '{id}' is {state.Status}; it cannot be {done}.");
    }

    private async Task<OrchestrationMetadata> WaitAsync(string id, Func<InstanceState, bool> until, bool whole, CancellationToken cancellation)
    {
        while (true)
        {
            var change = engine.ChangeAsync();
            if (await engine.StateOfAsync(id, cancellation) is { } state && until(state)) return state.ToMetadata(whole, functions.Converter);
            await change.WaitAsync(cancellation);
        }
    }

    private async Task<int> PurgeAsync(string id, bool recursive, CancellationToken cancellation)
    {
        await engine.OpenAsync(cancellation);
        if (engine.Find(id) is not null || await engine.Store.GetHeadAsync(id, cancellation) is not { State.Ended: true } head) return 0;
        int purged = 1;
        if (recursive)
            foreach (string child in await HistoryOf.ChildrenAsync(engine.Store, head.State, cancellation))
                purged += await PurgeAsync(child, true, cancellation);
        await engine.Store.DeleteAsync(id, null, cancellation);
        return purged;
    }
}
