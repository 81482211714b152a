using System.CommandLine;
using System.Text.Json;
using TTame.Cli.Proof;

namespace TTame.Cli.Commands;

/// <summary><c>ttame proof</c>.</summary>
internal static class ProofCommand
{
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Command Build()
    {
        var shared = new Option<string?>("--shared") { HelpName = "DIR", Description = "Folder with data/cifar10 and models/cifar10-resnet56. Default: 'shared' beside the clone." };
        var training = CommonOptions.Count("--train", "Pictures to train on.", 1500, least: 64);
        var validation = CommonOptions.Count("--validate", "Pictures by which the learning rates are compared.", 300);
        var test = CommonOptions.Count("--test", "Pictures of the last measurement.", 2000);
        var threads = CommonOptions.Count("--threads", "CPU threads of the numerics.", 1);
        var seed = new Option<ulong>("--seed") { HelpName = "N", Description = "Seed of the runs and of the moments of the kills. Default: 0." };
        var fresh = new Option<bool>("--fresh") { Description = "Begin anew; without it an interrupted proof goes on from its storage in out/proof." };
        var page = new Option<string?>("--page") { HelpName = "FILE", Description = "Where the page goes. Default: docs/results/training-over-http.md." };
        var command = new Command("proof", "Trains over HTTP on CIFAR-10, compares with Grad-CAM, kills the service, and says of each claim whether it holds. Takes most of an hour; needs ../shared.")
        {
            shared, training, validation, test, threads, seed, fresh, page,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var clone = RepositoryFolder.Require("proof");
            var plan = new ProofPlan(
                Path.GetFullPath(parsed.GetValue(shared) ?? Path.Combine(clone.Root, "..", "shared")), clone.Out("proof"), parsed.GetValue(training), parsed.GetValue(validation), parsed.GetValue(test), parsed.GetValue(threads), parsed.GetValue(seed));
            plan.Require();
            if (parsed.GetValue(fresh) && Directory.Exists(plan.Folder)) Directory.Delete(plan.Folder, recursive: true);
            await using var stage = await ProofStage.Start(clone, plan, cancel);
            var outcome = await new ProofRun(plan, stage).Run(cancel);
            await File.WriteAllTextAsync(Path.Combine(plan.Folder, "proof.json"), JsonSerializer.Serialize(outcome, Indented), cancel);
            string written = parsed.GetValue(page) ?? Path.Combine(clone.Root, "docs", "results", "training-over-http.md");
            await File.WriteAllTextAsync(written, ProofPage.Write(outcome), cancel);
            Screen.Note($"The page: {written}");
            return outcome.Claims.All(claim => claim.Holds) ? ExitCode.Done : ExitCode.Failed;
        });
        return command;
    }
}
