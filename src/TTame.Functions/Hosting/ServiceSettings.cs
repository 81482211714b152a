using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using TTame.Core.Primitives;
using TTame.Functions.Explain;

namespace TTame.Functions.Hosting;

/// <summary>The app's settings, read and checked once at the start.</summary>
/// <remarks>Names, defaults and meanings: <see cref="KnownSettings"/>.</remarks>
public sealed partial record ServiceSettings
{
    /// <summary>The container whose images are explained. The trigger's path carries it, so it is a constant.</summary>
    public const string ImagesContainer = "images";

    /// <summary>The model of an image that names none.</summary>
    public required string Model { get; init; }

    /// <summary>The classes of an image that names none.</summary>
    public required ClassSelection Classes { get; init; }

    /// <summary>Which images are measured.</summary>
    public required FaithfulnessSampling Faithfulness { get; init; }

    /// <summary>Opacity of the overlay, [0, 1].</summary>
    public required double OverlayOpacity { get; init; }

    /// <summary>Name of the overlay's colour map.</summary>
    public required string OverlayColourMap { get; init; }

    /// <summary>Images per backbone call, at most.</summary>
    public required int BatchSize { get; init; }

    /// <summary>How long the first image of a batch waits.</summary>
    public required TimeSpan BatchDelay { get; init; }

    /// <summary>Folder of the models, absolute.</summary>
    public required string ModelsPath { get; init; }

    /// <summary><c>auto</c>, <c>cpu</c> or <c>cuda</c>.</summary>
    public required string Device { get; init; }

    /// <summary>CPU threads, 0 for one per core.</summary>
    public required int Threads { get; init; }

    /// <summary>Largest blob, bytes.</summary>
    public required long MaxBytes { get; init; }

    /// <summary>Largest picture, pixels.</summary>
    public required long MaxPixels { get; init; }

    /// <summary>Most frames of an animation.</summary>
    public required int MaxFrames { get; init; }

    /// <summary>Longest decode.</summary>
    public required TimeSpan DecodeTimeout { get; init; }

    /// <summary>Most classes one image may list or rank.</summary>
    public required int MaxClasses { get; init; }

    /// <summary>Beginning that an image's path must have.</summary>
    public required string InputPrefix { get; init; }

    /// <summary>Container of overlays and maps.</summary>
    public required string HeatmapsContainer { get; init; }

    /// <summary>Container of commit records.</summary>
    public required string MetricsContainer { get; init; }

    /// <summary>Container of failed records.</summary>
    public required string FailedContainer { get; init; }

    /// <summary>Container of runs.</summary>
    public required string RunsContainer { get; init; }

    /// <summary>Container of reports.</summary>
    public required string ReportsContainer { get; init; }

    /// <summary>Container of published models.</summary>
    public required string ModelsContainer { get; init; }

    /// <summary>How long a training activity goes on, at most.</summary>
    public required TimeSpan ActivityTime { get; init; }

