using TorchSharp;
using TTame.Core.Backbones;
using TTame.Core.Imaging;
using TTame.Core.Metrics;
using TTame.Core.Primitives;
using static TorchSharp.torch;

namespace TTame.Core.Tests.Metrics;

public sealed class FaithfulnessTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();
    private readonly IClassifier classifier = Toys.Cnn();

    public void Dispose()
    {
        classifier.Dispose();
        scope.Dispose();
    }

    [Fact]
    [Trait("Kind", "Unit")]
    public void Measure_MapOfOnes_ConfidenceStaysAtEveryShare()
    {
        (ForwardPass pass, ClassLabels labels) = Classified(3);

        FaithfulnessScores scores = Faithfulness.Measure(classifier, pass, new(ones(3, 1, 32, 32)), labels, Faithfulness.DefaultShares, MaskingRule.Cnn);

        Assert.Equal(3, scores.Masked.Count);
        Assert.All(scores.Masked, masked => Assert.Equal(scores.Whole, masked, (a, b) => Math.Abs(a - b) < 1e-6));
    }

    [Theory]
    [Trait("Kind", "Unit")]
    [InlineData(MaskingRule.Cnn)]
    [InlineData(MaskingRule.Vit)]
    public void Measure_MapOfZeros_IsTheConfidenceForAnEmptyImage(MaskingRule rule)
    {
        (ForwardPass pass, ClassLabels labels) = Classified(2);
        Tensor empty = rule == MaskingRule.Vit ? zeros(2, 3, 32, 32) : Preprocessing.Standardise(new(zeros(2, 3, 32, 32)), classifier.Card.Input).Values;
        Tensor expected = classifier.Classify(new(empty)).Values.softmax(1).gather(1, labels.Values.unsqueeze(1)).squeeze(1);

        FaithfulnessScores scores = Faithfulness.Measure(classifier, pass, new(zeros(2, 1, 32, 32)), labels, [new(1)], rule);

        Assert.Equal(expected.data<float>().ToArray(), scores.Masked[0], (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    [Trait("Kind", "Property")]
    public void Measure_ThreeShares_CostsThreePassesPerImage()
    {
        (ForwardPass pass, ClassLabels labels) = Classified(4);
        long before = classifier.ForwardPasses;

        Faithfulness.Measure(classifier, pass, new(rand(4, 1, 32, 32)), labels, Faithfulness.DefaultShares, MaskingRule.Cnn);

        Assert.Equal(12, classifier.ForwardPasses - before);
    }

    [Fact]
    [Trait("Kind", "Property")]
    public void Measure_BatchOfFour_EqualsFourSingles()
    {
        (ForwardPass pass, ClassLabels labels) = Classified(4);
        Tensor maps = rand(4, 1, 32, 32);
        FaithfulnessScores together = Faithfulness.Measure(classifier, pass, new(maps), labels, Faithfulness.DefaultShares, MaskingRule.Cnn);

        for (int i = 0; i < 4; i++)
        {
            using ForwardPass one = classifier.Forward(new(pass.Pixels.Values.narrow(0, i, 1)));
            FaithfulnessScores alone = Faithfulness.Measure(classifier, one, new(maps.narrow(0, i, 1)), new(labels.Values.narrow(0, i, 1)), Faithfulness.DefaultShares, MaskingRule.Cnn);
            Assert.Equal(together.Whole[i], alone.Whole[0], 1e-5f);
            for (int s = 0; s < 3; s++) Assert.Equal(together.Masked[s][i], alone.Masked[s][0], 1e-5f);
        }
    }

    private (ForwardPass Pass, ClassLabels Labels) Classified(int count)
    {
        ForwardPass pass = classifier.Forward(Preprocessing.ToPixels([.. Enumerable.Range(0, count).Select(i => Toys.Blobs(32, 32, i))], CPU));
        return (pass, new(pass.Logits.Values.argmax(1)));
    }
}
