using Azure;
using Microsoft.Extensions.Logging;

namespace LocalFunctionsHost.Settings;

/// <summary>Azurite may start after the host: says so once and goes on trying.</summary>
internal static class StorageIsThere
{
    public static async Task WaitAsync(Func<Task> first, ILogger log, CancellationToken stop)
    {
        for (bool said = false; ; said = true)
        {
            try
            {
                await first();
                return;
            }
            catch (Exception away) when (away is RequestFailedException { Status: 0 or >= 500 } or AggregateException && !stop.IsCancellationRequested)
            {
                if (!said) log.LogWarning("Storage does not answer ({Message}); is Azurite running? Trying on.", (away.InnerException ?? away).Message);
                await Task.Delay(TimeSpan.FromSeconds(1), stop);
            }
        }
    }
}
