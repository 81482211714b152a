using LocalFunctionsHost.Blobs;

namespace Compat.Functions.Tests;

/// <summary>Patterns of blob trigger paths: greedy tokens that may hold slashes.</summary>
[Trait("Kind", "Unit")]
public class BlobPathTests
{
    [Theory]
    [InlineData("images/{name}", "a/b.png", "name=a/b.png")]
    [InlineData("images/{name}.{ext}", "x.tar.gz", "name=x.tar,ext=gz")]
    [InlineData("images/incoming/{name}.jpg", "incoming/a.jpg", "name=a")]
    [InlineData("images/{a}/{b}", "1/2/3", "a=1/2,b=3")]
    [InlineData("images/{{x}}-{name}", "{x}-y", "name=y")]
    [InlineData("images/{name}", "line\nbreak", "name=line\nbreak")]
    [InlineData("images", "any/thing", "")]
    public void Match_NameThatFits_TokensHaveTheirValues(string path, string name, string tokens)
        => Assert.Equal(tokens, string.Join(',', BlobPath.Parse(path).Match(name)!.Select(t => $"{t.Key}={t.Value}")));

    [Theory]
    [InlineData("images/incoming/{name}.jpg", "a.jpg")]
    [InlineData("images/incoming/{name}.jpg", "incoming/a.png")]
    [InlineData("images/incoming/{name}.jpg", "incoming/a.JPG")]
    [InlineData("images/{name}.png", "a.png\n")]
    public void Match_NameThatDoesNotFit_IsNull(string path, string name) => Assert.Null(BlobPath.Parse(path).Match(name));

    [Theory]
    [InlineData("{box}/{name}")]
    [InlineData("/")]
    [InlineData("images/{name")]
    [InlineData("images/{}")]
    [InlineData("images/{a}{a}")]
    public void Parse_PathThatIsNone_Throws(string path) => Assert.Throws<FormatException>(() => BlobPath.Parse(path));

    [Fact]
    public void Prefix_LiteralStart_IsListedOnly() => Assert.Equal("incoming/", BlobPath.Parse("images/incoming/{name}").Prefix);
}
