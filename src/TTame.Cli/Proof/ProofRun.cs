using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;
using TTame.Cli.Remote;
using TTame.Core.Explainers;
using TTame.Core.Primitives;

namespace TTame.Cli.Proof;

/// <summary>The proof: pictures in a container, and from there on HTTP.</summary>
internal sealed class ProofRun(ProofPlan plan, ProofStage stage)
{
    private const string Ours = TTameExplainer.Name;
    private const double Half = 0.5, Least = 0.15;
    private readonly ProofRuns runs = new(stage);
    private readonly ProofPictures pictures = new(stage.ConnectionString);
    private readonly List<Claim> claims = [];
    private readonly List<RunTime> times = [];
    private readonly List<string> kills = [];

    /// <summary>Makes it.</summary>
    public async Task<ProofOutcome> Run(CancellationToken cancel)
    {
        Screen.Note("1. Two learning rates, two workers, from one request to a published model");
        var main = await Take("train", Training("two-workers", await Lists(cancel), workers: 2, ProofPlan.Rates), cancel);
        Screen.Note("2. The published model beside Grad-CAM, on the test list");
        var figures = await Compare(main, cancel);
        Screen.Note("3. A smaller run, uninterrupted and killed");
        await Kill(cancel);
        Screen.Note("4. The chosen learning rate with one worker");
        await Workers(main, figures, cancel);
        return new(plan, claims, Trials(main), figures, kills, times);
    }

    // The recipe for a few thousand pictures as it is, with half its learning rate and a sixth: what is chosen is chosen on the validation list.
    private JsonObject Training(string id, (string Train, string Validation, string Test) lists, int workers, IEnumerable<double> rates, int batch = 32, int steps = 500, int shard = 500) => new()
    {
        ["id"] = id, ["model"] = ProofPlan.Model, ["name"] = "made-by-" + id,
        ["images"] = RemoteOptions.Source(lists.Train), ["validation"] = RemoteOptions.Source(lists.Validation), ["test"] = RemoteOptions.Source(lists.Test),
        ["recipe"] = "few-images", ["maxLearningRates"] = new JsonArray([.. rates.Select(rate => (JsonNode)rate)]), ["epochs"] = ProofPlan.Epochs,
        ["workers"] = workers, ["batchSize"] = batch, ["stepsPerActivity"] = steps, ["shardSize"] = shard, ["seed"] = plan.Seed,
    };

    private Task<(string, string, string)> Lists(CancellationToken cancel) => Lists("", plan.Training, plan.Validation, plan.Test, cancel);

    private async Task<(string, string, string)> Lists(string prefix, int training, int validation, int test, CancellationToken cancel) => (
        Blob(await pictures.Upload(prefix + "train", plan.TrainingTar, 0, training, cancel)),
        Blob(await pictures.Upload(prefix + "validation", plan.TrainingTar, training, validation, cancel)),
        Blob(await pictures.Upload(prefix + "test", plan.TestTar, 0, test, cancel)));

    private async Task<FinishedRun> Take(string route, JsonObject body, CancellationToken cancel)
    {
        var run = await runs.Run(route, body, cancel);
        times.Add(new(run.Id, Math.Round(run.Time.TotalSeconds)));
        return run;
    }

    private async Task<ProofFigures> Compare(FinishedRun main, CancellationToken cancel)
    {
        string name = main.Result.GetProperty("model").GetString()!;
        var evaluation = await Take("evaluate", new JsonObject
        {
            ["id"] = "compare", ["models"] = new JsonArray(name), ["explainers"] = new JsonArray(Ours, ProofPlan.Rival), ["shards"] = ProofPlan.Shards,
            ["images"] = RemoteOptions.Source(Blob(await pictures.Upload("test", plan.TestTar, 0, plan.Test, cancel))), ["seed"] = plan.Seed,
        }, cancel);
        var figures = ProofFigures.Of(evaluation.Report.GetProperty("models")[0]);
        Hold($"One request leads to a published model that serves without a restart and explains all {plan.Test} test pictures", figures.Images == plan.Test && figures.Omitted == 0, $"{figures.Images} measured, {figures.Omitted} skipped or lost");
        foreach (var (measure, share, sign) in new[] { ("ad", Half, -1), ("ad", Least, -1), ("ic", Half, 1), ("ic", Least, 1) })
        {
            var (ours, theirs) = (figures[Ours, measure, share], figures[ProofPlan.Rival, measure, share]);
            Hold(
                FormattableString.Invariant($"{measure.ToUpperInvariant()} at {100 * share:0} %: T-TAME's is {(sign < 0 ? "lower" : "higher")} than Grad-CAM's on layer3"),
                sign * (ours.Mean - theirs.Mean) > 0,
                FormattableString.Invariant($"{ours.Mean:0.00} against {theirs.Mean:0.00}; paired difference {figures.Difference(ProofPlan.Rival, measure, share)}"));
        }
        var own = ProofFigures.Of(main.Report.GetProperty("test"));
        bool equal = own.Rows.Where(row => row.Explainer == Ours).Select(row => (row.Measure, row.Share, row.Sum)).SequenceEqual(figures.Rows.Where(row => row.Explainer == Ours).Select(row => (row.Measure, row.Share, row.Sum)));
        Hold($"The run's own measurement and this evaluation in {ProofPlan.Shards} shards give the same figures, to the last bit", equal, equal ? "equal sums" : "the sums differ");
        return figures;
    }

