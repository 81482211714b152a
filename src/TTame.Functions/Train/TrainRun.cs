using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using TTame.Core.Attention;
using TTame.Core.Explainers;
using TTame.Core.Runs;
using TTame.Core.Training.ClosedForm;
using TTame.Functions.Evaluate;
using TTame.Functions.Runs;

namespace TTame.Functions.Train;

/// <summary>A run, as the paper's protocol has it: freeze the lists, train every trial, choose by the validation list, measure once on the test list.</summary>
/// <source>T-TAME:§IV-C</source>
public static class TrainRun
{
    /// <summary>The protocol.</summary>
    [Function(nameof(TrainRun))]
    public static async Task<RunResult> Run([OrchestrationTrigger] TaskOrchestrationContext context, TrainPlan plan)
    {
        var setup = plan.Setup;
        // 1. Freeze the lists: every trial sees exactly these images.
        context.SetCustomStatus(new RunStatus("freezing", null));
        var manifest = await context.CallActivityAsync<Manifest>(nameof(FreezeManifest), setup, Durably.Retried);

        // 2. Train and score every trial. One that fails takes no other with it.
        context.SetCustomStatus(new RunStatus("training", null));
        var outcomes = await Task.WhenAll(plan.Trials.Select(trial => TryAsync(context, new(setup, trial, manifest))));

        // 3. Choose by the validation list.
        var best = TrialOutcome.Best(outcomes);
        var chosen = best.Chosen!;

        // 4. Publish: the model explains from now on.
        context.SetCustomStatus(new RunStatus("publishing", best.Trial.Number));
        string sha256 = await context.CallActivityAsync<string>(nameof(PublishModel), new PublishInput(setup, manifest, best.Trial, chosen), Durably.Retried);

        // 5. Measure once on the test list, beside Grad-CAM.
        context.SetCustomStatus(new RunStatus("testing", best.Trial.Number));
        var test = TaskOf(setup, best.Trial, chosen.Checkpoint, manifest.Test, $"{setup.Run}/test", [ExplainerOf(best.Trial), GradCam.Name]);
        var score = await context.CallSubOrchestratorAsync<ListScore>(nameof(ScoreList), test);

        // 6. Report.
        var result = new RunResult(setup.Name, sha256, best.Trial.Number, chosen.Epoch, chosen.Validation.Criterion(), score);
        await context.CallActivityAsync(nameof(WriteReport), new ReportInput(setup, manifest, outcomes, result, test), Durably.Retried);
        context.SetCustomStatus(new RunStatus("done", best.Trial.Number));
        return result;
    }

    /// <summary>One trial: its start, then epoch after epoch, each followed by its scores on the validation list.</summary>
    [Function(nameof(TrainTrial))]
    public static async Task<TrialOutcome> TrainTrial([OrchestrationTrigger] TaskOrchestrationContext context, TrialInput input)
    {
        var (setup, trial, manifest) = (input.Setup, input.Trial, input.Manifest);
        context.SetCustomStatus(new TrialStatus(trial.Number, 0, "starting"));
        string[] evidence = trial.Recipe.Initialisation == Initialisation.Random ? [] : await GatherEvidence.AllAsync(context, input);
        var workers = (await context.CallWhileNotSuspendedAsync<StartedTrial>(nameof(BeginTrial), new BeginInput(input, evidence))).Workers;
        string[] checkpoints = [.. workers.Select(worker => worker.Checkpoint)];
        List<EpochScore> epochs = [];
        for (int epoch = Math.Min(1, trial.Recipe.Epochs); epoch <= trial.Recipe.Epochs; epoch++)
        {
            // 1. Every worker trains on its part of the list; then all go on from the mean of what they have.
            if (epoch > 0) checkpoints = await EpochAsync(context, input, workers, checkpoints, epoch);
            // 2. The mean is scored on the validation list.
            context.SetCustomStatus(new TrialStatus(trial.Number, epoch, "validating"));
            var task = TaskOf(setup, trial, checkpoints[0], manifest.Validation, FormattableString.Invariant($"{RunPaths.Trial(setup.Run, trial.Number)}/validation-{epoch}"), [ExplainerOf(trial)]);
            epochs.Add(new(epoch, checkpoints[0], await context.CallSubOrchestratorAsync<ListScore>(nameof(ScoreList), task with { Plan = task.Plan with { Resamples = ValidationResamples } })));
        }
        return TrialOutcome.Of(trial, epochs, setup.SelectEpoch);
    }

