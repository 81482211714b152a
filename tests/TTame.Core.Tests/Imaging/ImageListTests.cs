using System.Formats.Tar;
using System.Text;
using TTame.Core.Imaging;
using TTame.Core.Primitives;

namespace TTame.Core.Tests.Imaging;

public sealed class ImageListTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("ttame-list-").FullName;

    [Fact]
    [Trait("Kind", "Unit")]
    public void Open_Folder_IsRecursiveOrderedAndLabelled()
    {
        Put("b.jpg", "B");
        Put("a/z.jpg", "Z");
        Put("notes.md", "N");
        Put("labels.txt", "b.jpg 7\na/z.jpg 3\n");

        using ImageList list = ImageList.Open(folder);

        Assert.Equal([new("a/z.jpg", 3), new("b.jpg", 7), new("notes.md", null)], list.Entries);
        Assert.Equal("Z", Text(list.Read(0, 10)));
    }

    [Fact]
    [Trait("Kind", "Property")]
    public void Open_TarOfTheSameFiles_IsTheSameList()
    {
        Put("pictures/b c.jpg", "B");
        Put("pictures/a/z.jpg", "ZZ");
        Put("pictures/labels.txt", "b c.jpg\t7\n");
        string tar = Path.Combine(folder, "pictures.tar");
        TarFile.CreateFromDirectory(Path.Combine(folder, "pictures"), tar, includeBaseDirectory: false);

        using ImageList fromFolder = ImageList.Open(Path.Combine(folder, "pictures")), fromTar = ImageList.Open(tar);

        Assert.Equal(fromFolder.Entries, fromTar.Entries);
        Assert.Equal(fromFolder.Fingerprint(), fromTar.Fingerprint());
        Assert.Equal(["ZZ", "B"], Enumerable.Range(0, 2).Select(i => Text(fromTar.Read(i, 10))));
    }

    [Fact]
    [Trait("Kind", "Unit")]
    public void Open_ListFile_KeepsItsOrderSpacesAndLabels()
    {
        Put("with space.jpg", "S");
        Put("list.txt", "# a comment\r\nwith space.jpg 12\r\n\r\nmissing.jpg\r\n");

        using ImageList list = ImageList.Open(Path.Combine(folder, "list.txt"));

        Assert.Equal([new("with space.jpg", 12), new("missing.jpg", null)], list.Entries);
        Assert.Equal("S", Text(list.Read(0, 10)));
        Assert.Throws<FileNotFoundException>(() => list.Read(1, 10));
    }

    [Fact]
    [Trait("Kind", "Unit")]
    public void Open_NegativeLabel_NamesFileAndLine()
    {
        Put("list.txt", "a.jpg 1\nb.jpg -1\n");

        var refused = Assert.Throws<ImageListException>(() => ImageList.Open(Path.Combine(folder, "list.txt")));

        Assert.Equal(2, refused.Line);
    }

    [Fact]
    [Trait("Kind", "Unit")]
    public void Read_LongerThanTheLimit_TooLarge()
    {
        Put("a.jpg", "four");

        using ImageList list = ImageList.Open(folder);

        Assert.Equal("too_large", Assert.Throws<ImageContentException>(() => list.Read(0, 3)).Code);
    }

    [Fact]
    [Trait("Kind", "Unit")]
    public void Fingerprint_OtherOrder_IsAnotherList()
    {
        Put("one.txt", "a.jpg\nb.jpg\n");
        Put("two.txt", "b.jpg\na.jpg\n");

        using ImageList one = ImageList.Open(Path.Combine(folder, "one.txt")), two = ImageList.Open(Path.Combine(folder, "two.txt"));

        Assert.NotEqual(one.Fingerprint(), two.Fingerprint());
    }

    [Fact]
    [Trait("Kind", "Unit")]
    public void Concat_TwoLists_ReadsFromBoth()
    {
        Put("x/a.jpg", "A");
        Put("y/b.jpg", "B");

        using ImageList both = ImageList.Concat([ImageList.Open(Path.Combine(folder, "x")), ImageList.Open(Path.Combine(folder, "y"))]);

        Assert.Equal(["a.jpg", "b.jpg"], both.Entries.Select(e => e.Name));
        Assert.Equal("B", Text(both.Read(1, 10)));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);

    private void Put(string name, string text)
    {
        string path = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
