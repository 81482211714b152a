using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.DurableTask;

namespace LocalFunctionsHost.Durable;

/// <summary>What a line of an instance's history says. <see cref="Turn"/> and <see cref="TurnEnd"/> enclose what the code did; before them stand the facts that it was told.</summary>
internal enum EventKind
{
    ExecutionStarted,
    Turn,
    TurnEnd,
    TaskScheduled,
    TaskCompleted,
    TaskFailed,
    SubOrchestrationInstanceCreated,
    SubOrchestrationInstanceCompleted,
    SubOrchestrationInstanceFailed,
    TimerCreated,
    TimerFired,
    EventRaised,
    EventSent,
    CustomStatus,
    ExecutionSuspended,
    ExecutionResumed,
    ExecutionTerminated,
    ExecutionRewound,
    ExecutionCompleted,
    ContinueAsNew,
    Broken,
}

/// <summary>One event of an instance's history; one line of JSON in its log.</summary>
internal sealed record HistoryEvent(EventKind Kind, DateTime At)
{
    public static readonly JsonSerializerOptions Json = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>Of a step: its place in the order of calls. Of what completes a step: that step's.</summary>
    public int? Id { get; init; }

    public string? Name { get; init; }

    /// <summary>Input, result, payload or status as JSON; null where there is none, or where it lies in <see cref="Blob"/> and was not read yet.</summary>
    public string? Payload { get; init; }

    /// <summary>Name of the blob that holds a payload too long for a message.</summary>
    public string? Blob { get; init; }

    public TaskFailureDetails? Failure { get; init; }

    public DateTime? FireAt { get; init; }

    /// <summary>The other instance: a sub-orchestration's, or where an event is sent.</summary>
    public string? Instance { get; init; }

    public string? Execution { get; init; }

    public ParentLink? Parent { get; init; }

    public string? Status { get; init; }

    public bool? Flag { get; init; }

    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    [JsonIgnore]
    public bool IsStep => Kind is EventKind.TaskScheduled or EventKind.SubOrchestrationInstanceCreated or EventKind.TimerCreated or EventKind.EventSent;

    /// <summary>Whether it is the end of a step.</summary>
    [JsonIgnore]
    public bool IsCompletion => Kind is EventKind.TaskCompleted or EventKind.TaskFailed or EventKind.TimerFired or EventKind.SubOrchestrationInstanceCompleted or EventKind.SubOrchestrationInstanceFailed;

    public string ToLine() => JsonSerializer.Serialize(Blob is null ? this : this with { Payload = null }, Json) + "\n";

    public static IEnumerable<HistoryEvent> Parse(string text)
        => text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<HistoryEvent>(line, Json)!);

    /// <summary>The step in words, for the messages that name it.</summary>
    public string Describe() => Kind switch
    {
        EventKind.TaskScheduled => $"the activity '{Name}'",
        EventKind.SubOrchestrationInstanceCreated => $"the sub-orchestration '{Name}'",
        EventKind.TimerCreated => "a timer",
        EventKind.EventSent => $"the event '{Name}' sent",
        _ => Kind.ToString(),
    };
}

/// <summary>Who waits for a sub-orchestration: the instance, its execution and the step.</summary>
internal sealed record ParentLink(string Name, string Instance, string Execution, int Step);
