using Microsoft.DurableTask;

namespace LocalFunctionsHost.Durable;

/// <summary>The task that an orchestrator holds for a step.</summary>
internal abstract class Waiter
{
    /// <summary>Marks a failure that no further attempt can mend.</summary>
    public const string NonRetriable = "LocalFunctionsHost.NonRetriable";

    public abstract void Tell(HistoryEvent fact);
}

internal sealed class Waiter<T>(HistoryEvent step, DataConverter converter) : Waiter
{
    private readonly TaskCompletionSource<T> _source = new();

    public Task<T> Task => _source.Task;

    public void Cancel() => _source.TrySetCanceled();

    public override void Tell(HistoryEvent fact)
    {
        if (fact.Failure is { } failure)
        {
            _source.TrySetException(new TaskFailedException(step.Name!, step.Id!.Value, failure));
            return;
        }

        try
        {
            _source.TrySetResult(converter.Deserialize<T>(fact.Payload)!);
        }
        catch (Exception unreadable) when (unreadable is System.Text.Json.JsonException or NotSupportedException or InvalidOperationException)
        {
            _source.TrySetException(unreadable);
        }
    }
}
