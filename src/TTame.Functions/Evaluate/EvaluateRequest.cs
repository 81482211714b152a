using TTame.Core.Evaluation;
using TTame.Core.Explainers;
using TTame.Core.Imaging;
using TTame.Functions.Hosting;
using TTame.Functions.Runs;

namespace TTame.Functions.Evaluate;

/// <summary>What an evaluation does.</summary>
/// <param name="Run">The run's id.</param>
/// <param name="Models">The models.</param>
/// <param name="Images">The images.</param>
/// <param name="Plan">What is measured.</param>
/// <param name="Shards">Shards of the list; null follows from <paramref name="ShardSize"/>.</param>
/// <param name="ShardSize">Images of a shard.</param>
public sealed record EvaluateInput(string Run, IReadOnlyList<string> Models, ImagesRequest Images, ScorePlan Plan, int? Shards, int ShardSize);

/// <summary>The body of <c>POST /api/evaluate</c>. Schema: <c>docs/schemas/evaluate-request.json</c>.</summary>
public sealed record EvaluateRequest
{
    private const int MostModels = 20, MostResamples = 100_000;

    /// <summary>The run's id; a second request of the same id gets the first one's run. Null makes one.</summary>
    public string? Id { get; init; }

    /// <summary>The models; null is the app's.</summary>
    public IReadOnlyList<string>? Models { get; init; }

    /// <summary>Explainers, with <c>@layer</c> for another target layer; the first is compared with the others. Null: T-TAME and Grad-CAM.</summary>
    public IReadOnlyList<string>? Explainers { get; init; }

    /// <summary>Measures; null: AD and IC.</summary>
    public IReadOnlyList<string>? Measures { get; init; }

    /// <summary>The images.</summary>
    public required ImagesRequest Images { get; init; }

    /// <summary>Kept shares of AD, IC and average gain, (0, 1]; null is the paper's.</summary>
    public IReadOnlyList<double>? KeptShares { get; init; }

    /// <summary><c>cnn</c> (Eq. 13) or <c>vit</c> (Eq. 14); null is the model kind's.</summary>
    public MaskingRule? Masking { get; init; }

    /// <summary>Masks of RISE; null is the paper's number.</summary>
    public int? RiseMasks { get; init; }

    /// <summary>Number of shards; null follows from <see cref="ShardSize"/>.</summary>
    public int? Shards { get; init; }

    /// <summary>Images of a shard.</summary>
    public int ShardSize { get; init; } = 500;

    /// <summary>Seed of bootstrap, noise and masks.</summary>
    public ulong Seed { get; init; }

    /// <summary>Resamples of the bootstrap.</summary>
    public int Resamples { get; init; } = Bootstrap.DefaultResamples;

    /// <summary>The run that it asks for.</summary>
    /// <param name="settings">The app's settings.</param>
    /// <param name="defaultModel">The model of a request that names none.</param>
    /// <param name="newId">Makes the id of a request that names none.</param>
    /// <exception cref="RequestException">A value is outside what it takes; the message says which.</exception>
    public EvaluateInput ToInput(ServiceSettings settings, string defaultModel, Func<string> newId)
    {
        Images.Check("images");
        string[] models = [.. (Models ?? [defaultModel]).Select(m => RunRequest.Named("models", m))];
        RequestException.Require(models.Length is >= 1 and <= MostModels && models.Distinct().Count() == models.Length, "models", $"takes 1 to {MostModels} different names");
        RequestException.Require(Shards is null or >= 1 and <= 100_000, "shards", "takes a whole number from 1 to 100000");
        RequestException.Require(ShardSize is >= 1 and <= 100_000, "shardSize", "takes a whole number from 1 to 100000");
        RequestException.Require(RiseMasks is null or >= 1 and <= 100_000, "riseMasks", "takes a whole number from 1 to 100000");
        RequestException.Require(Resamples is >= 1 and <= MostResamples, "resamples", $"takes a whole number from 1 to {MostResamples}");
        var defaults = new EvaluationPlan();
        var plan = new ScorePlan { Explainers = Explainers ?? defaults.Explainers, Measures = Measures ?? defaults.Measures, KeptShares = KeptShares, Masking = Masking, RiseMasks = RiseMasks, BatchSize = settings.BatchSize, Seed = Seed, Resamples = Resamples };
        RunRequest.Checked("explainers, measures or keptShares", () =>
        {
            plan.ToEvaluation(settings).Validate();
            return plan.Explainers.FirstOrDefault(e => !ExplainerCatalogue.Names.Contains(e.Split('@')[0])) is { } unknown
                ? throw new ArgumentException($"There is no explainer '{unknown}'. Known: {string.Join(", ", ExplainerCatalogue.Names)}.")
                : true;
        });
        return new(RunRequest.Named("id", Id ?? newId()), models, Images, plan, Shards, ShardSize);
    }
}
