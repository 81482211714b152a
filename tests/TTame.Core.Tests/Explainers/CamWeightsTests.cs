using TorchSharp;
using TTame.Core.Backbones;
using TTame.Core.Explainers;
using TTame.Core.Primitives;
using static TorchSharp.torch;

namespace TTame.Core.Tests.Explainers;

/// <summary>Weights of the CAM methods on models that are worked by hand.</summary>
public class CamWeightsTests
{
    [Fact, Trait("Kind", "Unit")]
    public void GradCamPlusPlusWeights_TwoByTwo_FollowTheFormula()
    {
        using var scope = NewDisposeScope();
        Tensor a = tensor(new[] { 1f, 0f, 2f, 1f }, [1, 1, 2, 2]), g = tensor(new[] { 1f, 0f, -1f, 2f }, [1, 1, 2, 2]);
        // ΣA = 4; α = 1/(2+4), 0, –, 4/(8+32); relu(g) = 1, 0, 0, 2
        Assert.Equal(1 / 6f + 2 * 0.1f, GradCamPlusPlus.Weights(a, g).item<float>(), 1e-6f);
    }

    [Fact, Trait("Kind", "Unit")]
    public void ScoreCam_LogitIsTheSumOfThePixels_WeightsAreTheSoftmaxOfTheMasks()
    {
        using var scope = NewDisposeScope();
        Tensor grid = tensor(new[] { 0f, 5f, 0f, 0f, 0f, 2f, 2f, 2f }, [1, 2, 2, 2]);
        using HandClassifier classifier = new(images => stack([images.sum([1, 2, 3]) / 3, zeros([images.shape[0]])], 1), grid);
        using ForwardPass pass = classifier.Forward(new(ones([1, 3, 2, 2])));
        float[] map = new ScoreCam("grid", new ChunkRule()).Explain(classifier, pass, new(zeros([1], int64))).Values.data<float>().ToArray();
        // The masks keep one and three pixels of four: logits 1 and 3.
        double first = Math.Exp(1) / (Math.Exp(1) + Math.Exp(3));
        Assert.Equal([0f, (float)(5 * first + 2 * (1 - first)), (float)(2 * (1 - first)), (float)(2 * (1 - first))], map, Within(1e-5f));
    }

    [Fact, Trait("Kind", "Unit")]
    public void AblationCam_LogitIsAWeightedSumOfChannels_WeightsAreTheSharesLost()
    {
        using var scope = NewDisposeScope();
        Tensor grid = tensor(new[] { 0f, 4f, 0f, 0f, 1f, 1f, 1f, 1f }, [1, 2, 2, 2]);
        static Tensor Head(Tensor edited) => stack([edited.sum([2, 3]).matmul(tensor(new[] { 3f, 1f })), zeros([edited.shape[0]])], 1);
        using HandClassifier classifier = new(images => Head(tensor(new[] { 0f, 4f, 0f, 0f, 1f, 1f, 1f, 1f }, [1, 2, 2, 2])), grid, Head);
        using ForwardPass pass = classifier.Forward(new(ones([1, 3, 2, 2])));
        float[] map = new AblationCam("grid", new ChunkRule()).Explain(classifier, pass, new(zeros([1], int64))).Values.data<float>().ToArray();
        // Logit 16; 4 without the first channel, 12 without the second: weights 3/4 and 1/4.
        Assert.Equal([0.25f, 3.25f, 0.25f, 0.25f], map, Within(1e-6f));
    }

    [Fact, Trait("Kind", "Unit")]
    public void AblationReplacements_LeastIsNotZero_GoDownByTenMillionPerPosition()
    {
        Assert.Equal([-10000001f, -20000001f, -30000001f], AblationCam.Replacements(-1f)[..3], Within(2f));
        Assert.All(AblationCam.Replacements(0f), value => Assert.Equal(0f, value));
    }

    internal static IEqualityComparer<float> Within(float distance) => EqualityComparer<float>.Create((a, b) => Math.Abs(a - b) <= distance, _ => 0);
}
