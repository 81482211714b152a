using TorchSharp;
using TTame.Core.Backbones;
using TTame.Core.Explainers;
using TTame.Core.Primitives;
using static TorchSharp.torch;

namespace TTame.Core.Tests.Explainers;

public class RiseTests
{
    [Fact, Trait("Kind", "Property")]
    public void Explain_ClassifierThatAlwaysSaysHalf_GivesTheMeanMaskOverTwiceP()
    {
        using var scope = NewDisposeScope();
        using HandClassifier classifier = new(images => zeros([images.shape[0], 2]));
        using ForwardPass pass = classifier.Forward(new(ones([1, 3, 28, 28])));
        Tensor map = new Rise(new RiseOptions(Count: 2000, Open: 0.4f, Seed: 3), new ChunkRule()).Explain(classifier, pass, new(zeros([1], int64))).Values;
        using RiseMasks masks = new(2000, 7, 0.4f, 28, 28, 3, CPU);
        Tensor mean = masks.Take(0, 2000).mean([0, 1]);
        Assert.True((map.squeeze() - mean / 0.8f).abs().max().item<float>() < 1e-5f);
        Assert.Equal(0.5, map.mean().item<float>(), 0.01);         // E[M] = p everywhere: the map is flat at one half
    }

    [Fact, Trait("Kind", "Property")]
    public void Take_AnySlice_EqualsThatSliceOfAll()
    {
        using var scope = NewDisposeScope();
        using RiseMasks masks = new(12, 7, 0.5f, 30, 41, 9, CPU);
        Tensor all = masks.Take(0, 12);
        Assert.Equal(all.narrow(0, 5, 3).contiguous().data<float>().ToArray(), masks.Take(5, 3).data<float>().ToArray());
        Assert.Equal([12L, 1, 30, 41], all.shape);
    }
}
