using System.Globalization;
using LocalFunctionsHost.Settings;
using Microsoft.Extensions.Logging;

namespace LocalFunctionsHost.Logs;

/// <summary>The console as `func start` writes it: time, text, the exception's messages on one line.</summary>
public sealed class FuncConsole(HostSettings settings, TextWriter output) : ILoggerProvider
{
    private static readonly string[] SystemCategories = ["Host", "Microsoft", "System", "Azure", "Worker"];

    public ILogger CreateLogger(string categoryName) => new Line(categoryName, LevelOf(categoryName), output);

    public void Dispose() => output.Flush();

    /// <summary>The longest entry of host.json's logLevel that begins the category; else Warning for the host's own lines, Information for the app's.</summary>
    private LogLevel LevelOf(string category)
    {
        var levels = settings.HostJson.GetSection("logging:logLevel").GetChildren()
            .Where(entry => Enum.TryParse<LogLevel>(entry.Value, true, out _))
            .ToDictionary(entry => entry.Key, entry => Enum.Parse<LogLevel>(entry.Value!, true), StringComparer.OrdinalIgnoreCase);
        var best = levels.Keys.Where(key => category.StartsWith(key, StringComparison.OrdinalIgnoreCase)).MaxBy(key => key.Length);
        if (best is not null) return levels[best];
        bool system = SystemCategories.Any(name => category == name || category.StartsWith(name + ".", StringComparison.Ordinal));
        if (system) return settings.Verbose ? LogLevel.Information : LogLevel.Warning;
        return levels.GetValueOrDefault("default", LogLevel.Information);
    }

    private sealed class Line(string category, LogLevel least, TextWriter output) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None && logLevel >= least;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            bool always = category == "Worker" && logLevel == LogLevel.Information && eventId.Name == "Always";
            if (!IsEnabled(logLevel) && !always) return;
            string text = formatter(state, exception);
            if (exception is not null) text += " " + Flatten(exception);
            string time = DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
            lock (output) output.WriteLine($"[{time}] {text}");
        }

        private static string Flatten(Exception exception)
        {
            List<string> parts = [];
            for (var e = exception; e is not null; e = e.InnerException) parts.Add($"{e.GetType().FullName}: {e.Message}");
            return string.Join(" ", parts) + (exception.StackTrace is null ? "" : Environment.NewLine + exception.StackTrace);
        }
    }
}
