using TorchSharp;
using TTame.Core.Training.ClosedForm;
using static TorchSharp.torch;

namespace TTame.Core.Tests.Training.ClosedForm;

public sealed class RidgeTests
{
    [Fact]
    [Trait("Kind", "Unit")]
    public void Solve_OneInputHalfPenalty_HandResult()
    {
        // G = 8, R = 12, n = 4: scaled input has G = n, so w = R/G · 1/(1 + λ/n) = 1.5 / 1.5
        using Tensor gram = tensor(new double[] { 8 }, [1, 1]), cross = tensor(new double[] { 12 }, [1, 1]), squares = tensor(new double[] { 20 });

        (Tensor weights, double share) = Ridge.Solve(gram, cross, squares, rows: 4, share: 0.5);

        Assert.Equal((1.0, 0.5), (Math.Round(weights.item<double>(), 12), share));
    }

    [Fact]
    [Trait("Kind", "Replica")]
    public void Solve_NoPenaltyGiven_ChoosesTheLeastCrossValidationScore()
    {
        using var scope = NewDisposeScope();
        Generator generator = new(3);
        Tensor x = randn([60, 5], ScalarType.Float64, generator: generator), noise = randn([60, 2], ScalarType.Float64, generator: generator);
        Tensor y = x.mm(randn([5, 2], ScalarType.Float64, generator: generator)) * 0.3 + noise;

        (Tensor weights, double share) = Ridge.Solve(x.t().mm(x), x.t().mm(y), y.square().sum([0]), 60);

        double Score(double candidate)
        {
            Tensor d = x.square().mean([0]).rsqrt(), scaled = x * d;
            Tensor hat = scaled.mm(linalg.inv(scaled.t().mm(scaled) + 60 * candidate * eye(5, dtype: ScalarType.Float64))).mm(scaled.t());
            return 60 * (y - hat.mm(y)).square().sum().ToDouble() / Math.Pow(60 - hat.diagonal().sum().ToDouble(), 2);
        }
        double[] grid = [.. Enumerable.Range(-25, 31).Select(step => Math.Pow(10, step / 5.0))];
        Assert.Equal(grid.MinBy(Score), share, 12);
        Assert.Equal([2, 5], weights.shape);
    }

    [Fact]
    [Trait("Kind", "Unit")]
    public void Solve_InputThatNeverVaries_GetsNoWeight()
    {
        using Tensor gram = tensor(new double[] { 0, 0, 0, 4 }, [2, 2]), cross = tensor(new double[] { 0, 2 }, [2, 1]), squares = tensor(new double[] { 3 });

        (Tensor weights, _) = Ridge.Solve(gram, cross, squares, 4, 1);

        Assert.Equal([0.0, 0.25], weights.data<double>().ToArray());
    }
}
