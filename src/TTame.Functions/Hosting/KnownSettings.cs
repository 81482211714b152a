namespace TTame.Functions.Hosting;

/// <summary>Every setting of the app with its default: the one home of both. <c>docs/SETTINGS.md</c> is made from this list.</summary>
public static class KnownSettings
{
    /// <summary>Name of the model that explains when an image names none.</summary>
    public static readonly Setting Model = new("Model", "efficientnet-lite0", "the name of a folder under ModelsPath", "The model that explains an image whose metadata names none.");

    /// <summary>Classes explained when an image names none.</summary>
    public static readonly Setting Classes = new("Classes", "top:3", "`top:k`, `all`, or a list of class ids and names separated by commas or semicolons", "The classes explained where an image's metadata names none; unset, all of a model that has fewer than three.");

    /// <summary>Share of images whose map's faithfulness is measured.</summary>
    public static readonly Setting Faithfulness = new("Faithfulness", "all", "`all`, `off`, or `sample:rate` with a rate from 0 to 1", "For which images the confidence in three masked copies is measured: four backbone passes instead of one.");

    /// <summary>Opacity of the overlay.</summary>
    public static readonly Setting OverlayOpacity = new("OverlayOpacity", "0.6", "a number from 0 to 1", "How strongly the colours of the map cover the picture.");

    /// <summary>Colour map of the overlay.</summary>
    public static readonly Setting OverlayColourMap = new("OverlayColourMap", "viridis", "`viridis`, `cividis`, `inferno` or `grey`", "The colours of the map, perceptually ordered.");

    /// <summary>Images per backbone call.</summary>
    public static readonly Setting BatchSize = new("BatchSize", "8", "a whole number from 1 to 256", "Images that one backbone call takes at most.");

    /// <summary>How long an image waits for others.</summary>
    public static readonly Setting BatchDelayMs = new("BatchDelayMs", "20", "a whole number from 0 to 10000", "Milliseconds that the first image of a batch waits for others.");

    /// <summary>Folder of the models.</summary>
    public static readonly Setting ModelsPath = new("ModelsPath", "models", "a folder; a relative one is beside the app", "Where the models are.");

    /// <summary>Device that computes.</summary>
    public static readonly Setting Device = new("Device", "auto", "`auto`, `cpu` or `cuda`", "What computes. `auto` takes the GPU where there is one and says so where there is none; `cuda` without a GPU is not ready.");

    /// <summary>CPU threads of the numerics.</summary>
    public static readonly Setting Threads = new("Threads", "0", "a whole number from 0 to 1024", "Threads of the numerics on the CPU; 0 takes one per core.");

    /// <summary>Largest file.</summary>
    public static readonly Setting MaxBytes = new("MaxBytes", "67108864", "a whole number of bytes, at least 1", "Larger blobs are rejected by their properties, before a byte is read.");

    /// <summary>Largest picture.</summary>
    public static readonly Setting MaxPixels = new("MaxPixels", "50000000", "a whole number of pixels, at least 1", "Larger pictures are rejected by their header, before memory is taken.");

    /// <summary>Most frames.</summary>
    public static readonly Setting MaxFrames = new("MaxFrames", "10000", "a whole number, at least 1", "Animations with more frames are rejected; of others the first frame is explained.");

    /// <summary>Longest decode.</summary>
    public static readonly Setting DecodeTimeoutSeconds = new("DecodeTimeoutSeconds", "10", "a whole number of seconds from 1 to 600", "A picture that takes longer to decode is rejected.");

    /// <summary>Most classes that one image may ask for by name or rank.</summary>
    public static readonly Setting MaxClasses = new("MaxClasses", "100", "a whole number from 1 to 100000", "The most classes that one image may list or rank; `all` has no such limit.");

    /// <summary>Prefix under which images are explained.</summary>
    public static readonly Setting InputPrefix = new("InputPrefix", "", "the beginning of a blob's path, or nothing", "Only images whose path begins so are explained; others are ignored and counted.");

    /// <summary>Container of the pictures.</summary>
    public static readonly Setting HeatmapsContainer = new("HeatmapsContainer", "heatmaps", ContainerRule, "Where overlays and maps are written.");

    /// <summary>Container of the commit records.</summary>
    public static readonly Setting MetricsContainer = new("MetricsContainer", "metrics", ContainerRule, "Where commit records are written.");

    /// <summary>Container of the failures.</summary>
    public static readonly Setting FailedContainer = new("FailedContainer", "failed", ContainerRule, "Where it is written why an image could not be explained.");

    /// <summary>Container of runs.</summary>
    public static readonly Setting RunsContainer = new("RunsContainer", "runs", ContainerRule, "Where training and evaluation runs keep lists, checkpoints, progress and scores.");

    /// <summary>Container of reports.</summary>
    public static readonly Setting ReportsContainer = new("ReportsContainer", "reports", ContainerRule, "Where runs write their reports.");

    /// <summary>Container of published models.</summary>
    public static readonly Setting ModelsContainer = new("ModelsContainer", "models", ContainerRule, "Where the versions of models that runs have published are kept.");

    /// <summary>Longest training activity.</summary>
    public static readonly Setting ActivitySeconds = new("ActivitySeconds", "300", "a whole number of seconds from 1 to 3600", "A training activity writes its checkpoint and ends after this long, whatever steps are left; keep it well below `functionTimeout`.");

    /// <summary>All settings, in the order of the documentation.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [
        Model, Classes, Faithfulness, OverlayOpacity, OverlayColourMap, BatchSize, BatchDelayMs, ModelsPath, Device, Threads,
        MaxBytes, MaxPixels, MaxFrames, DecodeTimeoutSeconds, MaxClasses, InputPrefix, HeatmapsContainer, MetricsContainer, FailedContainer,
        RunsContainer, ReportsContainer, ModelsContainer, ActivitySeconds,
    ];

    private const string ContainerRule = "a container's name: 3 to 63 lower-case letters, digits and single hyphens";
}
