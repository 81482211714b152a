using TTame.Core.Primitives;
using TTame.Functions.Explain;

namespace TTame.Functions.Tests;

[Trait("Kind", "Unit")]
public class ExplainRequestTests
{
    private static readonly string[] Names = ["cat", "crane", "dog", "crane"];
    private static readonly int[] Order = [2, 0, 3, 1];

    [Theory]
    [InlineData("top:2", new[] { 2, 0 })]
    [InlineData("all", new[] { 2, 0, 3, 1 })]
    [InlineData("3, DOG", new[] { 3, 2 })]
    [InlineData("cat;1", new[] { 0, 1 })]
    public void Resolve_EachForm_GivesIdsInRankOrder(string text, int[] ids)
        => Assert.Equal(ids, ClassSelection.Parse(text)!.Resolve(Names, Order, 100));

    [Theory]
    [InlineData("4")]
    [InlineData("-1")]
    [InlineData("99999999999")]
    [InlineData("bird")]
    [InlineData("crane")]
    [InlineData("0,cat")]
    [InlineData("top:5")]
    public void Fault30_Resolve_ClassTheModelLacks_IsBadClass(string text)
        => Assert.Throws<ClassSelectionException>(() => ClassSelection.Parse(text)!.Resolve(Names, Order, 100));

    [Theory]
    [InlineData("top:0")]
    [InlineData("top:-1")]
    [InlineData("top:x")]
    [InlineData("1,,2")]
    [InlineData("")]
    public void Fault30_Parse_NoSelection_IsNull(string text) => Assert.Null(ClassSelection.Parse(text));

    [Fact]
    public void Read_MetadataInAnyCase_GoesBeforeSettings()
    {
        var request = ExplainRequest.Read([new("Model", "vgg16"), new("CLASSES", "7")], SettingsTests.Read());
        Assert.Equal("vgg16", request.Model);
        Assert.Equal(["7"], request.Classes.Items);
    }

    [Fact]
    public void Read_ModelWithASeparator_IsBadModel()
        => Assert.Equal(ExplainException.BadModel, Assert.Throws<ExplainException>(() => ExplainRequest.Read([new("model", "../secret")], SettingsTests.Read())).Code);

    [Fact]
    public void Hash_AnyOptionDiffers_Differs()
    {
        var one = new ExplainOptions("top:3", "all", 0.5, "cividis");
        var hashes = new[] { one, one with { Classes = "top:2" }, one with { Faithfulness = "off" }, one with { OverlayOpacity = 0.4 }, one with { OverlayColourMap = "grey" } }.Select(o => o.Hash()).ToList();
        Assert.Equal(hashes.Count, hashes.Distinct().Count());
        Assert.Equal(one.Hash(), (one with { }).Hash());
    }

    [Fact]
    public void Includes_Sampled_ChoosesTheShareAndAlwaysAlike()
    {
        var half = FaithfulnessSampling.Parse("sample:0.5")!;
        int chosen = Enumerable.Range(0, 1000).Count(i => half.Includes($"a/{i}.jpg", "\"1\""));
        Assert.InRange(chosen, 440, 560);
        Assert.Equal(half.Includes("a/1.jpg", "\"1\""), half.Includes("a/1.jpg", "\"1\""));
        Assert.True(FaithfulnessSampling.Parse("all")!.Includes("x", "y"));
        Assert.False(FaithfulnessSampling.Parse("off")!.Includes("x", "y"));
    }
}
