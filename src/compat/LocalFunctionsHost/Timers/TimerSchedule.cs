using System.Globalization;
using LocalFunctionsHost.Settings;
using NCrontab;

namespace LocalFunctionsHost.Timers;

/// <summary>When a timer fires: six- or five-field NCRONTAB, in UTC, or a constant interval.</summary>
internal sealed class TimerSchedule
{
    private readonly CrontabSchedule? _cron;
    private readonly TimeSpan _interval;

    private TimerSchedule(CrontabSchedule? cron, TimeSpan interval)
    {
        _cron = cron;
        _interval = interval;
    }

    /// <exception cref="HostSettingsException">The text is neither.</exception>
    public static TimerSchedule Parse(string text)
    {
        int fields = text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;
        if (fields is 5 or 6 && CrontabSchedule.TryParse(text, new CrontabSchedule.ParseOptions { IncludingSeconds = fields == 6 }) is { } cron) return new(cron, default);
        if (fields == 1 && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var interval) && interval > TimeSpan.Zero) return new(null, interval);
        throw new HostSettingsException($"The schedule '{text}' is neither an NCRONTAB expression '{{second}} {{minute}} {{hour}} {{day}} {{month}} {{day-of-week}}' nor an interval hh:mm:ss.");
    }

    public DateTime After(DateTime utc) => _cron?.GetNextOccurrence(utc) ?? utc + _interval;
}
