using TTame.Core.Backbones;
using TTame.Core.Primitives;
using TTame.Core.Tests.Explainers;
using TTame.Core.Weights;
using static TorchSharp.torch;

namespace TTame.Core.Tests.Backbones;

/// <summary>Pictures of another size than the one that a network was made for.</summary>
[Trait("Kind", "Unit")]
public class InputSizeTests
{
    private static IClassifier Build(string family, int size)
    {
        using StateDict weights = SyntheticWeights.Make("size", family, Architectures.Layout(new(family), 10));
        ModelCard card = TorchvisionCards.Of(family);
        return Architectures.Build(card with { Input = card.Input with { Size = size } }, weights, new(CPU));
    }

    [Theory]
    [InlineData(32, 16)]
    [InlineData(48, 24)]
    [InlineData(56, 28)]
    public void Forward_ConvolutionalNetwork_TakesAnySizeAndItsTapsFollow(int size, int first)
    {
        using var scope = NewDisposeScope();
        using IClassifier model = Build("toy_cnn", size);

        ForwardPass pass = model.Forward(SmallModels.Images(2, size));

        Assert.Equal([2L, 10], pass.Logits.Values.shape);
        Assert.Equal([first, first / 2, first / 4], pass.Features.Values.Select(tap => (int)tap.size(2)));
        Assert.Equal(pass.Features.Values.Select(tap => size / (int)tap.size(2)), model.Taps.Select(tap => tap.Stride));
    }

    [Fact]
    public void Build_TransformerForAnotherSize_IsRefusedWhenItIsLoadedAndNamesBoth()
    {
        var error = Assert.Throws<ModelException>(() => Build("toy_vit", 64));

        Assert.Contains("input.size is 64, its position embedding is for 112", error.Message, StringComparison.Ordinal);
    }
}
