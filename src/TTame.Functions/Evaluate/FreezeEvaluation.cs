using Microsoft.Azure.Functions.Worker;
using TTame.Functions.Explain;
using TTame.Functions.Runs;

namespace TTame.Functions.Evaluate;

/// <summary>Freezes the list and the weights of an evaluation.</summary>
public sealed class FreezeEvaluation(RunStore store, ImageSources sources, RunModels models)
{
    /// <summary>Lists the images and notes the models' hashes.</summary>
    /// <remarks>At least once: what the first attempt has written stays.</remarks>
    /// <exception cref="ArgumentException">There is no image.</exception>
    [Function(nameof(FreezeEvaluation))]
    public async Task<FrozenEvaluation> Run([ActivityTrigger] EvaluateInput input, CancellationToken cancellation)
    {
        string path = $"{input.Run}/manifest.json";
        if (await store.FindAsync(path, cancellation) is { } earlier) return RecordJson.Read<FrozenEvaluation>(earlier)!;
        var found = await sources.FindAsync(input.Images, cancellation);
        if (found.Images.Count == 0) throw new ArgumentException("The source has no images.");
        List<string> hashes = [];
        foreach (string model in input.Models) hashes.Add((await models.WholeAsync(model, cancellation)).JointSha256);
        string list = $"{input.Run}/lists/images-{Core.Weights.Sha256.Of(FrozenLines.Write(found.Images))[..16]}.txt";
        await store.WriteOnceAsync(list, new BinaryData(FrozenLines.Write(found.Images)), cancellation);
        if (found.Missing.Count > 0) await store.WriteOnceAsync($"{input.Run}/missing.txt", new BinaryData(string.Join('\n', found.Missing)), cancellation);
        await store.WriteOnceAsync(path, RecordJson.Write(new FrozenEvaluation(new(input.Images.Container, list, found.Images.Count), hashes, found.Missing.Count)), cancellation);
        return RecordJson.Read<FrozenEvaluation>(await store.ReadAsync(path, cancellation))!;
    }
}
