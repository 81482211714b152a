using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using TTame.Cli.Remote;
using TTame.Core.Imaging;
using TTame.Core.Training;
using TTame.Core.Training.ClosedForm;

namespace TTame.Cli.Train;

/// <summary>The options of <c>ttame train</c> that make its recipe; what is not given is the named recipe's.</summary>
internal sealed class RecipeOptions
{
    private static readonly Dictionary<string, LossKind> Losses = new() { ["paper"] = LossKind.Paper, ["official"] = LossKind.Official };
    private static readonly Dictionary<string, PsiRule> Psis = new() { ["random-classes"] = PsiRule.RandomClasses, ["batch-labels"] = PsiRule.BatchLabels };
    private static readonly Dictionary<string, Augmentation> Augmentations = new() { ["crop"] = Augmentation.Crop, ["crop+flip"] = Augmentation.CropAndFlip, ["centre"] = Augmentation.Centre };
    private static readonly Dictionary<string, MaskingRule> Maskings = new() { ["cnn"] = MaskingRule.Cnn, ["vit"] = MaskingRule.Vit };
    private static readonly Dictionary<string, Initialisation> Starts = new()
    {
        ["random"] = Initialisation.Random, ["pooled"] = Initialisation.Pooled, ["masked"] = Initialisation.Masked, ["masked+pooled"] = Initialisation.MaskedAndPooled,
    };
    private static readonly Dictionary<string, PassPrecision> Precisions = new() { ["float32"] = PassPrecision.Float32, ["bf16"] = PassPrecision.BFloat16 };
    private static readonly Dictionary<string, RowRule> RowRules = new() { ["free"] = RowRule.Free, ["shared"] = RowRule.Shared };
    private static readonly Dictionary<string, OptimiserKind> Optimisers = new() { ["sgd"] = OptimiserKind.Sgd, ["adamw"] = OptimiserKind.AdamW };

    private readonly Option<string?> recipe = Choice("--recipe", "Where all other options start from: the paper's training, the authors' code, or one for few photographs. Default: few-images.", ["paper", "official", "few-images"]);
    private readonly Option<string?> init = Choice("--init", "What the training starts from: random weights, or rows in closed form from one pass over the images.", Starts.Keys);
    private readonly Option<string?> rows = Choice("--rows", "Every row of the fusion learns by itself, or all through shared vectors.", RowRules.Keys);
    private readonly Option<string?> optimiser = Choice("--optimiser", "What turns gradients into updates.", Optimisers.Keys);
    private readonly Option<string?> loss = Choice("--loss", "Definition of the loss.", Losses.Keys);
    private readonly Option<string?> psi = Choice("--psi", "Classes whose maps the area and variation terms see.", Psis.Keys);
    private readonly Option<string?> augmentation = Choice("--augmentation", "Where the training window lies.", Augmentations.Keys);
    private readonly Option<string?> masking = Choice("--masking", "Side of standardisation on which images are masked. Default: by the model's kind.", Maskings.Keys);
    private readonly Option<string?> precision = Choice("--masked-pass", "Numbers in which masked images are classified: bf16 is several times faster where the processor has instructions for it. Default: float32.", Precisions.Keys);
    private readonly Option<int?> passes = Number<int>("--keep-passes", "MiB of memory for the classifier's answers to unmasked images, kept from one epoch to the next; needs --augmentation centre. Default: 0, none.", 0, int.MaxValue);
    private readonly Option<int?> epochs = Number<int>("--epochs", "Passes over the images after the start; 0: the start alone.", 0, int.MaxValue);
    private readonly Option<int?> batch = Number<int>("--batch", "Images per step.", 1, int.MaxValue);
    private readonly Option<double?> rate = Number("--max-lr", "Highest learning rate of the schedule.", double.Epsilon, 1.0);
    private readonly Option<double?> decay = Number("--weight-decay", "Weight decay.", 0.0, 1);
    private readonly Option<double?> area = Number("--area-weight", "λ₂, weight of area and variation in the loss.", 0.0, 1000);
    private readonly Option<int?> masks = Number<int>("--masks", "Masks per image for a masked start; even.", 2, 1024);
    private readonly Option<double?> kept = Number("--mask-keep", "Share of a mask's cells that is kept.", 0.01, 0.99);
    private readonly Option<double?> shift = Number("--shift", "β of a closed-form start, in standard deviations of each channel.", 0.0, 100);
    private readonly Option<double?> penalty = Number("--penalty", "λ of a closed-form start, as a share of the rows summed. Default: by generalised cross-validation.", double.Epsilon, 1000);
    private readonly Option<double?> pooled = Number("--pooled-weight", "Weight of the pooled rows beside the masked ones. Default: 1; for a vision transformer 0.", 0.0, 100);
    private readonly Option<string?> taps = new("--tap-weights") { HelpName = "W,W,…", Description = "Weight of each tap in a closed-form start, one number per tap. Default: 1 each." };
    private readonly Option<ulong?> seed = new("--seed") { HelpName = "N", Description = "Seed of everything that is drawn. Default: 0." };

