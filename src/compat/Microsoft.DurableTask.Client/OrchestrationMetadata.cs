using System.Collections.Immutable;
using Microsoft.DurableTask.Converters;

namespace Microsoft.DurableTask.Client;

public enum OrchestrationRuntimeStatus
{
    Running,
    Completed,
    ContinuedAsNew,
    Failed,

    [Obsolete("The Canceled status is not currently used and exists only for compatibility reasons.")]
    Canceled,
    Terminated,
    Pending,
    Suspended,
}

public sealed class OrchestrationMetadata
{
    public OrchestrationMetadata(string name, string instanceId)
    {
        Name = name ?? throw new ArgumentNullException(nameof(name));
        InstanceId = instanceId ?? throw new ArgumentNullException(nameof(instanceId));
    }

    public string Name { get; }

    public string InstanceId { get; }

    public DataConverter? DataConverter { get; init; }

    public OrchestrationRuntimeStatus RuntimeStatus { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset LastUpdatedAt { get; init; }

    public string? SerializedInput { get; init; }

    public string? SerializedOutput { get; init; }

    public string? SerializedCustomStatus { get; init; }

    public IReadOnlyDictionary<string, string> Tags { get; init; } = ImmutableDictionary<string, string>.Empty;

    public TaskFailureDetails? FailureDetails { get; init; }

    public bool IsRunning => RuntimeStatus == OrchestrationRuntimeStatus.Running;

    public bool IsCompleted => RuntimeStatus is OrchestrationRuntimeStatus.Completed or OrchestrationRuntimeStatus.Failed or OrchestrationRuntimeStatus.Terminated;

    private bool RequestedInputsAndOutputs => DataConverter is not null;

    public T? ReadInputAs<T>() => Read<T>(SerializedInput, "input");

    public T? ReadOutputAs<T>() => Read<T>(SerializedOutput, "output");

    public T? ReadCustomStatusAs<T>() => Read<T>(SerializedCustomStatus, "custom status");

    public override string ToString() => $"[Name: '{Name}', ID: '{InstanceId}', RuntimeStatus: {RuntimeStatus}, CreatedAt: {CreatedAt:s}, LastUpdatedAt: {LastUpdatedAt:s}]";

    private T? Read<T>(string? text, string what)
    {
        if (!RequestedInputsAndOutputs)
            throw new InvalidOperationException($"The {what} can be read only where it was fetched: pass getInputsAndOutputs: true.");
        return (DataConverter ?? JsonDataConverter.Default).Deserialize<T>(text);
    }
}
