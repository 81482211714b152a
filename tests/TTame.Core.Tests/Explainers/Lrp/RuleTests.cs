using TorchSharp;
using TTame.Core.Explainers.Lrp;
using static TorchSharp.torch;

namespace TTame.Core.Tests.Explainers.Lrp;

/// <summary>Every rule hands on what it was given; and each on numbers worked by hand or in a slow loop.</summary>
public class RuleTests
{
    [Fact, Trait("Kind", "Property")]
    public void LinearRule_Back_ConservesRelevanceAndEqualsTheLoop()
    {
        const int inputs = 24;                                     // enough that no output's contributions are all of one sign
        using var scope = NewDisposeScope();
        Tensor x = Numbers(1, 4, inputs), w = Numbers(2, 5, inputs), r = Numbers(3, 4, 5);
        Tensor back = LinearRule.Back(x, w, r);
        Same(r.sum([1]), back.sum([1]));
        double[] xs = Values(x), ws = Values(w), rs = Values(r), expected = new double[4 * inputs];
        for (int n = 0; n < 4; n++)
            for (int o = 0; o < 5; o++)
            {
                double z = 0;
                for (int i = 0; i < inputs; i++) z += Math.Max(0, xs[n * inputs + i] * ws[o * inputs + i]);
                for (int i = 0; i < inputs; i++) expected[n * inputs + i] += Math.Max(0, xs[n * inputs + i] * ws[o * inputs + i]) / z * rs[n * 5 + o];
            }
        Same(tensor(expected, [4, inputs]), back);
    }

    [Fact, Trait("Kind", "Property")]
    public void ProductRule_Back_GivesHalfToEachFactor()
    {
        using var scope = NewDisposeScope();
        Tensor a = Numbers(4, 2, 3, 4, 5), b = Numbers(5, 2, 3, 5, 2), r = Numbers(6, 2, 3, 4, 2);
        (Tensor ofA, Tensor ofB) = ProductRule.Back(a, b, r);
        Same(r.sum([2, 3]) / 2, ofA.sum([2, 3]));
        Same(r.sum([2, 3]) / 2, ofB.sum([2, 3]));
    }

    [Fact, Trait("Kind", "Property")]
    public void SumRule_Back_ConservesRelevancePerImage()
    {
        using var scope = NewDisposeScope();
        Tensor a = Numbers(7, 3, 4, 5), b = Numbers(8, 3, 4, 5), r = Numbers(9, 3, 4, 5);
        (Tensor ofA, Tensor ofB) = SumRule.Back(a, b, r);
        Same(r.sum([1, 2]), ofA.sum([1, 2]) + ofB.sum([1, 2]));
    }

    [Fact, Trait("Kind", "Unit")]
    public void SumRule_Back_TwoNumbers_ByHand()
    {
        using var scope = NewDisposeScope();
        // a + b = 4: r_a = 3/4·8 = 6, r_b = 2; shares 6/8 and 2/8 of 8 again.
        (Tensor ofA, Tensor ofB) = SumRule.Back(full(3), full(1), full(8));
        Assert.Equal(6, ofA.item<double>(), 1e-6);
        Assert.Equal(2, ofB.item<double>(), 1e-6);
        static Tensor full(double value) => tensor(new[] { value }, [1, 1, 1]);
    }

    [Fact, Trait("Kind", "Property")]
    public void BranchRule_Back_AddsBothAndIsZeroWhereTheInputIs()
    {
        using var scope = NewDisposeScope();
        Tensor x = Numbers(10, 2, 3, 4), first = Numbers(11, 2, 3, 4), second = Numbers(12, 2, 3, 4);
        x.select(0, 0).fill_(0);
        Tensor back = BranchRule.Back(x, first, second);
        Same((first + second).select(0, 1), back.select(0, 1));
        Assert.Equal(0, back.select(0, 0).abs().max().item<double>());
    }

    [Fact, Trait("Kind", "Property")]
    public void ClassTokenRule_Back_PutsAllRelevanceOnTheClassToken()
    {
        using var scope = NewDisposeScope();
        Tensor tokens = Numbers(13, 2, 5, 4), r = Numbers(14, 2, 4);
        Tensor back = ClassTokenRule.Back(tokens, r);
        Same(r, back.select(1, 0));
        Assert.Equal(0, back.narrow(1, 1, 4).abs().max().item<double>());
    }

    [Fact, Trait("Kind", "Unit")]
    public void SafeDivision_Divide_KeepsAwayFromZero()
    {
        using var scope = NewDisposeScope();
        Tensor b = tensor(new[] { 2.0, -2.0, 0.0, -1e-9 });
        double[] quotients = Values(SafeDivision.Divide(ones([4], float64), b));
        Assert.Equal(0.5, quotients[0], 1e-9);
        Assert.Equal(-0.5, quotients[1], 1e-9);
        Assert.Equal(0, quotients[2]);
        Assert.Equal(1e9, quotients[3], 1.0);                      // 1e-9 − 1e-9 = 0, so 1e-9
    }

    private static Tensor Numbers(int seed, params long[] shape)
    {
        var random = new Random(seed);
        return tensor([.. Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(_ => random.NextDouble() * 2 - 1)], shape, float64);
    }

    private static double[] Values(Tensor tensor) => tensor.contiguous().data<double>().ToArray();

    private static void Same(Tensor expected, Tensor actual)
    {
        double largest = expected.abs().max().item<double>();
        Assert.True((expected - actual).abs().max().item<double>() <= 1e-6 * largest);
    }
}
