using System.Text.Json;
using System.Text.Json.Serialization;
using TTame.Core.Attention;
using TTame.Core.Imaging;
using TTame.Core.Runs;
using TTame.Core.Training;
using TTame.Core.Training.ClosedForm;
using TTame.Functions.Hosting;
using TTame.Functions.Runs;

namespace TTame.Functions.Train;

/// <summary>The body of <c>POST /api/train</c>. Schema: <c>docs/schemas/train-request.json</c>.</summary>
public sealed record TrainRequest
{
    private const int MostTrials = 100, MostWorkers = 64, MostEpochs = 100_000, MostImagesPerStep = 100_000;

    /// <summary>The run's id; a second request of the same id gets the first one's run. Null makes one.</summary>
    public string? Id { get; init; }

    /// <summary>The model whose backbone is explained; null is the app's.</summary>
    public string? Model { get; init; }

    /// <summary>Taps that the attention reads; null is the model's own.</summary>
    public string? Features { get; init; }

    /// <summary>Name of the model that comes out; null is the run's model itself.</summary>
    public string? Name { get; init; }

    /// <summary>The images to train on.</summary>
    public required ImagesRequest Images { get; init; }

    /// <summary>The images by which trials are compared; null splits them from <see cref="Images"/>.</summary>
    public ImagesRequest? Validation { get; init; }

    /// <summary>The images of the last measurement; null splits them from <see cref="Images"/>.</summary>
    public ImagesRequest? Test { get; init; }

    /// <summary>Share of the images by which trials are compared, (0, 1).</summary>
    public double ValidationShare { get; init; } = 0.1;

    /// <summary>Share of the images on which the chosen trial is measured at the end, (0, 1).</summary>
    public double TestShare { get; init; } = 0.1;

    /// <summary><c>paper</c>, <c>official</c> or <c>few-images</c>.</summary>
    public string Recipe { get; init; } = "paper";

    /// <summary>Numbers of epochs; each is a trial with a schedule of its own length. Null is the recipe's.</summary>
    [JsonConverter(typeof(OneOrMany))]
    public IReadOnlyList<int>? Epochs { get; init; }

    /// <summary>Whether the best epoch of a trial stands for it instead of its last.</summary>
    public bool SelectEpoch { get; init; }

    /// <summary>Maximal learning rates to try; null is the recipe's.</summary>
    public IReadOnlyList<double>? MaxLearningRates { get; init; }

    /// <summary>Forms of the attention mechanism to try, by their official names; null is the full one.</summary>
    public IReadOnlyList<string>? Variants { get; init; }

    /// <summary>Weights of the loss terms to try; null is the paper's.</summary>
    public IReadOnlyList<LossWeights>? LossWeights { get; init; }

    /// <summary><c>paper</c> or <c>official</c>; null is the recipe's.</summary>
    public LossKind? Loss { get; init; }

    /// <summary><c>batchLabels</c> or <c>randomClasses</c>; null is the recipe's.</summary>
    public PsiRule? Psi { get; init; }

    /// <summary><c>cnn</c> (Eq. 13) or <c>vit</c> (Eq. 14); null is the model kind's. The other one is allowed, for the ablation.</summary>
    public MaskingRule? Masking { get; init; }

    /// <summary>How the attention begins: <c>random</c>, <c>pooled</c>, <c>masked</c> or <c>masked+pooled</c>; null is the recipe's.</summary>
    public string? Initialisation { get; init; }

    /// <summary><c>free</c> or <c>shared</c> rows; null is the recipe's.</summary>
    public RowRule? Rows { get; init; }

    /// <summary><c>sgd</c> or <c>adamw</c>; null is the recipe's.</summary>
    public string? Optimiser { get; init; }

    /// <summary>Images per step over all workers: a number, or <c>auto</c> from the machine's memory; null is the recipe's.</summary>
    [JsonConverter(typeof(NumberOrAuto))]
    public int? BatchSize { get; init; }

    /// <summary>Workers that share an epoch, from 1; each takes its part of every batch.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>Steps that one activity does at most, from 1.</summary>
    public int StepsPerActivity { get; init; } = 500;

    /// <summary>Images that one shard takes: of scoring, and of a start in closed form.</summary>
    public int ShardSize { get; init; } = 500;

    /// <summary>Whether decoded pictures are kept on local disk from one epoch to the next.</summary>
    public bool Cache { get; init; }

    /// <summary>Seed of the split, the start and the order.</summary>
    public ulong Seed { get; init; }