    /// <summary>Reads and checks all settings.</summary>
    /// <exception cref="SettingException">A setting's text is not one that it takes, or two containers have one name.</exception>
    public static ServiceSettings Read(IConfiguration configuration)
    {
        var read = new Reader(configuration);
        var settings = new ServiceSettings
        {
            Model = read.Matching(KnownSettings.Model, ModelName()),
            Classes = read.IsGiven(KnownSettings.Classes) ? read.Parsed(KnownSettings.Classes, ClassSelection.Parse) : ClassSelection.Usual,
            Faithfulness = read.Parsed(KnownSettings.Faithfulness, FaithfulnessSampling.Parse),
            OverlayOpacity = read.Number(KnownSettings.OverlayOpacity, 0, 1),
            OverlayColourMap = read.Text(KnownSettings.OverlayColourMap),
            BatchSize = (int)read.Whole(KnownSettings.BatchSize, 1, 256),
            BatchDelay = TimeSpan.FromMilliseconds(read.Whole(KnownSettings.BatchDelayMs, 0, 10_000)),
            ModelsPath = Path.GetFullPath(read.Text(KnownSettings.ModelsPath), AppContext.BaseDirectory),
            Device = read.OneOf(KnownSettings.Device, "auto", "cpu", "cuda"),
            Threads = (int)read.Whole(KnownSettings.Threads, 0, 1024),
            MaxBytes = read.Whole(KnownSettings.MaxBytes, 1, long.MaxValue),
            MaxPixels = read.Whole(KnownSettings.MaxPixels, 1, long.MaxValue),
            MaxFrames = (int)read.Whole(KnownSettings.MaxFrames, 1, int.MaxValue),
            DecodeTimeout = TimeSpan.FromSeconds(read.Whole(KnownSettings.DecodeTimeoutSeconds, 1, 600)),
            MaxClasses = (int)read.Whole(KnownSettings.MaxClasses, 1, 100_000),
            InputPrefix = read.Text(KnownSettings.InputPrefix),
            HeatmapsContainer = read.Matching(KnownSettings.HeatmapsContainer, ContainerName()),
            MetricsContainer = read.Matching(KnownSettings.MetricsContainer, ContainerName()),
            FailedContainer = read.Matching(KnownSettings.FailedContainer, ContainerName()),
            RunsContainer = read.Matching(KnownSettings.RunsContainer, ContainerName()),
            ReportsContainer = read.Matching(KnownSettings.ReportsContainer, ContainerName()),
            ModelsContainer = read.Matching(KnownSettings.ModelsContainer, ContainerName()),
            ActivityTime = TimeSpan.FromSeconds(read.Whole(KnownSettings.ActivitySeconds, 1, 3600)),
        };
        settings.RequireDistinctContainers();
        return settings;
    }

    // An output container that is also the input would feed the app its own pictures without end.
    private void RequireDistinctContainers()
    {
        HashSet<string> seen = [ImagesContainer];
        foreach (var (setting, name) in new[] { (KnownSettings.HeatmapsContainer, HeatmapsContainer), (KnownSettings.MetricsContainer, MetricsContainer), (KnownSettings.FailedContainer, FailedContainer), (KnownSettings.RunsContainer, RunsContainer), (KnownSettings.ReportsContainer, ReportsContainer), (KnownSettings.ModelsContainer, ModelsContainer) })
            if (!seen.Add(name)) throw new SettingException(setting with { Allowed = setting.Allowed + "; no two containers may be the same" }, name);
    }

    [GeneratedRegex("^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$")]
    internal static partial Regex ContainerName();

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
    internal static partial Regex ModelName();

    private sealed class Reader(IConfiguration configuration)
    {
        public bool IsGiven(Setting setting) => configuration[setting.Name] is { Length: > 0 };

        public string Text(Setting setting) => IsGiven(setting) ? configuration[setting.Name]!.Trim() : setting.Default;

        public string OneOf(Setting setting, params string[] allowed)
            => allowed.FirstOrDefault(a => a.Equals(Text(setting), StringComparison.OrdinalIgnoreCase)) ?? throw Wrong(setting);

        public string Matching(Setting setting, Regex rule) => rule.IsMatch(Text(setting)) ? Text(setting) : throw Wrong(setting);

        public long Whole(Setting setting, long least, long most)
            => long.TryParse(Text(setting), NumberStyles.None, CultureInfo.InvariantCulture, out long value) && value >= least && value <= most ? value : throw Wrong(setting);

        public double Number(Setting setting, double least, double most)
            => double.TryParse(Text(setting), NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value >= least && value <= most ? value : throw Wrong(setting);

        public T Parsed<T>(Setting setting, Func<string, T?> parse) where T : class => parse(Text(setting)) ?? throw Wrong(setting);

        private SettingException Wrong(Setting setting) => new(setting, Text(setting));
    }
}
