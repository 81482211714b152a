using System.Diagnostics;
using Microsoft.Extensions.Logging;
using TTame.Core.Primitives;
using TTame.Functions.Hosting;

namespace TTame.Functions.Explain;

/// <summary>The way of one image: from its event to its commit record.</summary>
/// <remarks>At least once: an event that comes again finds the commit record and does nothing; one that was cut off starts over and rewrites the same files.</remarks>
public sealed class ExplainPipeline(
    ImageSource source, ResultStore results, IExplainingModels models, PicturePreparation preparation, ResultWriter writer,
    ServiceSettings settings, ExplainCounts counts, ILogger<ExplainPipeline> logger)
{
    // An image that changes faster than this many times while it is explained goes back to the queue.
    private const int MostVersions = 4;

    private readonly PathLocks locks = new();

    /// <summary>Explains the image at <paramref name="path"/> as it is now, if it lies where images are explained.</summary>
    /// <returns>What became of it. Errors of the image are filed, not thrown.</returns>
    /// <exception cref="Exception">Errors of the world, for the platform to try again.</exception>
    public async Task<ExplainOutcome> RunAsync(string container, string path, CancellationToken cancellation)
    {
        // The trigger's path is not trusted: Event Grid delivers what its subscription says, the app's own output included.
        if (container != ServiceSettings.ImagesContainer || !path.StartsWith(settings.InputPrefix, StringComparison.Ordinal)) return counts.Count(ExplainOutcome.Ignored);

        // Two events of one image in one process: the second waits and finds the first one's record.
        using var held = await locks.EnterAsync(path, cancellation);
        bool trustRecord = true;
        for (int i = 0; i < MostVersions; i++)
        {
            if (await source.FindAsync(path, cancellation) is not { } image)
            {
                logger.LogInformation("blob_gone: {Path} was deleted before it was explained", path);
                return counts.Count(ExplainOutcome.Gone);
            }
            if (await TryAsync(image, trustRecord, cancellation) is { } outcome) return counts.Count(outcome);
            // Replaced meanwhile. Files of the older version may lie over those of a newer record, so that record is not trusted.
            trustRecord = false;
        }
        throw new IOException($"'{path}' was replaced {MostVersions} times while it was explained.");
    }

    // Null: the image was replaced meanwhile.
    private async Task<ExplainOutcome?> TryAsync(SourceImage image, bool trustRecord, CancellationToken cancellation)
    {
        try
        {
            return await ExplainAsync(image, trustRecord, cancellation);
        }
        catch (ImageContentException e)
        {
            return await FileAsync(image, e.Code, e.Reason, cancellation);
        }
        catch (ExplainException e)
        {
            return await FileAsync(image, e.Code, e.Reason, cancellation);
        }
        catch (ClassSelectionException e)
        {
            return await FileAsync(image, ExplainException.BadClass, e.Reason, cancellation);
        }
        catch (NonFiniteException e)
        {
            return await FileAsync(image, ExplainException.Numeric, e.Message, cancellation);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            counts.CountRetry();
            await FileUnavailableAsync(image, e, cancellation);
            throw;
        }
    }

    private async Task<ExplainOutcome?> ExplainAsync(SourceImage image, bool trustRecord, CancellationToken cancellation)
    {
        if (image.Version.Bytes > settings.MaxBytes) throw ImageSource.TooLarge(image.Version.Bytes, settings.MaxBytes);
        var request = ExplainRequest.Read(image.Metadata, settings with { Model = await models.DefaultAsync(cancellation) });
        var model = await models.GetAsync(request.Model, cancellation);
        var options = ExplainOptions.Of(request, settings);
        var names = new ResultNames(image.Version.Path, model.Identity.Name, model.Identity.Hash8);

        var older = await results.FindRecordAsync(names, cancellation);
        if (trustRecord && older?.Record is { } done && IsFor(done, image.Version, model.Identity, options))
        {
            await results.RemoveUnlistedAsync(names, done, older.Written, cancellation);
            await results.ClearFailureAsync(image.Version.Path, cancellation);
            return ExplainOutcome.AlreadyDone;
        }

        long started = Stopwatch.GetTimestamp();
        if (await source.ReadAsync(image.Version, settings.MaxBytes, cancellation) is not { } file) return null;
        var downloaded = Stopwatch.GetElapsedTime(started);
        var picture = await preparation.PrepareAsync(file, model.Input, cancellation);
        var explained = await model.ExplainAsync(new(picture.Input.Crop, request.Classes, settings.Faithfulness.Includes(image.Version.Path, image.Version.ETag)), cancellation);

        var job = new ResultJob(image.Version, names, model, options, picture, explained, downloaded);
        var record = await writer.WriteFilesAsync(job, cancellation);
        if ((await source.FindAsync(image.Version.Path, cancellation))?.Version.ETag != image.Version.ETag) return null;
        if (await results.CommitAsync(names, record, older, cancellation) is not { } committed)
        {
            // Somebody else was first. Its record is as good as ours if it is for the same version; else look again.
            var other = await results.FindRecordAsync(names, cancellation);
            if (other?.Record is null || !IsFor(other.Record, image.Version, model.Identity, options)) return null;
            committed = other;
        }
        await results.RemoveUnlistedAsync(names, committed.Record!, committed.Written, cancellation);
        await results.ClearFailureAsync(image.Version.Path, cancellation);
        logger.LogInformation("Explained {Path} with {Model} in {Milliseconds:F0} ms", image.Version.Path, model.Identity.Name, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        return ExplainOutcome.Explained;
    }

    private static bool IsFor(CommitRecord record, SourceVersion version, ModelIdentity model, ExplainOptions options)
        => record.Version == CommitRecord.CurrentVersion && record.Source.ETag == version.ETag && record.Model.Sha256 == model.Sha256 && record.OptionsHash == options.Hash();

    private async Task<ExplainOutcome?> FileAsync(SourceImage image, string code, string reason, CancellationToken cancellation)
    {
        // The failure of a version that is no longer there is nobody's business.
        if ((await source.FindAsync(image.Version.Path, cancellation))?.Version.ETag != image.Version.ETag) return null;
        await results.FileFailureAsync(Failure(image, code, reason), image.Version.Path, cancellation);
        logger.LogWarning("Cannot explain {Path}: {Code}: {Reason}", image.Version.Path, code, reason);
        return ExplainOutcome.Failed;
    }

    // Written at each attempt, because nobody says which is the last; the attempt that succeeds removes it.
    private async Task FileUnavailableAsync(SourceImage image, Exception error, CancellationToken cancellation)
    {
        try
        {
            await results.FileFailureAsync(Failure(image, ExplainException.Unavailable, $"not explained yet, it is tried again a few times: {error.Message}"), image.Version.Path, cancellation);
        }
        catch (Azure.RequestFailedException e)
        {
            logger.LogWarning("The failed record of {Path} could not be written: {Reason}", image.Version.Path, e.Message);
        }
    }

    private static FailedRecord Failure(SourceImage image, string code, string reason)
        => new(code, reason, $"{image.Version.Container}/{image.Version.Path}", image.Version.ETag);
}
