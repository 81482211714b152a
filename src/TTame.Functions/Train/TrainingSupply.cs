using TTame.Core.Attention;
using TTame.Core.Imaging;
using TTame.Core.Runs;
using TTame.Core.Training;
using TTame.Functions.Explain;
using TTame.Functions.Hosting;

namespace TTame.Functions.Train;

/// <summary>What feeds a training: limits, threads that decode ahead, the cache of decoded pictures.</summary>
/// <param name="settings">The app's settings.</param>
public sealed class TrainingSupply(ServiceSettings settings)
{
    private const long CacheBytes = 64L << 30;

    /// <summary>Where decoded pictures are kept, on this machine.</summary>
    public static string CacheFolder => Path.Combine(Path.GetTempPath(), "ttame-decoded");

    /// <summary>Removes what this machine has kept of a run that needs it no more.</summary>
    /// <param name="run">The run's id.</param>
    public static void Forget(string run)
    {
        try
        {
            Directory.Delete(FolderOf(run), recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // There is none, or the disk refuses: it is a folder for temporary files.
        }
    }

    /// <summary>The inputs of a worker's training.</summary>
    /// <param name="setup">The run.</param>
    /// <param name="trial">The trial.</param>
    /// <param name="worker">The worker, whose list <paramref name="images"/> is.</param>
    /// <param name="backbone">The frozen backbone.</param>
    /// <param name="images">Its images.</param>
    public TrainingInputs Inputs(RunSetup setup, Trial trial, int worker, LoadedModel backbone, ImageList images) => new(backbone.Classifier, images)
    {
        Limits = PicturePreparation.LimitsOf(settings),
        DecodeAhead = Math.Max(BatchSupply.DefaultAhead, Environment.ProcessorCount),
        // What is cached depends on the list and on how pictures are resized, not on the trial.
        Decoded = setup.Cache ? new DecodedCache(Path.Combine(FolderOf(setup.Run), FormattableString.Invariant($"{trial.Recipe.Augmentation}-{worker}")), CacheBytes) : null,
    };

    private static string FolderOf(string run) => Path.Combine(CacheFolder, run);
}
