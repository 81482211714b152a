using System.Globalization;
using System.Text;

namespace TTame.Cli.Proof;

/// <summary>The page of a proof, as Markdown.</summary>
internal static class ProofPage
{
    /// <summary>Writes the page.</summary>
    public static string Write(ProofOutcome outcome)
    {
        var (plan, figures) = (outcome.Plan, outcome.Main);
        var page = new StringBuilder();
        void Line(FormattableString text) => page.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');
        void Text(string text = "") => page.Append(text).Append('\n');

        Text("# Training over HTTP: what was run");
        Text();
        Text("Made by `./ttame proof`: the service as a process of its own under the local host, real Azurite, pictures uploaded as tars, everything after that over HTTP as in [TRAINING.md](../TRAINING.md).");
        Line($"CIFAR-10 ResNet-56; {plan.Training} pictures to train on, {plan.Validation} to validate, {plan.Test} to test, none in two lists; CPU, {plan.Threads} thread(s), seed {plan.Seed}.");
        Text();
        Text("| claim | verdict | found |");
        Text("|---|---|---|");
        foreach (var claim in outcome.Claims) Text($"| {claim.Text} | **{claim.Verdict}** | {claim.Found} |");
        Text();
        Text("A comparison holds where the means say so; where its paired interval includes 0, other pictures could say otherwise.");
        Text();
        Text("## The trials, on the validation list");
        Text();
        Line($"Recipe `few-images`: its start in closed form and {ProofPlan.Epochs} epochs from there, batch 32 over 2 workers. The trial with the smallest AD(15 %) − IC(15 %) after its last epoch is published.");
        Text();
        Text("| highest learning rate | epoch | AD(15 %) | IC(15 %) | AD − IC |");
        Text("|---|---|---|---|---|");
        foreach (var trial in outcome.Trials) Line($"| {trial.Rate:g} | {trial.Epoch} | {trial.Drop:0.00} | {trial.Increase:0.00} | {trial.Drop - trial.Increase:0.00}{(trial.Chosen ? " (published)" : "")} |");
        Text();
        Text("## The published model, on the test list");
        Text();
        Line($"Mean and 95 % interval over {figures.Images} pictures, percent; AD is better lower, IC higher. The differences are paired.");
        Text();
        Text("| kept | AD T-TAME | AD Grad-CAM | difference | IC T-TAME | IC Grad-CAM | difference |");
        Text("|---|---|---|---|---|---|---|");
        foreach (double share in figures.Rows.Select(row => row.Share).Distinct().OrderDescending())
            Line($"| {100 * share:0} % | {Ours("ad", share)} | {Theirs("ad", share)} | {figures.Difference(ProofPlan.Rival, "ad", share)} | {Ours("ic", share)} | {Theirs("ic", share)} | {figures.Difference(ProofPlan.Rival, "ic", share)} |");
        Text();
        Text("## The kills");
        Text();
        Line($"{ProofPlan.Small.Training} pictures, {ProofPlan.Epochs} epochs, batch 8 over 2 workers, at most 5 steps an activity. The places at which the service is killed are drawn with the seed, one in each fifth of start and epochs.");
        Text();
        Text("| kill | what the run said of itself just before |");
        Text("|---|---|");
        for (int kill = 0; kill < outcome.Kills.Count; kill++) Line($"| {kill + 1} | {outcome.Kills[kill]} |");
        Text();
        Text("## Times");
        Text();
        Text("From a run's start to its last step, seconds, with whatever else the machine did meanwhile.");
        Text();
        Text("| run | seconds |");
        Text("|---|---|");
        foreach (var time in outcome.Times) Line($"| `{time.Run}` | {time.Seconds:0} |");
        return page.ToString();

        Figure Ours(string measure, double share) => figures[Core.Explainers.TTameExplainer.Name, measure, share];
        Figure Theirs(string measure, double share) => figures[ProofPlan.Rival, measure, share];
    }
}
