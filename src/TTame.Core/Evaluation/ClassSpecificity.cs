using TorchSharp;
using TTame.Core.Backbones;
using TTame.Core.Metrics;
using TTame.Core.Primitives;
using static TorchSharp.torch;

namespace TTame.Core.Evaluation;

/// <summary>Whether the maps of an image's classes are maps of these classes, or one map for all.</summary>
/// <param name="Judged">The maps of the predicted classes, with what made them.</param>
/// <param name="MapsOf">The same explainer's maps of other classes, scaled, at the images' size.</param>
/// <param name="Images">Each image's place in the list: the random class is drawn by it.</param>
internal sealed record ClassSpecificity(ScoredMaps Judged, Func<ClassLabels, ScaledMaps> MapsOf, IReadOnlyList<int> Images)
{
    private (ClassLabels Labels, ScaledMaps Maps)? second;

    // A single logit has no other class to compare with: then nothing is said.
    private bool HasOthers => Judged.Pass.Logits.Values.size(1) > 1;

    /// <summary>Rank correlation with the map of the runner-up.</summary>
    public IEnumerable<BatchScore> LikeRunnerUp() => HasOthers ? [Likeness(RunnerUp().Maps)] : [];

    /// <summary>Rank correlation with the map of a random class that is neither predicted nor the runner-up.</summary>
    public IEnumerable<BatchScore> LikeRandom() => HasOthers ? [Likeness(MapsOf(Random()))] : [];

    /// <summary>AD of predicted class and runner-up, each under its own map, or each under the other's.</summary>
    /// <param name="swapped">Whether the maps change places.</param>
    public IEnumerable<BatchScore> Drop(bool swapped)
    {
        if (!HasOthers) return [];
        (ClassLabels other, ScaledMaps maps) = RunnerUp();
        IReadOnlyList<double?>[] own = Drops(swapped ? maps : Judged.Maps, Judged.Labels), runnerUp = Drops(swapped ? Judged.Maps : maps, other);
        return Judged.Plan.KeptShares.Select((share, s) => new BatchScore(share.Value, [.. own[s].Zip(runnerUp[s], (a, b) => (a + b) / 2)]));
    }

    private IReadOnlyList<double?>[] Drops(ScaledMaps maps, ClassLabels labels)
    {
        FaithfulnessScores kept = Faithfulness.Measure(Judged.Classifier, Judged.Pass, maps, labels, Judged.Plan.KeptShares, Judged.Plan.Masking ?? Judged.Classifier.Card.Kind.Masking());
        return [.. kept.Masked.Select(masked => (IReadOnlyList<double?>)[.. kept.Whole.Zip(masked, (whole, left) => (double?)AverageDrop.Of(new(whole), new(left)).Sum)])];
    }

    private BatchScore Likeness(ScaledMaps others)
        => new(1, [.. Images.Select((_, i) =>
        {
            using var scope = NewDisposeScope();
            return RankCorrelation.Of(Judged.Maps.Values.narrow(0, i, 1), others.Values.narrow(0, i, 1));
        })]);

    private (ClassLabels Labels, ScaledMaps Maps) RunnerUp()
    {
        if (second is { } known) return known;
        ClassLabels labels = new(Judged.Pass.Logits.Values.topk(2, 1).indexes.select(1, 1));
        second = (labels, MapsOf(labels));
        return second.Value;
    }

    private ClassLabels Random()
    {
        int classes = (int)Judged.Pass.Logits.Values.size(1);
        long[] own = Judged.Labels.Values.cpu().data<long>().ToArray(), next = RunnerUp().Labels.Values.cpu().contiguous().data<long>().ToArray();
        var drawn = new long[own.Length];
        for (int i = 0; i < drawn.Length; i++)
        {
            SplitMix64 random = new(RandomStream.Fnv1a64($"class/{Judged.Plan.Seed}/{Images[i]}"));
            do drawn[i] = random.Below((uint)classes);
            while (classes > 2 && (drawn[i] == own[i] || drawn[i] == next[i]));
        }
        return new(tensor(drawn, device: Judged.Labels.Values.device));
    }
}
