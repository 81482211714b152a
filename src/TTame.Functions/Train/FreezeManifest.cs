using System.Security.Cryptography;
using Microsoft.Azure.Functions.Worker;
using TTame.Core.Attention;
using TTame.Core.Runs;
using TTame.Functions.Explain;
using TTame.Functions.Runs;

namespace TTame.Functions.Train;

/// <summary>Freezes the lists of a run: names, labels, order, split.</summary>
public sealed class FreezeManifest(RunStore store, ImageSources sources, ModelLibrary library)
{
    /// <summary>Lists the images, checks them, splits them by the seed and writes three lists and, last, the manifest that names them.</summary>
    /// <remarks>At least once: the first manifest written stays, whatever has been added to the container since; its lists are named by their hash.</remarks>
    /// <exception cref="ArgumentException">There are too few images for three lists, a label is none of the model's classes, or an image is in two lists.</exception>
    [Function(nameof(FreezeManifest))]
    public async Task<Manifest> Run([ActivityTrigger] RunSetup setup, CancellationToken cancellation)
    {
        string path = $"{setup.Run}/manifest.json";
        if (await store.FindAsync(path, cancellation) is { } earlier) return RecordJson.Read<Manifest>(earlier)!;
        var images = await sources.FindAsync(setup.Images, cancellation);
        var validation = setup.Validation is { } v ? await sources.FindAsync(v, cancellation) : null;
        var test = setup.Test is { } t ? await sources.FindAsync(t, cancellation) : null;
        var split = ListSplit.Of(images.Images.Count, validation is null ? setup.ValidationShare : 0, test is null ? setup.TestShare : 0, setup.Seed);
        FrozenImage[][] lists = [
            [.. split.Train.Select(i => images.Images[i])],
            [.. validation?.Images ?? split.Validation.Select(i => images.Images[i])],
            [.. test?.Images ?? split.Test.Select(i => images.Images[i])]];
        Check(setup, lists);

        string[] missing = [.. images.Missing, .. validation?.Missing ?? [], .. test?.Missing ?? []];
        if (missing.Length > 0) await store.WriteOnceAsync($"{setup.Run}/missing.txt", new BinaryData(string.Join('\n', missing)), cancellation);
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var train = await WriteAsync(setup, "train", setup.Images, lists[0], all, cancellation);
        var compared = await WriteAsync(setup, "validation", setup.Validation ?? setup.Images, lists[1], all, cancellation);
        var measured = await WriteAsync(setup, "test", setup.Test ?? setup.Images, lists[2], all, cancellation);
        var manifest = new Manifest(train, compared, measured, Convert.ToHexStringLower(all.GetHashAndReset()), missing.Length, lists.Sum(l => l.Count(i => i.Label is not null)));
        await store.WriteOnceAsync(path, RecordJson.Write(manifest), cancellation);
        return RecordJson.Read<Manifest>(await store.ReadAsync(path, cancellation))!;
    }

    // Before any time of a device is spent.
    private void Check(RunSetup setup, FrozenImage[][] lists)
    {
        string[] names = ["training", "validation", "test"];
        int classes = library.Card(setup.Model).Classes.Count;
        HashSet<(string Container, string Name)> seen = [];
        string[] containers = [setup.Images.Container, (setup.Validation ?? setup.Images).Container, (setup.Test ?? setup.Images).Container];
        for (int l = 0; l < lists.Length; l++)
        {
            if (lists[l].Length == 0) throw new ArgumentException($"The {names[l]} list is empty: its source has no images.");
            foreach (var image in lists[l])
            {
                if (image.Label is { } label && label >= classes) throw new ArgumentException($"'{image.Name}' has the label {label}; the model '{setup.Model}' has the classes 0 to {classes - 1}.");
                if (!seen.Add((containers[l], image.Name))) throw new ArgumentException($"'{image.Name}' is in the {names[l]} list and in another, or twice in it. Every image may be in one list once.");
            }
        }
    }

    private async Task<ListReference> WriteAsync(RunSetup setup, string name, ImagesRequest source, FrozenImage[] images, IncrementalHash all, CancellationToken cancellation)
    {
        byte[] text = FrozenLines.Write(images);
        all.AppendData(SHA256.HashData(text));
        string path = $"{setup.Run}/lists/{name}-{Convert.ToHexStringLower(SHA256.HashData(text))[..16]}.txt";
        await store.WriteOnceAsync(path, new BinaryData(text), cancellation);
        return new(source.Container, path, images.Length);
    }
}
