using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace LocalFunctionsHost.Durable;

/// <summary>
/// The head of an instance: what it is, which log is its present one, and how it ended. Written when it begins, when it continues as
/// new and when it ends; between, the log tells more.
/// </summary>
internal sealed record InstanceState(string Id, string Execution, string Name, OrchestrationRuntimeStatus Status, DateTimeOffset Created, DateTimeOffset Updated)
{
    public string? Input { get; init; }

    public string? Output { get; init; }

    public string? CustomStatus { get; init; }

    public TaskFailureDetails? Failure { get; init; }

    public ParentLink? Parent { get; init; }

    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    public bool Ended => Status is OrchestrationRuntimeStatus.Completed or OrchestrationRuntimeStatus.Failed or OrchestrationRuntimeStatus.Terminated;

    public OrchestrationMetadata ToMetadata(bool whole, DataConverter converter) => new(Name, Id)
    {
        RuntimeStatus = Status,
        CreatedAt = Created,
        LastUpdatedAt = Updated,
        SerializedInput = whole ? Input : null,
        SerializedOutput = whole ? Output : null,
        SerializedCustomStatus = whole ? CustomStatus : null,
        FailureDetails = Failure,
        Tags = Tags ?? new Dictionary<string, string>(),
        DataConverter = whole ? converter : null,
    };
}
