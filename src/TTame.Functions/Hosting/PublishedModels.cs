using System.Collections.Concurrent;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using TTame.Core.Attention;
using TTame.Core.Backbones;
using TTame.Functions.Explain;

namespace TTame.Functions.Hosting;

/// <summary>Which versions of a model there are.</summary>
/// <param name="Backbone">The model whose weights file it shares.</param>
/// <param name="Versions">Their hashes, the one in force last.</param>
public sealed record ModelVersions(string Backbone, IReadOnlyList<string> Versions);

/// <summary>
/// The models that runs have published. Their versions are blobs, <c>models/&lt;name&gt;/&lt;hash&gt;/</c>; the folder under <c>ModelsPath</c> is made of them, so that a model
/// outlives the machine that trained it, serves on every machine, and an earlier version can be put back.
/// </summary>
public sealed class PublishedModels(BlobServiceClient blobs, ServiceSettings settings, ModelLibrary library, ModelHost host) : IDisposable
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(5);
    private const string DefaultBlob = "default.json", VersionsFile = "versions.json";
    private readonly BlobContainerClient container = blobs.GetBlobContainerClient(settings.ModelsContainer);
    private readonly ConcurrentDictionary<string, long> looked = new();
    private readonly SemaphoreSlim placing = new(1);
    private string? chosenDefault;

    /// <summary>Writes a version and puts it in force; the model explains from the next image on.</summary>
    /// <remarks>Twice is the same as once.</remarks>
    public async Task PublishAsync(PublishedModel model, string backbone, CancellationToken cancellation)
    {
        await container.CreateIfNotExistsAsync(cancellationToken: cancellation);
        string name = model.Card.Name;
        string? shipped = await KeepShippedAsync(name, cancellation);
        string version = await WriteAsync(model, cancellation);
        await ChangeAsync(name, now => now switch
        {
            null => new(backbone, shipped is null || shipped == version ? [version] : [shipped, version]),
            _ when now.Versions[^1] == version => now,
            _ => now with { Versions = [.. now.Versions.Where(v => v != version), version] },
        }, cancellation);
        await SyncAsync(name, cancellation, anew: true);
    }

    /// <summary>Puts the version before the one in force back in force.</summary>
    /// <exception cref="RequestException">404 or 409: the model was never published, or has no earlier version.</exception>
    public async Task<ModelVersions> RollBackAsync(string name, CancellationToken cancellation)
    {
        var versions = await ChangeAsync(name, now => now switch
        {
            null => throw new RequestException(404, "no_model", $"No run has published a model '{name}'.", "GET /api/models lists the models."),
            { Versions.Count: < 2 } => throw new RequestException(409, "no_earlier_version", $"The model '{name}' has no earlier version.", "Train it again, or publish under another name."),
            _ => now with { Versions = [.. now.Versions.SkipLast(1)] },
        }, cancellation);
        await SyncAsync(name, cancellation, anew: true);
        return versions;
    }

    /// <summary>Makes a model the one that explains images which name none.</summary>
    /// <exception cref="TTame.Core.Primitives.ModelException">There is no such model.</exception>
    public async Task SetDefaultAsync(string name, CancellationToken cancellation)
    {
        await SyncAsync(name, cancellation);
        library.Card(name);
        await container.CreateIfNotExistsAsync(cancellationToken: cancellation);
        await container.GetBlobClient(DefaultBlob).UploadAsync(RecordJson.Write(new DefaultModel(name)), overwrite: true, cancellation);
        chosenDefault = name;
    }

    /// <summary>The model that explains images which name none: the one chosen over HTTP, else the setting's.</summary>
    public async Task<string> DefaultAsync(CancellationToken cancellation)
    {
        if (IsDue(DefaultBlob)) chosenDefault = await ReadAsync(DefaultBlob, cancellation) is { } chosen ? RecordJson.Read<DefaultModel>(chosen.Content)?.Model : null;
        return chosenDefault ?? settings.Model;
    }

    /// <summary>Brings a model's folder up to the version in force; looks at the storage every few seconds at most.</summary>
    public async Task SyncAsync(string name, CancellationToken cancellation, bool anew = false)
    {
        if (!ServiceSettings.ModelName().IsMatch(name) || (!IsDue(name) && !anew)) return;
        if (await ReadAsync(Versions(name), cancellation) is not { } found || RecordJson.Read<ModelVersions>(found.Content) is not { } versions) return;
        await placing.WaitAsync(cancellation);
        try
        {
            string version = versions.Versions[^1];
            if (Local(name)?.Attention?.Sha256 is { } here && Short(here) == version) return;
            var card = ModelCard.Parse((await RequireAsync(Path(name, version, ModelCard.FileName), cancellation)).ToArray(), name) with { Name = name };
            var model = new PublishedModel(card, (await RequireAsync(Path(name, version, ModelPublication.AttentionFile), cancellation)).ToArray());
            host.Replace(name, () => ModelPublication.Place(library, model, versions.Backbone));
        }
        finally
        {
            placing.Release();
        }
    }

    /// <summary>Brings the folders of all published models up to date.</summary>
    public async Task SyncAllAsync(CancellationToken cancellation)
    {
        if (!IsDue("*")) return;
        try
        {
            await foreach (var item in container.GetBlobsByHierarchyAsync(delimiter: "/", cancellationToken: cancellation))
                if (item.IsPrefix) await SyncAsync(item.Prefix.TrimEnd('/'), cancellation);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            // No container: nothing has been published.
        }
    }

    /// <inheritdoc />
    public void Dispose() => placing.Dispose();

    private sealed record DefaultModel(string Model);

    private static string Short(string sha256) => sha256[..16].ToLowerInvariant();

    private static string Path(string name, string version, string file) => $"{name}/{version}/{file}";

    private static string Versions(string name) => $"{name}/{VersionsFile}";

    private ModelCard? Local(string name) => library.List().FirstOrDefault(card => card.Name == name);

    private bool IsDue(string what)
    {
        long now = TimeProvider.System.GetTimestamp();
        if (looked.TryGetValue(what, out long last) && TimeProvider.System.GetElapsedTime(last, now) < BetweenLooks) return false;
        looked[what] = now;
        return true;
    }

    // A model that came with the app becomes its first version, so that it can be put back.
    private async Task<string?> KeepShippedAsync(string name, CancellationToken cancellation)
    {
        if (await ReadAsync(Versions(name), cancellation) is not null || Local(name) is not { Attention: { Sha256: not null } attention } card) return null;
        return await WriteAsync(new(card, await File.ReadAllBytesAsync(System.IO.Path.Combine(library.Folder, name, attention.File), cancellation)), cancellation);
    }

    private async Task<string> WriteAsync(PublishedModel model, CancellationToken cancellation)
    {
        string version = Short(model.Card.Attention!.Sha256!);
        await container.GetBlobClient(Path(model.Card.Name, version, ModelPublication.AttentionFile)).UploadAsync(new BinaryData(model.Attention), overwrite: true, cancellation);
        await container.GetBlobClient(Path(model.Card.Name, version, ModelCard.FileName)).UploadAsync(new BinaryData(model.Card.ToJson()), overwrite: true, cancellation);
        return version;
    }

    // Whoever else changes it at the same time is seen by the blob's version.
    private async Task<ModelVersions> ChangeAsync(string name, Func<ModelVersions?, ModelVersions> change, CancellationToken cancellation)
    {
        while (true)
        {
            var before = await ReadAsync(Versions(name), cancellation);
            var after = change(before is null ? null : RecordJson.Read<ModelVersions>(before.Content));
            var conditions = before is null ? new BlobRequestConditions { IfNoneMatch = ETag.All } : new BlobRequestConditions { IfMatch = before.Details.ETag };
            try
            {
                await container.GetBlobClient(Versions(name)).UploadAsync(RecordJson.Write(after), new BlobUploadOptions { Conditions = conditions }, cancellation);
                return after;
            }
            catch (RequestFailedException e) when (e.Status is 409 or 412)
            {
                // Look again.
            }
        }
    }

    private async Task<BinaryData> RequireAsync(string path, CancellationToken cancellation)
        => (await ReadAsync(path, cancellation))?.Content ?? throw new FileNotFoundException($"'{path}' is not in the container '{container.Name}'.", path);

    private async Task<BlobDownloadResult?> ReadAsync(string path, CancellationToken cancellation)
    {
        try
        {
            return (await container.GetBlobClient(path).DownloadContentAsync(cancellation)).Value;
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }
}
