using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.DurableTask.Client;

namespace LocalFunctionsHost.Durable;

/// <summary>An instance as the management API writes it.</summary>
internal static class StatusJson
{
    public static JsonObject Of(InstanceState state, bool showInput)
        => Of(state.Name, state.Id, state.Status, showInput ? state.Input : null, state.CustomStatus, state.Output, state.Created, state.Updated);

    public static JsonObject Of(OrchestrationMetadata instance, bool showInput)
        => Of(
            instance.Name, instance.InstanceId, instance.RuntimeStatus, showInput ? instance.SerializedInput : null, instance.SerializedCustomStatus, instance.SerializedOutput, instance.CreatedAt, instance.LastUpdatedAt);

    /// <summary>What a person wants of a history: each step once, with its end.</summary>
    public static JsonArray History(IReadOnlyList<HistoryEvent> history, bool output)
    {
        var steps = history.Where(e => e.IsStep).ToDictionary(e => e.Id!.Value);
        var array = new JsonArray();
        foreach (var entry in history)
        {
            var json = entry.Kind switch
            {
                EventKind.ExecutionStarted => With(entry, ("FunctionName", entry.Name)),
                EventKind.TaskCompleted or EventKind.SubOrchestrationInstanceCompleted => With(entry, ("FunctionName", entry.Name), ("ScheduledTime", Time(entry, steps))),
                EventKind.TaskFailed or EventKind.SubOrchestrationInstanceFailed => With(
                    entry, ("FunctionName", entry.Name), ("ScheduledTime", Time(entry, steps)), ("Reason", entry.Failure?.ErrorMessage), ("Details", entry.Failure?.StackTrace)),
                EventKind.TimerFired => With(entry, ("FireAt", entry.FireAt?.ToString("o", CultureInfo.InvariantCulture)), ("ScheduledTime", Time(entry, steps))),
                EventKind.EventRaised or EventKind.EventSent => With(entry, ("Name", entry.Name)),
                EventKind.ExecutionSuspended or EventKind.ExecutionResumed or EventKind.ExecutionTerminated or EventKind.ExecutionRewound => With(entry, ("Reason", entry.Payload)),
                EventKind.ExecutionCompleted => With(entry, ("OrchestrationStatus", entry.Status)),
                EventKind.ContinueAsNew => With(entry),
                _ => null,
            };
            if (json is null) continue;
            if (output && entry.Kind is EventKind.TaskCompleted or EventKind.SubOrchestrationInstanceCompleted && output) json["Result"] = Parse(entry.Payload);
            if (output && entry.Kind is EventKind.EventRaised or EventKind.ExecutionStarted && output) json["Input"] = Parse(entry.Payload);
            array.Add(json);
        }

        return array;
    }

    private static JsonObject Of(
        string name, string id, OrchestrationRuntimeStatus status, string? input, string? customStatus, string? output, DateTimeOffset created, DateTimeOffset updated) => new()
        {
            ["name"] = name,
            ["instanceId"] = id,
            ["runtimeStatus"] = status.ToString(),
            ["input"] = Parse(input),
            ["customStatus"] = Parse(customStatus),
            ["output"] = Parse(output),
            ["createdTime"] = Seconds(created),
            ["lastUpdatedTime"] = Seconds(updated),
        };

    private static JsonObject With(HistoryEvent entry, params (string Name, string? Value)[] more)
    {
        var json = new JsonObject { ["EventType"] = entry.Kind.ToString(), ["Timestamp"] = entry.At.ToString("o", CultureInfo.InvariantCulture) };
        foreach (var (name, value) in more)
            if (value is not null) json[name] = value;
        return json;
    }

    private static string? Time(HistoryEvent end, Dictionary<int, HistoryEvent> steps)
        => steps.TryGetValue(end.Id!.Value, out var step) ? step.At.ToString("o", CultureInfo.InvariantCulture) : null;

    private static string Seconds(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    // Text that is no JSON, as of failures and reasons, is shown as a string.
    private static JsonNode? Parse(string? text)
    {
        if (text is null) return null;
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }
}