    /// <summary>The plan that it asks for.</summary>
    /// <param name="defaultModel">The model of a request that names none.</param>
    /// <param name="newId">Makes the id of a request that names none.</param>
    /// <exception cref="RequestException">A value is outside what it takes; the message says which.</exception>
    public TrainPlan ToPlan(string defaultModel, Func<string> newId)
    {
        string model = RunRequest.Named("model", Model ?? defaultModel);
        Images.Check("images");
        Validation?.Check("validation");
        Test?.Check("test");
        RequestException.Require(ValidationShare is > 0 and < 1 && TestShare is > 0 and < 1 && ValidationShare + TestShare < 1, "validationShare", "and testShare take shares above 0 that leave something to train on");
        RequestException.Require(StepsPerActivity is >= 1 and <= 100_000, "stepsPerActivity", "takes a whole number from 1 to 100000");
        RequestException.Require(ShardSize is >= 1 and <= 100_000, "shardSize", "takes a whole number from 1 to 100000");
        RequestException.Require(Workers is >= 1 and <= MostWorkers, "workers", $"takes a whole number from 1 to {MostWorkers}");
        RequestException.Require(Epochs is null || Epochs.All(e => e is >= 0 and <= MostEpochs), "epochs", $"takes whole numbers from 0 to {MostEpochs}");
        RequestException.Require(BatchSize is null or NumberOrAuto.Auto or >= 1 and <= MostImagesPerStep, "batchSize", $"takes a whole number from 1 to {MostImagesPerStep}, or \"auto\"");
        RequestException.Require(MaxLearningRates is null || MaxLearningRates.All(double.IsFinite), "maxLearningRates", "takes finite numbers");
        RequestException.Require(Initialisation is null || Starts.ContainsKey(Initialisation), "initialisation", $"takes {string.Join(", ", Starts.Keys)}");
        RequestException.Require(Optimiser is null || Optimisers.ContainsKey(Optimiser), "optimiser", $"takes {string.Join(", ", Optimisers.Keys)}");
        var setup = new RunSetup
        {
            Run = RunRequest.Named("id", Id ?? newId()), Model = model, Features = Features, Name = RunRequest.Named("name", Name ?? model), Images = Images, Validation = Validation, Test = Test,
            ValidationShare = ValidationShare, TestShare = TestShare, SelectEpoch = SelectEpoch, Workers = Workers, StepsPerActivity = StepsPerActivity, ShardSize = ShardSize,
            AutoBatch = BatchSize == NumberOrAuto.Auto, Cache = Cache, Seed = Seed,
        };
        return new(setup, Trials());
    }

    private IReadOnlyList<Trial> Trials()
    {
        var recipe = RunRequest.Checked("recipe", () => Core.Training.Recipe.Named(Recipe));
        recipe = recipe with
        {
            Initialisation = Initialisation is null ? recipe.Initialisation : Starts[Initialisation],
            Rows = Rows ?? recipe.Rows,
            Optimiser = Optimiser is null ? recipe.Optimiser : Optimisers[Optimiser],
        };
        recipe = recipe with { Loss = Loss ?? recipe.Loss, Psi = Psi ?? recipe.Psi, Masking = Masking ?? recipe.Masking, BatchSize = BatchSize is { } size && size != NumberOrAuto.Auto ? size : recipe.BatchSize, Seed = Seed };
        Trial[] trials = RunRequest.Checked("variants", () => (Trial[])[..
            from variant in Variants ?? [AttentionVariant.Full.Name]
            from weights in LossWeights ?? [recipe.Weights]
            from rate in MaxLearningRates ?? [recipe.MaxLearningRate]
            from epochs in Epochs ?? [recipe.Epochs]
            select new Trial(0, recipe with { Weights = weights, MaxLearningRate = rate, Epochs = epochs }, AttentionVariant.Named(variant).Name)]);
        RequestException.Require(trials.Length is >= 1 and <= MostTrials, "epochs", $"× maxLearningRates × variants × lossWeights are {trials.Length} trials; from 1 to {MostTrials} may be");
        foreach (var trial in trials) RunRequest.Checked("epochs, maxLearningRates or batchSize", () => { trial.Recipe.Validate(); return true; });
        RequestException.Require(trials[0].Recipe.BatchSize >= Workers, "batchSize", "takes at least one image per worker");
        return [.. trials.Select((t, i) => t with { Number = i + 1 })];
    }

    private static readonly Dictionary<string, Initialisation> Starts = new()
    {
        ["random"] = Core.Training.ClosedForm.Initialisation.Random, ["pooled"] = Core.Training.ClosedForm.Initialisation.Pooled,
        ["masked"] = Core.Training.ClosedForm.Initialisation.Masked, ["masked+pooled"] = Core.Training.ClosedForm.Initialisation.MaskedAndPooled,
    };

    private static readonly Dictionary<string, OptimiserKind> Optimisers = new() { ["sgd"] = OptimiserKind.Sgd, ["adamw"] = OptimiserKind.AdamW };

    /// <summary>A number, or a list of numbers.</summary>
    private sealed class OneOrMany : JsonConverter<IReadOnlyList<int>>
    {
        public override IReadOnlyList<int>? Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
            => reader.TokenType == JsonTokenType.Number ? [reader.GetInt32()] : JsonSerializer.Deserialize<int[]>(ref reader, options);

        public override void Write(Utf8JsonWriter writer, IReadOnlyList<int> value, JsonSerializerOptions options) => JsonSerializer.Serialize(writer, value.ToArray(), options);
    }

    /// <summary>A number, or <c>auto</c>.</summary>
    private sealed class NumberOrAuto : JsonConverter<int?>
    {
        public const int Auto = int.MinValue;
        private const string Word = "auto";

        public override int? Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
            => reader.TokenType == JsonTokenType.Number ? reader.GetInt32() : reader.GetString() == Word ? Auto : throw new JsonException($"batchSize takes a number or \"{Word}\".");

        public override void Write(Utf8JsonWriter writer, int? value, JsonSerializerOptions options) => JsonSerializer.Serialize(writer, value == Auto ? Word : (object?)value, options);
    }
}
