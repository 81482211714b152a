using System.Runtime.InteropServices;
using TTame.Core.Primitives;
using TTame.Core.Weights;
using static TorchSharp.torch;

namespace TTame.Core.Tests.Weights;

/// <summary>Zips that say what is not so.</summary>
[Trait("Kind", "Unit")]
public class HostileZipTests
{
    private const string Pickle = "archive/data.pkl", A = "archive/data/a", B = "archive/data/b";

    private static readonly Dictionary<string, float[]> Storages = new() { ["a"] = [1, 2, 3, 4], ["b"] = [5, 6] };

    private static readonly byte[] Described = CheckpointMaker.Pickle([CheckpointMaker.Plain("a", 4), CheckpointMaker.Plain("b", 2)], Storages, lightning: false, legacy: false);

    private static byte[] Bytes(string storage) => MemoryMarshal.AsBytes<float>(Storages[storage]).ToArray();

    private static WeightsException Refused(ZipMaker zip)
    {
        var error = Assert.Throws<WeightsException>(() =>
        {
            using TorchCheckpoint checkpoint = TorchCheckpoint.Open(new MemoryStream(zip.Done()), "test.ckpt");
            checkpoint.Read().Dispose();
        });
        Assert.Equal("test.ckpt", error.File);
        return error;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_HonestZip_HasItsNumbers(bool zip64)
    {
        byte[] file = new ZipMaker { Zip64 = zip64 }.Add(Pickle, Described).Add(A, Bytes("a")).Add(B, Bytes("b")).Done();
        using TorchCheckpoint checkpoint = TorchCheckpoint.Open(new MemoryStream(file), "test.ckpt");
        using StateDict tensors = checkpoint.Read();
        Assert.Equal(Storages["a"], tensors["a"].data<float>().ToArray());
        Assert.Equal(Storages["b"], tensors["b"].data<float>().ToArray());
    }

    [Theory]
    [InlineData(A)]
    [InlineData(Pickle)]
    public void Fault31_TheSameNameTwice_Refused(string name)
    {
        var error = Refused(new ZipMaker().Add(Pickle, Described).Add(A, Bytes("a")).Add(B, Bytes("b")).Add(name, Bytes("b")));
        Assert.Equal(("zip entries of different names", $"{name} twice"), (error.Expected, error.Actual));
    }

    [Fact]
    public void Fault31_AnotherChecksumOfNumbers_NamesTheTensor()
    {
        ZipMaker zip = new ZipMaker().Add(Pickle, Described).Add(A, Bytes("a"));
        var error = Refused(zip.List(zip.Store(B, Bytes("b")) with { Checksum = 0x12345678 }));
        Assert.Equal(("b", $"{B} with the checksum 12345678"), (error.Tensor, error.Expected));
    }

    [Fact]
    public void Fault31_AnotherChecksumOfThePickle_Refused()
    {
        ZipMaker zip = new();
        Assert.Contains(Pickle, Refused(zip.List(zip.Store(Pickle, Described) with { Checksum = 1 })).Expected, StringComparison.Ordinal);
    }

    [Fact]
    public void Fault31_OneEntryUnderTwoNames_Refused()
    {
        ZipMaker zip = new ZipMaker().Add(Pickle, Described);
        ZipMaker.Record stored = zip.Store(A, Bytes("a"));
        var error = Refused(zip.List(stored).List(stored with { Name = B }));
        Assert.StartsWith($"the head of {B} at ", error.Expected, StringComparison.Ordinal);
    }

    // A small file could claim the same bytes a thousand times.
    [Fact]
    public void Fault31_AnEntryInsideAnother_Refused()
    {
        ZipMaker inner = new();
        inner.Store(B, Bytes("b"));
        byte[] quoted = inner.Done();
        ZipMaker zip = new ZipMaker().Add(Pickle, Described);
        ZipMaker.Record outer = zip.Store(A, quoted);
        ZipMaker.Record hidden = new(B, outer.At + 30 + A.Length, 8, Crc32.Of(Bytes("b")));
        var error = Refused(zip.List(outer).List(hidden));
        Assert.Equal(("zip entries that lie apart", $"{A} and {B} over each other"), (error.Expected, error.Actual));
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("/etc/passwd")]
    [InlineData("archive/../../x")]
    [InlineData("archive\\..\\x")]
    [InlineData("")]
    public void Fault31_NameThatLeavesTheArchive_Refused(string name)
    {
        var error = Refused(new ZipMaker().Add(Pickle, Described).Add(A, Bytes("a")).Add(B, Bytes("b")).Add(name, [1]));
        Assert.Equal(("zip entries named inside the archive's own folder", name), (error.Expected, error.Actual));
    }

    [Fact]
    public void Fault31_CompressedEntry_Refused()
    {
        ZipMaker zip = new ZipMaker().Add(Pickle, Described).Add(A, Bytes("a"));
        Assert.Contains("neither compressed", Refused(zip.List(zip.Store(B, Bytes("b")) with { Method = 8 })).Expected, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "more")]
    [InlineData(4, "3")]
    public void Fault31_AnotherNumberOfEntriesThanThereAre_Refused(int said, string found)
    {
        var error = Refused(new ZipMaker { Count = said }.Add(Pickle, Described).Add(A, Bytes("a")).Add(B, Bytes("b")));
        Assert.Equal(($"{said} zip entries", found), (error.Expected, error.Actual));
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(1L << 40)]
    [InlineData(-1)]
    public void Fault31_EntryLongerThanTheFile_RefusedBeforeMemoryIsTaken(long length)
    {
        ZipMaker zip = new ZipMaker { Zip64 = true }.Add(Pickle, Described).Add(A, Bytes("a"));
        Assert.Equal($"{length} bytes of {B}", Refused(zip.List(zip.Store(B, Bytes("b")) with { Length = length })).Expected);
    }
}
