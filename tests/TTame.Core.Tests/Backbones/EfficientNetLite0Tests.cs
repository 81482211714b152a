using System.Text.Json;
using TorchSharp;
using TTame.Core.Attention;
using TTame.Core.Backbones;
using TTame.Core.Imaging;
using TTame.Core.Primitives;
using TTame.Core.Weights;
using TTame.Testing;
using static TorchSharp.torch;

namespace TTame.Core.Tests.Backbones;

[Trait("Kind", "Oracle")]
public sealed class EfficientNetLite0Tests : IDisposable
{
    private const double Tolerance = 1e-4;                                         // of the largest absolute value of each tensor

    private static readonly string Folder = Path.Combine(Ground.Repository, "tests/TTame.Core.Tests/Backbones/efficientnet-lite0");
    private static readonly JsonElement Check = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "check.json"))).RootElement;

    private readonly LoadedModel model = new ModelLibrary(Path.Combine(Ground.Repository, "models"), new()).Load("efficientnet-lite0", CPU, "blocks");
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose()
    {
        scope.Dispose();
        model.Dispose();
    }

    private static PixelImages Synthetic() => Preprocessing.ToPixels([.. "abcd".Select(letter => SyntheticImage.Make($"vis/{letter}", 224, 224))], CPU);

    [Fact]
    public void Forward_FourSyntheticImages_LogitsEqualTheReference()
    {
        using Tensor expected = Npy.Read(Path.Combine(Folder, "check_logits.npy"));
        Close(expected, model.Classifier.Forward(Synthetic()).Logits.Values);
    }

    [Fact]
    public void Forward_FourSyntheticImages_TapsEqualTheReference()
    {
        FeatureMaps features = model.Classifier.Forward(Synthetic()).Features;
        Assert.Equal(["blocks.4", "blocks.10", "blocks.15"], model.Classifier.Taps.Select(tap => tap.Name));
        for (int i = 0; i < 3; i++)
        {
            JsonElement expected = Check.GetProperty("taps").GetProperty(model.Classifier.Taps[i].Name);
            Tensor tap = features.Values[i];
            Assert.Equal(expected.GetProperty("shape").Deserialize<long[]>(), tap.shape);
            Assert.Equal(model.Classifier.Taps[i].Channels, tap.size(1));
            Assert.Equal(224 / model.Classifier.Taps[i].Stride, tap.size(2));
            long[] index = expected.GetProperty("index").Deserialize<long[]>()!;
            double largest = Math.Max(expected.GetProperty("max").GetDouble(), -expected.GetProperty("min").GetDouble());
            Close(tensor(expected.GetProperty("value").Deserialize<float[]>()!), tap.contiguous().view(-1).index_select(0, tensor(index)), largest);
        }
    }

    [Theory]
    [InlineData("chelsea_decoded.png")]
    [InlineData("coffee_decoded.png")]
    public void Forward_Photograph_TopFiveEqualTheReference(string file)
    {
        RgbImage picture = ImageDecoder.Decode(File.ReadAllBytes(Path.Combine(Ground.Golden, "images", file)), ImageLimits.Default).Image;
        PixelImages pixels = Preprocessing.ToPixels([Preprocessing.Prepare(picture, model.Card.Input).Crop], CPU);
        Tensor confidences = model.Card.Confidence.Of(model.Classifier.Forward(pixels).Logits)[0];
        foreach (JsonElement expected in Check.GetProperty("photographs").GetProperty(file).EnumerateArray())
        {
            int id = expected.GetProperty("class").GetInt32();
            Assert.Equal(expected.GetProperty("name").GetString(), model.Card.Classes[id]);
            Assert.Equal(expected.GetProperty("confidence").GetDouble(), confidences[id].item<float>(), 1e-4);
        }
    }

    [Fact]
    public void ForwardPasses_AfterForwardAndHead_CountsImagesTimesEvaluations()
    {
        long before = model.Classifier.ForwardPasses;
        PixelImages pixels = new(rand(2, 3, 224, 224));
        using ForwardPass pass = model.Classifier.Forward(pixels);
        using LayerPass layer = model.Classifier.ForwardTo("head", new(pass.Images.Values.narrow(0, 0, 1)));
        Tensor copies = layer.Activations.detach().repeat(5, 1, 1, 1);
        Logits tail = model.Classifier.Head("head", layer, copies);
        Assert.Equal(2 + 1 + 5, model.Classifier.ForwardPasses - before);
        Close(pass.Logits.Values.narrow(0, 0, 1).expand(5, -1), tail.Values);
    }

    [Theory]
    [InlineData("blocks.15")]
    [InlineData("head")]
    public void ForwardTo_Layer_GradientsOfALogitReachIt(string layer)
    {
        using LayerPass pass = model.Classifier.ForwardTo(layer, new(rand(1, 3, 224, 224)));
        Assert.True(pass.Activations.requires_grad && pass.Activations.is_leaf);
        pass.Logits.Values[0, 7].backward();
        Assert.True(pass.Activations.grad!.abs().sum().item<float>() > 0);
    }

    private static void Close(Tensor expected, Tensor actual, double? largest = null)
    {
        double scale = largest ?? expected.abs().max().item<float>(), error = (expected - actual).abs().max().item<float>() / scale;
        Assert.True(error <= Tolerance, $"off by {error:e2} of the largest value");
    }
}
