using System.Runtime.InteropServices;
using TorchSharp;
using TTame.Core.Attention;
using TTame.Core.Backbones;
using TTame.Core.Primitives;
using TTame.Core.Tests.Weights;
using TTame.Core.Weights;
using static TorchSharp.torch;

namespace TTame.Core.Tests.Attention;

[Trait("Kind", "Unit")]
public sealed class CheckpointImportTests : IDisposable
{
    private const string Salt = "import";

    private readonly string folder = Directory.CreateTempSubdirectory("ttame-").FullName;
    private readonly DisposeScope scope = NewDisposeScope();

    private ModelLibrary Library => new(Path.Combine(folder, "models"), new());

    public void Dispose()
    {
        scope.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private string Checkpoint(string name, bool zip, StateDict weights, string prefix, bool lightning = false)
    {
        CheckpointMaker.Entry[] entries = [.. weights.Select(entry => CheckpointMaker.Plain(prefix + entry.Key, entry.Value.shape))];
        var storages = weights.ToDictionary(entry => prefix + entry.Key, entry => entry.Value.data<float>().ToArray());
        string path = Path.Combine(folder, name);
        File.WriteAllBytes(path, zip ? CheckpointMaker.Zip(entries, storages, lightning) : CheckpointMaker.Legacy(entries, storages, lightning));
        return path;
    }

    private StateDict Backbone(string family = "toy_vit") => SyntheticWeights.Make(Salt, family, Architectures.Layout(new(family), 10));

    private ModelCard ImportBackbone(bool zip = true)
    {
        using StateDict weights = Backbone();
        return CheckpointImport.Backbone(Library, Checkpoint($"backbone-{zip}.pth", zip, weights, "module."), "toy_vit").Card;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Backbone_StateDictBehindAPrefix_SameLogitsAsTheWeights(bool zip)
    {
        ModelCard card = ImportBackbone(zip);
        using LoadedModel model = Library.Load(card.Name, CPU);
        using StateDict weights = Backbone();
        using IClassifier direct = Architectures.Build(card, weights, new(CPU));
        NormalizedImages images = new(randn(2, 3, 112, 112));
        Assert.True(direct.Classify(images).Values.Equals(model.Classifier.Classify(images).Values));
    }

    [Fact]
    public void Backbone_HashInTheNameIsAnother_Refused()
    {
        using StateDict weights = Backbone();
        string path = Checkpoint("toy-0123abcd.pth", zip: true, weights, "");
        Assert.Equal(path, Assert.Throws<WeightsException>(() => CheckpointImport.Backbone(Library, path, "toy_vit")).File);
    }

    [Fact]
    public void Backbone_MisshapenTensor_NamedAndNothingWritten()
    {
        using StateDict weights = SyntheticWeights.Make(Salt, "toy_cnn", Architectures.Layout(new("toy_cnn"), 10).Select(entry => entry.Key == "conv2.bias" ? (entry.Key, [25L]) : entry));
        var error = Assert.Throws<WeightsException>(() => CheckpointImport.Backbone(Library, Checkpoint("bad.pth", zip: true, weights, ""), "toy_cnn"));
        Assert.Equal(("conv2.bias", "(24)", "(25)"), (error.Tensor, error.Expected, error.Actual));
        Assert.Empty(Library.Entries());
    }

    [Theory]
    [InlineData(true, "generic.attn_mech.")]
    [InlineData(false, "generic.attn_mech.1.")]
    [InlineData(true, "")]
    public void Attention_OfficialName_MultipliesTheClassTokenOnTheLnTaps(bool zip, string prefix)
    {
        ImportBackbone();
        using LoadedModel backbone = Library.LoadBackbone("toy_vit", CPU, "ln");
        var layout = AttentionMechanism.Layout(AttentionVariant.FullTimesClassToken, backbone.Classifier.Taps, 10);
        using StateDict weights = SyntheticWeights.Make(Salt, "toy_vit.attn.ln.TTAME", layout);
        ImportedModel imported = CheckpointImport.Attention(Library, Checkpoint("vit_TTAME.ckpt", zip, weights, prefix, lightning: true), "toy_vit", "explained");
        Assert.Equal(("ln", "TTAME"), (imported.Card.Attention!.Features, imported.Card.Attention.Version));
        Assert.Contains("posix.system", imported.Ignored);
        using LoadedModel model = Library.Load("explained", CPU);
        using AttentionMechanism direct = AttentionMechanism.Load(weights, AttentionVariant.FullTimesClassToken, model.Classifier.Taps, 10, CPU);
        IClassifier multiplying = Architectures.WithTaps(backbone.Classifier, "ln", ClassTokenUse.Multiply);
        PixelImages pixels = new(rand(2, 3, 112, 112));
        Tensor expected = direct.Forward(multiplying.Forward(pixels).Features).Values, actual = model.Attention!.Forward(model.Classifier.Forward(pixels).Features).Values;
        Assert.True(expected.Equals(actual));
    }

    [Fact]
    public void Fault32_AttentionOfAnotherBackbone_ShapesDecide()
    {
        ImportBackbone();
        FeatureTap[] others = [new("pool1", 16, 2), new("pool2", 24, 4), new("pool3", 32, 8)];
        using StateDict weights = SyntheticWeights.Make(Salt, "toy_cnn.attn.pools.TAME", AttentionMechanism.Layout(AttentionVariant.Full, others, 10));
        var error = Assert.Throws<WeightsException>(() => CheckpointImport.Attention(Library, Checkpoint("other.ckpt", zip: true, weights, "generic.attn_mech."), "toy_vit"));
        Assert.Equal("convs.0.weight", error.Tensor);
        Assert.Null(Library.Card("toy_vit").Attention);
    }

    [Fact]
    public void Fault31_ChangedWeightsFile_RefusedByItsHash()
    {
        ModelCard card = ImportBackbone();
        string file = Path.Combine(Library.Folder, card.Name, card.File);
        byte[] bytes = File.ReadAllBytes(file);
        bytes[^1] ^= 1;
        File.WriteAllBytes(file, bytes);
        Assert.Equal($"SHA-256 {card.Sha256}", Assert.Throws<WeightsException>(() => Library.Load(card.Name, CPU)).Expected);
    }

    [Fact]
    public void Load_CardWithoutAHash_RefusedOrWarned()
    {
        ModelCard card = ImportBackbone();
        File.WriteAllText(Path.Combine(Library.Folder, card.Name, ModelCard.FileName), (card with { Sha256 = null }).ToJson());
        Assert.Throws<ModelException>(() => Library.Load(card.Name, CPU));
        using LoadedModel warned = new ModelLibrary(Library.Folder, new() { MissingHash = MissingHash.Warn }).Load(card.Name, CPU);
        Assert.Contains(card.Sha256!, Assert.Single(warned.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("encoder.ln.weight", float.NaN)]
    [InlineData("conv_proj.bias", float.PositiveInfinity)]
    public void Fault31_NotFiniteWeights_NamesTheTensor(string key, float value)
    {
        using StateDict weights = Backbone();
        MemoryMarshal.Cast<byte, float>(weights[key].bytes)[0] = value;
        Assert.Equal(key, Assert.Throws<WeightsException>(() => Architectures.Build(TorchvisionCards.Of("toy_vit"), weights, new(CPU))).Tensor);
    }
}
