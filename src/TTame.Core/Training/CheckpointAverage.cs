using TTame.Core.Primitives;
using static TorchSharp.torch;

namespace TTame.Core.Training;

/// <summary>Local SGD: workers train on parts of the list for an epoch each, then go on from the mean of what they have.</summary>
/// <remarks>Means are taken in the order given and in float64, so that the same checkpoints give the same bits. Counters (int64) are those of the first.</remarks>
public static class CheckpointAverage
{
    /// <summary>For each checkpoint, one with its own state and the mean tensors of all.</summary>
    /// <param name="workers">One per worker, of one recipe and variant; not changed, not disposed.</param>
    /// <exception cref="ArgumentException">There is none, or they are of different recipes or variants.</exception>
    public static IReadOnlyList<Checkpoint> Of(IReadOnlyList<Checkpoint> workers)
    {
        if (workers.Count == 0) throw new ArgumentException("There is no checkpoint to average.", nameof(workers));
        if (workers.Any(w => w.State.Variant != workers[0].State.Variant || w.State.Recipe != workers[0].State.Recipe))
            throw new ArgumentException("Checkpoints of different recipes or variants have no mean.", nameof(workers));
        return [.. workers.Select(w => new Checkpoint(w.State, Mean(workers.Select(c => c.Attention)), Mean(workers.Select(c => c.Optimiser))))];
    }

    private static Dictionary<string, Tensor> Mean(IEnumerable<IReadOnlyDictionary<string, Tensor>> workers)
    {
        IReadOnlyDictionary<string, Tensor>[] all = [.. workers];
        // A worker whose every image was unreadable has no momentum yet: it counts as zero.
        return all.SelectMany(w => w.Keys).Distinct().ToDictionary(name => name, name => Mean(all.Select(w => w.GetValueOrDefault(name))));
    }

    private static Tensor Mean(IEnumerable<Tensor?> values)
    {
        Tensor?[] all = [.. values];
        Tensor first = all.First(v => v is not null)!;
        if (first.dtype == int64) return first.clone().DetachFromDisposeScope();
        using var scope = NewDisposeScope();
        Tensor sum = zeros_like(first, dtype: float64);
        foreach (Tensor? value in all)
            if (value is not null) sum = sum + Shape.Require(value, [.. first.shape.Cast<object>()]).to(float64);
        return (sum / all.Length).to(first.dtype).DetachFromDisposeScope();
    }
}