    /// <summary>All of them, in the order of the help.</summary>
    public IEnumerable<Option> All =>
        [recipe, init, rows, optimiser, loss, psi, augmentation, masking, precision, passes, epochs, batch, rate, decay, area, masks, kept, shift, penalty, pooled, taps, seed];

    /// <summary>The recipe that a command line asks for.</summary>
    public Recipe Read(ParseResult parsed)
    {
        var start = Recipe.Named(parsed.GetValue(recipe) ?? Recipe.FewImages.Name);
        var form = start.ClosedForm;
        return start with
        {
            Initialisation = Of(Starts, parsed.GetValue(init)) ?? start.Initialisation,
            Rows = Of(RowRules, parsed.GetValue(rows)) ?? start.Rows,
            Optimiser = Of(Optimisers, parsed.GetValue(optimiser)) ?? start.Optimiser,
            Loss = Of(Losses, parsed.GetValue(loss)) ?? start.Loss,
            Psi = Of(Psis, parsed.GetValue(psi)) ?? start.Psi,
            Augmentation = Of(Augmentations, parsed.GetValue(augmentation)) ?? start.Augmentation,
            Masking = Of(Maskings, parsed.GetValue(masking)) ?? start.Masking,
            MaskedPass = Of(Precisions, parsed.GetValue(precision)) ?? start.MaskedPass,
            Unmasked = KeptBytes(parsed) > 0 ? PassRule.PerImage : start.Unmasked,
            Weights = start.Weights with { Area = parsed.GetValue(area) ?? start.Weights.Area },
            Epochs = parsed.GetValue(epochs) ?? start.Epochs,
            BatchSize = parsed.GetValue(batch) ?? start.BatchSize,
            MaxLearningRate = parsed.GetValue(rate) ?? start.MaxLearningRate,
            WeightDecay = parsed.GetValue(decay) ?? start.WeightDecay,
            Seed = parsed.GetValue(seed) ?? start.Seed,
            ClosedForm = form with
            {
                Masks = form.Masks with { Count = parsed.GetValue(masks) ?? form.Masks.Count, KeptShare = parsed.GetValue(kept) ?? form.Masks.KeptShare },
                Shift = parsed.GetValue(shift) ?? form.Shift,
                Penalty = parsed.GetValue(penalty) ?? form.Penalty,
                PooledWeight = parsed.GetValue(pooled) ?? form.PooledWeight,
                TapWeights = parsed.GetValue(taps) ?? form.TapWeights,
            },
        };
    }

    /// <summary>Bytes for the classifier's answers to unmasked images.</summary>
    public long KeptBytes(ParseResult parsed) => (long)(parsed.GetValue(passes) ?? 0) << 20;

    /// <summary>The same as members of a request to a service; what is not given is left to it.</summary>
    /// <exception cref="CliException">An option is given that a request cannot say.</exception>
    public Dictionary<string, JsonNode?> Members(ParseResult parsed)
    {
        RemoteOptions.Refuse(parsed, [augmentation, precision, passes, decay, area, masks, kept, shift, penalty, pooled, taps]);
        return new()
        {
            ["recipe"] = parsed.GetValue(recipe), ["initialisation"] = parsed.GetValue(init), ["rows"] = parsed.GetValue(rows), ["optimiser"] = parsed.GetValue(optimiser),
            ["loss"] = parsed.GetValue(loss), ["psi"] = parsed.GetValue(psi) is { } name ? JsonNamingPolicy.CamelCase.ConvertName(Psis[name].ToString()) : null, ["masking"] = parsed.GetValue(masking),
            ["epochs"] = parsed.GetValue(epochs), ["batchSize"] = parsed.GetValue(batch), ["maxLearningRates"] = parsed.GetValue(rate) is { } highest ? new JsonArray(highest) : null, ["seed"] = parsed.GetValue(seed),
        };
    }

    private static T? Of<T>(Dictionary<string, T> values, string? name) where T : struct => name is null ? null : values[name];

    private static Option<string?> Choice(string name, string description, IEnumerable<string> values)
    {
        var option = new Option<string?>(name) { Description = description };
        option.AcceptOnlyFromAmong([.. values]);
        return option;
    }

    private static Option<T?> Number<T>(string name, string description, T least, T most) where T : struct, IComparable<T>, IParsable<T>
    {
        var option = new Option<T?>(name) { Description = description, HelpName = "N" };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && T.TryParse(token.Value, CultureInfo.InvariantCulture, out var given) && (given.CompareTo(least) < 0 || given.CompareTo(most) > 0))
                result.AddError($"{name} takes a number from {least} to {most}, not {given}.");
        });
        return option;
    }
}
