using TorchSharp;
using TTame.Core.Attention;
using TTame.Core.Backbones;
using TTame.Core.Imaging;
using TTame.Core.Primitives;
using TTame.Testing;
using static TorchSharp.torch;

namespace TTame.Core.Tests.Attention;

/// <summary>Real models beside the repository: one in two formats, one as TorchScript only.</summary>
[Trait("Kind", "Oracle")]
public sealed class SharedModelsTests : IDisposable
{
    private const double Tolerance = 1e-4;

    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    private static ModelLibrary Library() => new(Ground.Shared("models"), new());

    private static double Distance(Tensor expected, Tensor actual) => (expected - actual).abs().max().item<float>() / expected.abs().max().item<float>();

    [SkippableFact]
    public void Forward_VisionTransformerInBothFormats_SameLogitsAndTaps()
    {
        using LoadedModel model = Library().Load("cifar10-vit", CPU);
        string folder = Directory.CreateTempSubdirectory("ttame-").FullName;
        try
        {
            string copy = Path.Combine(folder, "script");
            Directory.CreateDirectory(copy);
            File.Copy(Path.Combine(Library().Folder, "cifar10-vit", "model.pt"), Path.Combine(copy, "model.pt"));
            ModelCard card = model.Card with { Format = ModelCard.TorchScriptFormat, File = "model.pt", Sha256 = model.Card.Notes!["torchscript"].GetProperty("sha256").GetString() };
            File.WriteAllText(Path.Combine(copy, ModelCard.FileName), card.ToJson());
            using LoadedModel script = new ModelLibrary(folder, new()).Load("script", CPU);
            PixelImages pixels = new(rand(4, 3, 32, 32));
            ForwardPass one = model.Classifier.Forward(pixels), two = script.Classifier.Forward(pixels);
            Assert.True(Distance(one.Logits.Values, two.Logits.Values) <= Tolerance);
            Assert.Equal(3, two.Features.Values.Count);
            for (int i = 0; i < 3; i++) Assert.True(Distance(one.Features.Values[i], two.Features.Values[i]) <= Tolerance);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [SkippableTheory]
    [InlineData("cifar10-vit", 0.7145)]
    [InlineData("cifar10-resnet56", 0.822)]
    public void Classify_TestPictures_TopOneIsTheReadmes(string name, double share)
    {
        using LoadedModel model = Library().Load(name, CPU);
        ImageList list = ImageList.Open(Ground.Shared("data/cifar10/test-2000.tar"));
        int right = 0;
        for (int first = 0; first < list.Entries.Count; first += 100)
        {
            using var batch = NewDisposeScope();
            int count = Math.Min(100, list.Entries.Count - first);
            PixelImages pixels = Preprocessing.ToPixels([.. Enumerable.Range(first, count).Select(i => ImageDecoder.Decode(list.Read(i, ImageLimits.Default.MaxBytes), ImageLimits.Default).Image)], CPU);
            long[] best = model.Classifier.Classify(Preprocessing.Standardise(pixels, model.Card.Input)).Values.argmax(1).data<long>().ToArray();
            for (int i = 0; i < count; i++)
                if (list.Entries[first + i].Name.Contains($"{model.Card.Classes[(int)best[i]]}/", StringComparison.Ordinal)) right++;
        }
        Assert.Equal(share, right / (double)list.Entries.Count, 0.002);
    }
}
