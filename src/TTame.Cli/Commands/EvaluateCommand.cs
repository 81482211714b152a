using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using TTame.Cli.Evaluate;
using TTame.Cli.Remote;
using TTame.Core.Attention;
using TTame.Core.Evaluation;
using TTame.Core.Explainers;
using TTame.Core.Imaging;
using TTame.Core.Metrics.Road;
using TTame.Core.Primitives;

namespace TTame.Cli.Commands;

/// <summary><c>ttame evaluate --model NAME --explainers t-tame,grad-cam --images DIR --json FILE</c>.</summary>
internal static class EvaluateCommand
{
    private const string Official = "official";

    public static Command Build()
    {
        var defaults = new EvaluationPlan();
        var model = List("--model", $"Models, separated by commas. Default: {CommonOptions.DefaultModel}.", [CommonOptions.DefaultModel]);
        var explainers = List("--explainers", $"Explainers, separated by commas: {string.Join(", ", ExplainerCatalogue.Names)}; method@LAYER for another target layer. Default: {string.Join(',', defaults.Explainers)}.", [.. defaults.Explainers]);
        var measures = List("--measures", $"Measures, separated by commas: {string.Join(", ", EvaluationMeasures.Names)}. Default: {string.Join(',', defaults.Measures)}.", [.. defaults.Measures]);
        var images = new Option<string>("--images") { Required = true, HelpName = "DIR|TAR|LIST", Description = "Images: a folder with all below it, a tar, or a list file. A labels.txt in it gives ground truth. What is no image is listed and skipped." };
        var every = CommonOptions.Count("--every", "Only every Nth image of the list, from the first on.", 1);
        var json = new Option<string?>("--json") { HelpName = "FILE", Description = "Write the rows as JSON; records per image go beside it, and an interrupted run goes on from them." };
        var fresh = new Option<bool>("--fresh") { Description = "Throw away the records of an earlier run." };
        var masking = new Option<string?>("--masking") { Description = "official: mask before standardisation whatever the model's kind, as the authors' code does. Default: by the model's kind." };
        masking.AcceptOnlyFromAmong(Official);
        var shares = List("--shares", "Kept shares of AD, IC and average gain, percent. Default: 100,50,15.", [.. defaults.KeptShares.Select(s => Percent(s.Value))]);
        var road = List("--road-shares", "Removed shares of ROAD, percent. Default: 10,20,…,90.", [.. defaults.Road.Shares.Select(s => Percent(s.Value))]);
        var rule = new Option<string>("--road-rule") { Description = "rank removes exactly the share; threshold is the authors' way. Default: rank.", DefaultValueFactory = _ => "rank" };
        rule.AcceptOnlyFromAmong("rank", "threshold");
        var masks = CommonOptions.Count("--rise-masks", "Masks of RISE; 0: the paper's number for the model.", 0, least: 0);
        var open = CommonOptions.Number("--rise-open", "Probability that a cell of a mask is open.", new RiseOptions().Open, 0.01, 0.99);
        var weight = new Option<string>("--rise-weight") { Description = "What weighs a mask: softmax (sigmoid where the model's card says so), or logit. Default: softmax.", DefaultValueFactory = _ => "softmax" };
        weight.AcceptOnlyFromAmong("softmax", "logit");
        var memory = CommonOptions.Count("--memory", "MiB that the changed copies of perturbation methods may take; changes no result.", (int)(ChunkRule.DefaultBytes >> 20));
        var batch = CommonOptions.Count("--batch", "Images per pass.", defaults.BatchSize);
        var seed = new Option<ulong>("--seed") { HelpName = "N", Description = "Seed of bootstrap and ROAD's noise, and of RISE's masks where --rise-masks is given. Default: 0." };
        var boxes = new Option<string?>("--boxes") { HelpName = "FILE", Description = "JSON for energy-in-box: {\"image\": [[left, top, right, bottom], …]}, pixels of the upright picture." };
        var (models, device) = (CommonOptions.Models(), CommonOptions.Device());
        var command = new Command("evaluate", "Measures explainers on images: means, 95 % intervals, paired differences, counted passes.")
        {
            model, explainers, measures, images, every, json, fresh, masking, shares, road, rule, masks, open, weight, memory, batch, seed, boxes, models, device,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(masks) == 0 && (result.GetResult(open) is { Implicit: false } || result.GetResult(weight) is { Implicit: false }))
                result.AddError($"{open.Name} and {weight.Name} need {masks.Name}.");
        });
        var remote = new RemoteOptions();
        remote.AddTo(command);
        command.SetAction((parsed, cancel) =>
        {
            if (parsed.GetValue(remote.Remote) is not null)
            {
                RemoteOptions.Refuse(parsed, [every, json, fresh, road, rule, open, weight, memory, batch, boxes, models, device]);
                return remote.Run("evaluate", parsed, parsed.GetRequiredValue(images), new Dictionary<string, JsonNode?>
                {
                    ["models"] = Texts(CommonOptions.Given(parsed, model)), ["explainers"] = Texts(CommonOptions.Given(parsed, explainers)), ["measures"] = Texts(CommonOptions.Given(parsed, measures)),
                    ["keptShares"] = CommonOptions.Given(parsed, shares) is { } kept ? new JsonArray([.. Shares(shares.Name, kept).Select(s => (JsonNode)s)]) : null,
                    ["masking"] = parsed.GetValue(masking) == Official ? "cnn" : null, ["riseMasks"] = parsed.GetValue(masks) is > 0 and var count ? count : (int?)null,
                    ["seed"] = parsed.GetResult(seed) is { Implicit: false } ? parsed.GetValue(seed) : (ulong?)null,
                }, cancel);
            }
            ulong drawn = parsed.GetValue(seed);
            var method = parsed.GetValue(weight) == "logit" ? RiseWeight.Logit : RiseWeight.Confidence;
            RiseOptions Rise(int count) => new(count, (float)parsed.GetValue(open), Seed: drawn, Weight: method);
            var plan = new EvaluationPlan
            {
                Explainers = parsed.GetRequiredValue(explainers), Measures = parsed.GetRequiredValue(measures), BatchSize = parsed.GetValue(batch), Seed = drawn,
                KeptShares = [.. Shares(shares.Name, parsed.GetRequiredValue(shares)).Select(s => new KeptShare(s))],
                Masking = parsed.GetValue(masking) == Official ? MaskingRule.Cnn : null,
                Road = new() { Shares = [.. Shares(road.Name, parsed.GetRequiredValue(road)).Select(s => new RemovedShare(s))], Rule = parsed.GetValue(rule) == "threshold" ? RemovalRule.Threshold : RemovalRule.Rank, Seed = drawn },
                Options = new() { Rise = parsed.GetValue(masks) is > 0 and var number ? Rise(number) : null, Chunks = new((long)parsed.GetValue(memory) << 20) },
                Boxes = BoxFile.Read(parsed.GetValue(boxes)),
            };
            var request = new EvaluateRequest(parsed.GetRequiredValue(model), parsed.GetRequiredValue(images), parsed.GetValue(every), plan, parsed.GetValue(json), parsed.GetValue(fresh));
            var library = new ModelLibrary(parsed.GetRequiredValue(models), new() { MissingHash = MissingHash.Warn });
            return Run(request, new EvaluateRun(request, library), Devices.Of(parsed.GetRequiredValue(device)), cancel);
        });
        return command;
    }

    private static async Task<int> Run(EvaluateRequest request, EvaluateRun run, TorchSharp.torch.Device device, CancellationToken cancel)
    {
        var results = await Screen.Progress(progress => Task.Run(() => run.Run(device, progress, cancel), cancel));
        EvaluationFiles.Write(request, results);
        foreach (var (card, result) in results) EvaluationScreen.Show(card, result);
        if (results.All(r => r.Result.Rows.Count > 0)) return ExitCode.Done;
        throw new CliException(ExitCode.Input, $"No image of {request.Images} could be measured.", "Give a folder, tar or list of photographs.");
    }

    private static JsonArray? Texts(string[]? values) => values is null ? null : new JsonArray([.. values.Select(value => (JsonNode)value)]);

    private static double[] Shares(string option, string[] percents) => [.. percents.Select(text =>
        double.TryParse(text.TrimEnd('%'), NumberStyles.Float, CultureInfo.InvariantCulture, out double percent) && percent is > 0 and <= 100
            ? percent / 100
            : throw new CliException(ExitCode.Usage, $"{option} takes percentages above 0 and up to 100, not '{text}'.", ""))];

    private static string Percent(double share) => (100 * share).ToString("0.##", CultureInfo.InvariantCulture);

    // Commas and spaces separate alike.
    private static Option<string[]> List(string name, string description, string[] values) => new(name)
    {
        Description = description, HelpName = "LIST", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => values,
        CustomParser = given => [.. given.Tokens.SelectMany(t => t.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))],
    };
}
