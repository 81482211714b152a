using TorchSharp;
using TTame.Core.Primitives;
using TTame.Core.Training;
using static TorchSharp.torch;

namespace TTame.Core.Tests.Training;

public sealed class PsiSelectionTests
{
    [Theory]
    [Trait("Kind", "Property")]
    [InlineData(4, 1000, 4)]
    [InlineData(32, 10, 10)]
    [InlineData(1, 5, 1)]
    public void Choose_RandomClasses_OwnClassFirstAndNoneTwice(int batch, int classes, int expected)
    {
        using var scope = NewDisposeScope();
        long[] own = [.. Enumerable.Range(0, batch).Select(i => (long)(i * 7 % classes))];
        SplitMix64 random = new(3);

        Tensor rows = PsiSelection.Choose(PsiRule.RandomClasses, new(tensor(own)), classes, ref random).Classes;

        Assert.Equal([batch, expected], rows.shape);
        long[] all = rows.data<long>().ToArray();
        for (int i = 0; i < batch; i++)
        {
            long[] row = all[(i * expected)..((i + 1) * expected)];
            Assert.Equal(own[i], row[0]);
            Assert.Equal(expected, row.Distinct().Count());
            Assert.All(row, c => Assert.InRange(c, 0, classes - 1));
        }
    }

    [Fact]
    [Trait("Kind", "Property")]
    public void Choose_SameState_SameClassesAndSameStateAfterwards()
    {
        using var scope = NewDisposeScope();
        SplitMix64 a = new(9), b = new(9);
        ClassLabels labels = new(tensor(new long[] { 1, 2, 3 }));

        Tensor first = PsiSelection.Choose(PsiRule.RandomClasses, labels, 50, ref a).Classes;
        Tensor second = PsiSelection.Choose(PsiRule.RandomClasses, labels, 50, ref b).Classes;

        Assert.Equal(first.data<long>().ToArray(), second.data<long>().ToArray());
        Assert.Equal(a.State, b.State);
    }

    [Fact]
    [Trait("Kind", "Unit")]
    public void OwnMaps_BatchLabels_AreTheDiagonal()
    {
        using var scope = NewDisposeScope();
        SplitMix64 random = new(1);
        ClassLabels labels = new(tensor(new long[] { 4, 0 }));
        Tensor psi = arange(16, dtype: float32).view(2, 2, 2, 2);

        Tensor own = PsiSelection.Choose(PsiRule.BatchLabels, labels, 6, ref random).OwnMaps(psi);

        Assert.Equal([2, 1, 2, 2], own.shape);
        Assert.Equal([0, 1, 2, 3, 12, 13, 14, 15], own.data<float>().ToArray());
    }

    [Fact]
    [Trait("Kind", "Unit")]
    public void OwnMaps_RandomClasses_AreTheFirst()
    {
        using var scope = NewDisposeScope();
        Tensor psi = arange(16, dtype: float32).view(2, 2, 2, 2);

        Tensor own = new PsiSelection(tensor(new long[] { 4, 1, 0, 2 }, [2, 2])).OwnMaps(psi);

        Assert.Equal([0, 1, 2, 3, 8, 9, 10, 11], own.contiguous().data<float>().ToArray());
    }
}
