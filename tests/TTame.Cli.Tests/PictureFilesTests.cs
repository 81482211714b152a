using TTame.Cli.Explain;

namespace TTame.Cli.Tests;

[Trait("Kind", "Unit")]
public sealed class PictureFilesTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory().FullName;

    public PictureFilesTests()
    {
        foreach (string name in new[] { "a.jpg", "b.png", "deep/c.jpg", "deep/er/d.jpg", "odd [1].jpg" })
        {
            string path = Path.Combine(folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, name);
        }
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("*.jpg", "a.jpg", "odd [1].jpg")]
    [InlineData("**/*.jpg", "a.jpg", "deep/c.jpg", "deep/er/d.jpg", "odd [1].jpg")]
    [InlineData("?.*", "a.jpg", "b.png")]
    [InlineData("deep/**", "c.jpg", "er/d.jpg")]
    [InlineData("[ab].*", "a.jpg", "b.png")]
    [InlineData("odd [1].jpg", "odd [1].jpg")]
    public void Find_Glob_GivesTheFilesItMeans(string glob, params string[] expected)
        => Assert.Equal(expected, PictureFiles.Find([Path.Combine(folder, glob)]).Select(f => f.Name));

    [Fact]
    public void Find_FolderAndFileInIt_GivesEachFileOnce()
        => Assert.Equal(5, PictureFiles.Find([folder, Path.Combine(folder, "a.jpg")]).Count);

    [Fact]
    public void Find_FilesOfTwoFolders_AreNamedBelowTheFolderThatBothShare()
        => Assert.Equal(["a.jpg", "deep/c.jpg"], PictureFiles.Find([Path.Combine(folder, "a.jpg"), Path.Combine(folder, "deep", "c.jpg")]).Select(f => f.Name));

    [Fact]
    public void Find_NothingThere_IsAnInputMistakeThatNamesIt()
    {
        var mistake = Assert.Throws<CliException>(() => PictureFiles.Find([Path.Combine(folder, "none.jpg")]));

        Assert.Equal(ExitCode.Input, mistake.ExitCode);
        Assert.Contains("none.jpg", mistake.Message);
    }
}
