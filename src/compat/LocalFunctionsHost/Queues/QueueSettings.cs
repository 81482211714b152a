using Azure.Storage.Queues;
using LocalFunctionsHost.Settings;

namespace LocalFunctionsHost.Queues;

/// <summary>extensions.queues of host.json.</summary>
internal sealed record QueueSettings(int BatchSize, int NewBatchThreshold, TimeSpan MaxPollingInterval, TimeSpan VisibilityTimeout, int MaxDequeueCount)
{
    private const string Section = "extensions:queues:";

    public static QueueSettings Of(HostSettings host)
    {
        int batch = Math.Min(host.Positive(Section + "batchSize", 16), 32);
        return new(
            batch,
            host.Positive(Section + "newBatchThreshold", Math.Max(1, batch / 2 * Environment.ProcessorCount)),
            Time(host, "maxPollingInterval", TimeSpan.FromMinutes(1)),
            Time(host, "visibilityTimeout", TimeSpan.Zero),
            host.Positive(Section + "maxDequeueCount", 5));
    }

    public static QueueMessageEncoding Encoding(HostSettings host)
        => "none".Equals(host.HostJson[Section + "messageEncoding"], StringComparison.OrdinalIgnoreCase) ? QueueMessageEncoding.None : QueueMessageEncoding.Base64;

    private static TimeSpan Time(HostSettings host, string key, TimeSpan otherwise) => host.HostJson[Section + key] is { } text
        ? TimeSpan.TryParse(text, out var time) ? time : throw new HostSettingsException($"host.json: extensions.queues.{key} is '{text}'; it must be hh:mm:ss.")
        : otherwise;
}