    /// <summary>One epoch of one worker: activity after activity, each with a bound on its steps and its time.</summary>
    [Function(nameof(TrainEpoch))]
    public static async Task<string> TrainEpoch([OrchestrationTrigger] TaskOrchestrationContext context, StepsInput input)
    {
        while (RunPaths.StepOf(input.From) < input.Until)
        {
            var done = await context.CallActivityAsync<StepsResult>(nameof(TrainSteps), input, Durably.Retried);
            context.SetCustomStatus(done);
            if (done.Suspended) await context.CreateTimer(Durably.WhileSuspended, CancellationToken.None);
            input = input with { From = done.Checkpoint };
        }
        return input.From;
    }

    // Intervals are not what trials are compared by.
    private const int ValidationResamples = 100;

    private static async Task<string[]> EpochAsync(TaskOrchestrationContext context, TrialInput input, IReadOnlyList<StartedWorker> workers, string[] from, int epoch)
    {
        context.SetCustomStatus(new TrialStatus(input.Trial.Number, epoch, "training"));
        var trained = await Task.WhenAll(workers.Select((worker, i) => context.CallSubOrchestratorAsync<string>(
            nameof(TrainEpoch), new StepsInput(input.Setup, input.Trial, worker.Worker, input.Manifest.Train, from[i], epoch * worker.StepsPerEpoch, worker.StepsPerEpoch))));
        return workers.Count == 1 ? trained : await context.CallActivityAsync<string[]>(nameof(AverageWorkers), trained, Durably.Retried);
    }

    private static async Task<TrialOutcome> TryAsync(TaskOrchestrationContext context, TrialInput input)
    {
        try
        {
            return await context.CallSubOrchestratorAsync<TrialOutcome>(nameof(TrainTrial), input, new SubOrchestrationOptions(instanceId: RunPaths.TrialInstance(input.Setup.Run, input.Trial.Number)));
        }
        catch (TaskFailedException failure)
        {
            return TrialOutcome.Failed(input.Trial, Durably.Reason(failure));
        }
    }

    private static ScoreTask TaskOf(RunSetup setup, Trial trial, string checkpoint, ListReference list, string folder, IReadOnlyList<string> explainers)
        => new(setup.Run, new(setup.Model, setup.Features, checkpoint, null), list, folder, new() { Explainers = explainers, Masking = trial.Recipe.Masking, Seed = setup.Seed }, setup.ShardSize);

    private static string ExplainerOf(Trial trial) => trial.Variant == AttentionVariant.LCam.Name ? LCamImg.Name : TTameExplainer.Name;
}

/// <summary>What a run says of itself.</summary>
/// <param name="Phase"><c>freezing</c>, <c>training</c>, <c>publishing</c>, <c>testing</c>, <c>scoring</c>, <c>reporting</c> or <c>done</c>.</param>
/// <param name="Trial">The trial that was chosen; null before the choice.</param>
public sealed record RunStatus(string Phase, int? Trial);

/// <summary>What a trial says of itself.</summary>
/// <param name="Trial">Its number.</param>
/// <param name="Epoch">The epoch at work, from 1; 0 before the first.</param>
/// <param name="Phase"><c>starting</c>, <c>training</c> or <c>validating</c>.</param>
public sealed record TrialStatus(int Trial, int Epoch, string Phase);
