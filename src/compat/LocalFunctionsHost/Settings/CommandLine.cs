using System.Globalization;

namespace LocalFunctionsHost.Settings;

/// <summary>The host's own options; what it does not know goes on to the app.</summary>
internal sealed record CommandLine
{
    public string? ScriptRoot { get; private set; }

    public int? Port { get; private set; }

    public string? Address { get; private set; }

    public bool EnableAuth { get; private set; }

    public bool Verbose { get; private set; }

    public IReadOnlyList<string>? Functions { get; private set; }

    public TimeSpan? Scan { get; private set; }

    public TimeSpan? Lease { get; private set; }

    public bool ActivitiesTwice { get; private set; }

    public IReadOnlyList<string>? Cors { get; private set; }

    public string[] Rest { get; private set; } = [];

    public static CommandLine Parse(string[] args)
    {
        var line = new CommandLine();
        List<string> rest = [];
        for (int i = 0; i < args.Length; i++)
        {
            string[] parts = args[i].Split('=', 2);
            string Value() => parts.Length == 2 ? parts[1] : i + 1 < args.Length ? args[++i] : throw new HostSettingsException($"{parts[0]} needs a value.");
            switch (parts[0])
            {
                case "--port" or "-p": line.Port = Number(parts[0], Value(), 0, 65535); break;
                case "--address": line.Address = Value(); break;
                case "--script-root": line.ScriptRoot = Path.GetFullPath(Value()); break;
                case "--enableAuth": line.EnableAuth = true; break;
                case "--verbose": line.Verbose = true; break;
                case "--no-build": break;
                case "--activities-twice": line.ActivitiesTwice = true; break;
                case "--scan": line.Scan = Seconds(parts[0], Value()); break;
                case "--lease": line.Lease = Seconds(parts[0], Value()); break;
                case "--cors": line.Cors = Value().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries); break;
                case "--functions":
                    List<string> names = [];
                    while (i + 1 < args.Length && !args[i + 1].StartsWith('-')) names.Add(args[++i]);
                    line.Functions = names;
                    break;
                default: rest.Add(args[i]); break;
            }
        }

        line.Rest = [.. rest];
        return line;
    }

    private static int Number(string option, string text, int low, int high)
        => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= low && value <= high
            ? value
            : throw new HostSettingsException($"{option} is '{text}'; it must be a whole number from {low} to {high}.");

    private static TimeSpan Seconds(string option, string text)
        => double.TryParse(text, CultureInfo.InvariantCulture, out double value) && value is > 0 and <= 86_400
            ? TimeSpan.FromSeconds(value)
            : throw new HostSettingsException($"{option} is '{text}'; it must be a number of seconds above 0 and at most 86400.");
}
