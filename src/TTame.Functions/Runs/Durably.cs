using Microsoft.DurableTask;
using TTame.Core.Primitives;
using TTame.Functions.Hosting;

namespace TTame.Functions.Runs;

/// <summary>A result of an activity that may say: not now, the run is suspended.</summary>
public interface IMayBeSuspended
{
    /// <summary>Whether the activity stopped because the run is suspended; it is called again when it is resumed.</summary>
    bool Suspended { get; }
}

/// <summary>How orchestrators call activities.</summary>
internal static class Durably
{
    /// <summary>How long a suspended run waits before it looks again whether it is resumed.</summary>
    public static readonly TimeSpan WhileSuspended = TimeSpan.FromSeconds(5);

    /// <summary>Storage and devices fail for a while: five attempts. What the caller, the content or a termination is to blame for is not tried again.</summary>
    public static readonly TaskOptions Retried = TaskOptions.FromRetryPolicy(new RetryPolicy(5, TimeSpan.FromSeconds(2), 2, TimeSpan.FromMinutes(1))
    {
        HandleFailure = failure => !(failure.IsCausedBy<RunStoppedException>() || failure.IsCausedBy<ArgumentException>() || failure.IsCausedBy<ModelException>() || failure.IsCausedBy<WeightsException>()),
    });

    /// <summary>What at last went wrong, from a failure that may have come through several orchestrations.</summary>
    public static string Reason(TaskFailedException failure) => Reason(failure.FailureDetails);

    /// <summary>The same of an orchestration's own failure. Names of parameters are for developers.</summary>
    public static string Reason(TaskFailureDetails details)
    {
        while (details.InnerFailure is { } inner) details = inner;
        return details.ErrorMessage.Split(" (Parameter '")[0];
    }

    /// <summary>Calls an activity again and again while the run is suspended: a sub-orchestration is not suspended with its root.</summary>
    public static async Task<T> CallWhileNotSuspendedAsync<T>(this TaskOrchestrationContext context, TaskName activity, object input) where T : IMayBeSuspended
    {
        while (true)
        {
            var result = await context.CallActivityAsync<T>(activity, input, Retried);
            if (!result.Suspended) return result;
            await context.CreateTimer(WhileSuspended, CancellationToken.None);
        }
    }
}