    private async Task Kill(CancellationToken cancel)
    {
        var lists = await Lists("small-", ProofPlan.Small.Training, ProofPlan.Small.Validation, ProofPlan.Small.Test, cancel);
        JsonObject Small(string id) => Training(id, lists, workers: 2, ProofPlan.Rates.Take(1), batch: 8, steps: 5, shard: 40);
        var whole = await Take("train", Small("uninterrupted"), cancel);
        // A proof that was interrupted here begins with another run: it would not know what was killed before.
        int attempt = 1;
        while (await runs.Exists($"killed-{attempt}", cancel)) attempt++;
        string id = await runs.Start("train", Small($"killed-{attempt}"), cancel);
        var moments = new SplitMix64(RandomStream.Fnv1a64($"kills/{plan.Seed}"));
        while (kills.Count < ProofPlan.Kills)
        {
            // One in each fifth of start and epochs, anywhere in it; looks are a second apart.
            var view = await runs.Reach(id, 2 * (kills.Count + moments.Unit()) / ProofPlan.Kills, cancel);
            if (RunText.HasEnded(view)) break;
            await stage.Kill();
            kills.Add(RunText.Line(view));
            Screen.Note($"  killed: {kills[^1]}");
            await stage.StartService(cancel);
        }
        var killed = await runs.End(id, cancel);
        times.Add(new(killed.Id, Math.Round(killed.Time.TotalSeconds)));
        bool equal = whole.Sha256 == killed.Sha256 && whole.Result.GetProperty("test").ToString() == killed.Result.GetProperty("test").ToString();
        Hold(
            $"Uninterrupted, and killed (SIGKILL) {ProofPlan.Kills} times at random moments, one in each fifth of its work: the attention's weights are bitwise equal", equal && kills.Count == ProofPlan.Kills,
            $"{kills.Count} kills; SHA-256 {whole.Sha256[..16]}… and {killed.Sha256[..16]}…");
    }

    private async Task Workers(FinishedRun main, ProofFigures figures, CancellationToken cancel)
    {
        double rate = Trials(main).First(trial => trial.Chosen).Rate;
        var one = await Take("train", Training("one-worker", await Lists(cancel), workers: 1, [rate]), cancel);
        var own = ProofFigures.Of(one.Report.GetProperty("test"));
        double two = figures[Ours, "ad", Least].Mean, single = own[Ours, "ad", Least].Mean;
        Hold(
            FormattableString.Invariant($"Two workers reach within {ProofPlan.Tolerance} point of one worker's AD(15 %)"), Math.Abs(two - single) <= ProofPlan.Tolerance,
            FormattableString.Invariant($"{two:0.00} with two workers, {single:0.00} with one; learning rate {rate:g}"));
    }

    private static List<TrialFigures> Trials(FinishedRun main)
    {
        int chosen = main.Result.GetProperty("chosen").GetInt32();
        List<TrialFigures> trials = [];
        foreach (var trial in main.Report.GetProperty("trials").EnumerateArray())
            foreach (var epoch in trial.GetProperty("epochs").EnumerateArray())
            {
                var smallest = epoch.GetProperty("validation").GetProperty("shares").EnumerateArray().MinBy(share => share.GetProperty("keptShare").GetDouble());
                int number = epoch.GetProperty("epoch").GetInt32();
                trials.Add(new(
                    trial.GetProperty("trial").GetProperty("recipe").GetProperty("maxLearningRate").GetDouble(), number, smallest.GetProperty("averageDrop").GetDouble(), smallest.GetProperty("increase").GetDouble(),
                    trial.GetProperty("trial").GetProperty("number").GetInt32() == chosen && number == main.Result.GetProperty("epoch").GetInt32()));
            }
        return trials;
    }

    private void Hold(string text, bool holds, string found)
    {
        claims.Add(new(text, holds, found));
        Screen.Out.WriteLine($"{claims[^1].Verdict.ToUpperInvariant(),-14} {text}: {found}");
    }

    private static string Blob(string name) => $"{ProofPictures.Container}/{name}";
}
