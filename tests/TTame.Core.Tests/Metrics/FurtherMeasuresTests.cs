using TorchSharp;
using TTame.Core.Backbones;
using TTame.Core.Metrics;
using TTame.Core.Primitives;
using TTame.Core.Tests.Explainers;
using static TorchSharp.torch;

namespace TTame.Core.Tests.Metrics;

public class FurtherMeasuresTests
{
    [Fact, Trait("Kind", "Unit")]
    public void AverageGain_HalfOfTheMissingConfidenceWonOnceOfTwice_IsTwentyFivePercent()
        => Assert.Equal(25, (AverageGain.Of(new(0.5f), new(0.75f)) + AverageGain.Of(new(0.5f), new(0.25f))).Percent, 1e-9);

    [Fact, Trait("Kind", "Unit")]
    public void AverageGain_WholeConfidenceIsOne_CountsZero() => Assert.Equal(0, AverageGain.Of(new(1), new(1)).Percent);

    [Fact, Trait("Kind", "Unit")]
    public void AverageGain_NoImage_Throws() => Assert.Throws<EmptyScoreException>(() => default(Gain).Percent);

    [Fact, Trait("Kind", "Unit")]
    public void EnergyInBox_OverlappingBoxesPartlyOutside_CountEachPixelOnce()
    {
        using var scope = NewDisposeScope();
        Tensor map = tensor(new[] { 0.1f, 0.2f, 0.3f, 0.4f }, [1, 1, 2, 2]);
        Assert.Equal(0.6, EnergyInBox.Of(map, [new(1, 0, 2, 2), new(1, -3, 9, 1)])!.Value, 1e-6);
    }

    [Fact, Trait("Kind", "Unit")]
    public void EnergyInBox_MapOfZeros_HasNoValue()
    {
        using var scope = NewDisposeScope();
        Assert.Null(EnergyInBox.Of(zeros([1, 1, 2, 2]), [new(0, 0, 1, 1)]));
    }

    [Fact, Trait("Kind", "Unit")]
    public void PixelFlow_Deletion_ConfidenceIsTheMeanPixel_AreaByHand()
    {
        using var scope = NewDisposeScope();
        using HandClassifier classifier = new(HandClassifier.MeanAsConfidence);
        Tensor image = tensor(new[] { 0.8f, 0.4f, 0.2f, 0.6f }, [1, 1, 2, 2]);
        using ForwardPass pass = classifier.Forward(new(image.expand(1, 3, 2, 2).contiguous()));
        double area = PixelFlow.Measure(classifier, pass, new(image), new(zeros([1], int64)), FlowDirection.Deletion, steps: 4)[0];
        // Means 0.5, 0.3, 0.15, 0.05, 0: (0.25 + 0.3 + 0.15 + 0.05 + 0)/4
        Assert.Equal(0.1875, area, 1e-5);
        Assert.Equal(1 + 5, classifier.ForwardPasses);
    }

    [Fact, Trait("Kind", "Unit")]
    public void PixelFlow_Insertion_EndsAtTheImageAndBeginsAtItsBlur()
    {
        using var scope = NewDisposeScope();
        using HandClassifier classifier = new(HandClassifier.MeanAsConfidence);
        Tensor image = tensor(new[] { 0.8f, 0.4f, 0.2f, 0.6f }, [1, 1, 2, 2]).expand(1, 3, 2, 2).contiguous();
        using ForwardPass pass = classifier.Forward(new(image));
        double area = PixelFlow.Measure(classifier, pass, new(image.narrow(1, 0, 1)), new(zeros([1], int64)), FlowDirection.Insertion, steps: 1)[0];
        Assert.Equal((PixelFlow.Blurred(image).mean().item<float>() + 0.5) / 2, area, 1e-5);
    }

    [Fact, Trait("Kind", "Replica")]
    public void Blurred_InsideOfALargeImage_IsTheWeightedMeanOfElevenByEleven()
    {
        using var scope = NewDisposeScope();
        Tensor image = SmallModels.Images(1, 32).Values;
        float[] pixels = image.data<float>().ToArray();
        double sum = 0, weights = 0;
        for (int dy = -5; dy <= 5; dy++)
            for (int dx = -5; dx <= 5; dx++)
            {
                double weight = Math.Exp(-(dy * dy + dx * dx) / 50.0);
                sum += weight * pixels[(16 + dy) * 32 + 16 + dx];
                weights += weight;
            }
        Assert.Equal(sum / weights, PixelFlow.Blurred(image)[0, 0, 16, 16].item<float>(), 1e-5);
    }
}
