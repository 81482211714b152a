using TTame.Cli.Demo;
using TTame.Testing;

namespace TTame.Cli.Tests;

[Trait("Kind", "Unit")]
public class CreditsTests
{
    [Fact]
    public void Read_LinksInLicenceAndOrigin_AreTakenApart()
    {
        var credit = Credits.Read("| `a.jpg` | A **cat** | Ann | [CC BY 4.0](https://x.org/by) | pkg: `f`; [source](https://y.org/File:(1).jpg) | none | cat 9 % |")["a.jpg"];

        Assert.Equal("CC BY 4.0", credit.Licence);
        Assert.Equal("https://x.org/by", credit.LicenceAddress);
        Assert.Equal("https://y.org/File:(1).jpg", credit.Source);
        Assert.Equal("A cat. By Ann; changed: none", credit.Text);
    }

    [Fact]
    public void Read_CreditsOfTheDemo_EveryPhotographHasItsAuthorAndLicence()
    {
        string folder = Path.Combine(Ground.Repository, "examples", "demo-photos");
        var credits = Credits.Read(File.ReadAllText(Path.Combine(folder, "CREDITS.md")));

        Assert.Equal(Directory.GetFiles(folder, "*.jpg").Select(f => Path.GetFileName(f)).Order(), credits.Keys.Order());
        Assert.All(credits.Values, c => Assert.NotEmpty(c.Licence));
    }
}
