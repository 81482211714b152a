using System.Text.Json;
using TorchSharp;
using TTame.Core.Training;
using static TorchSharp.torch;

namespace TTame.Cli.Golden.Families;

/// <summary>The optimiser's steps and the learning-rate schedule by themselves (SPEC §8).</summary>
internal sealed class ScheduleFamily : IGoldenFamily
{
    private const double StepTolerance = 1e-6, ScheduleTolerance = 1e-12;

    /// <inheritdoc/>
    public string Name => "schedule";

    /// <inheritdoc/>
    public bool Reads(string file) => file is "units/sgd.json" or "units/onecycle.json";

    /// <inheritdoc/>
    public IEnumerable<GoldenCheck> Checks(GoldenSet set, string file)
    {
        JsonElement json = set.Json(file);
        if (json.TryGetProperty("gradients", out _))
        {
            yield return new("SGD", () => Steps(json));
            yield break;
        }
        foreach (JsonElement schedule in json.GetProperty("schedules").EnumerateArray())
        {
            OneCycle ours = new(schedule.GetProperty("max_lr").GetDouble(), schedule.GetProperty("total_steps").GetInt32());
            yield return new($"one cycle of {ours.TotalSteps} steps", () => Schedule(ours, schedule));
        }
    }

    // Relative to the largest rate and momentum: the last rate is 2.5e5 times smaller than the first.
    private static GoldenResult Schedule(OneCycle ours, JsonElement expected)
    {
        IEnumerable<(int Step, double Rate, double Momentum)> values = expected.TryGetProperty("picked", out JsonElement picked)
            ? picked.EnumerateArray().Select(value => (value.GetProperty("step").GetInt32(), value.GetProperty("lr").GetDouble(), value.GetProperty("momentum").GetDouble()))
            : JsonNumbers.Of(expected.GetProperty("lr")).Zip(JsonNumbers.Of(expected.GetProperty("momentum"))).Select((pair, step) => (step, pair.First, pair.Second));
        return new(values.Max(value =>
        {
            (double rate, double momentum) = ours.At(value.Step);
            return Math.Max(Math.Abs(rate - value.Rate) / ours.MaxRate, Math.Abs(momentum - value.Momentum));
        }), ScheduleTolerance);
    }

    private static GoldenResult Steps(JsonElement json)
    {
        using var scope = NewDisposeScope();
        double[][] expected = [.. json.GetProperty("parameter").EnumerateArray().Select(JsonNumbers.Of)], gradients = [.. json.GetProperty("gradients").EnumerateArray().Select(JsonNumbers.Of)];
        double[] rates = JsonNumbers.Of(json.GetProperty("lr")), momenta = JsonNumbers.Of(json.GetProperty("momentum"));
        Tensor parameter = tensor(expected[0], dtype: ScalarType.Float32).requires_grad_();
        using NesterovSgd optimiser = new([("weight", parameter)], json.GetProperty("weight_decay").GetDouble());
        GoldenResult worst = new(0, StepTolerance);
        for (int step = 0; step < rates.Length; step++)
        {
            parameter.grad = tensor(gradients[step], dtype: ScalarType.Float32);
            optimiser.Step(rates[step], momenta[step]);
            worst = ExplainedCase.Worse(GoldenResult.Relative<double>(ExplainedCase.Doubles(parameter.detach()), expected[step + 1], StepTolerance), worst);
        }
        return worst;
    }
}
