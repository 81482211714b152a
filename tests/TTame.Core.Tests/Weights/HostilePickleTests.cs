using System.Text;
using TTame.Core.Primitives;
using TTame.Core.Weights;
using static TorchSharp.torch;

namespace TTame.Core.Tests.Weights;

/// <summary>Pickles of a few bytes that would cost hours or gigabytes: each of these ends at once, with an error or without harm.</summary>
[Trait("Kind", "Unit")]
public class HostilePickleTests
{
    private const int Long = 4 << 20, Many = 400_000;

    private static readonly Dictionary<string, float[]> Storages = new() { ["a"] = [1, 2, 3, 4, 5, 6, 7, 8] };

    private static readonly byte[] Tensors = CheckpointMaker.Pickle([CheckpointMaker.Plain("a", 8)], Storages, lightning: false, legacy: false);

    private static TorchCheckpoint Open(byte[] pickle)
        => TorchCheckpoint.Open(new MemoryStream(new ZipMaker().Add("archive/data.pkl", pickle).Add("archive/data/a", new byte[32]).Done()), "test.ckpt");

    private static WeightsException Refused(byte[] pickle)
    {
        var error = Assert.Throws<WeightsException>(() => Open(pickle).Dispose());
        Assert.Equal("test.ckpt", error.File);
        return error;
    }

    [Fact]
    public void Fault31_CallsOfAVeryLongName_Refused()
    {
        PickleWriter pickle = new PickleWriter().Start().Name("a", new string('x', Long)).Raw((byte)'q', 0);
        for (int i = 0; i < Many; i++) pickle.Raw((byte)'h', 0).Code(')').Code('R').Code('0');
        Assert.Contains("names of at most", Refused(pickle.Done()).Expected, StringComparison.Ordinal);
    }

    [Fact]
    public void Fault31_MemosWhoseNumbersCollide_Refused()
    {
        PickleWriter pickle = new PickleWriter().Start().Code('N');
        for (long i = 1; i < Many; i++) pickle.Raw(Encoding.ASCII.GetBytes($"p{(i << 32) | i}\n"));
        Assert.Contains("memo", Refused(pickle.Done()).Expected, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public void Fault31_MemoThatIsNotCounted_Refused(int number)
        => Assert.Contains("memo", Refused(new PickleWriter().Start().Code('N').Code('r').Raw(BitConverter.GetBytes(number)).Done()).Expected, StringComparison.Ordinal);

    [Fact]
    public void Fault31_EntriesUnderAVeryLongKey_CostNoMoreThanShortOnes()
    {
        PickleWriter pickle = new PickleWriter().Start().Code('}').Code('(').Text("state_dict").Raw(Tensors[2..^1])
            .Text("hyper_parameters").Code('}').Text(new string('k', Long)).Raw((byte)'q', 0).Code('0').Code('(');
        for (int i = 0; i < Many; i++) pickle.Raw((byte)'h', 0).Code('N');
        using TorchCheckpoint checkpoint = Open(pickle.Code('u').Code('u').Done());
        Assert.Equal(["a"], checkpoint.Keys);
    }

    // Ten lists, each of ten times the one before: nobody walks through them.
    [Fact]
    public void Fault31_ListsOfLists_AreNeverWalked()
    {
        PickleWriter pickle = new PickleWriter().Start().Code('}').Code('(').Text("state_dict").Raw(Tensors[2..^1]).Text("laughs").Code(']').Raw((byte)'q', 0);
        for (byte level = 0; level < 100; level++)
        {
            pickle.Code(']').Raw((byte)'q', (byte)(level + 1)).Code('(');
            for (int i = 0; i < 10; i++) pickle.Raw((byte)'h', level);
            pickle.Code('e').Raw((byte)'q', (byte)(level + 1)).Code('a');
        }
        using TorchCheckpoint checkpoint = Open(pickle.Code('u').Done());
        Assert.Equal(["a"], checkpoint.Keys);
    }

    [Fact]
    public void Fault31_ListThatHoldsItself_EndsQuietly()
    {
        PickleWriter pickle = new PickleWriter().Start().Code('}').Code('(').Text("state_dict").Raw(Tensors[2..^1]).Text("self").Code(']').Raw((byte)'q', 0, (byte)'h', 0, (byte)'a');
        using TorchCheckpoint checkpoint = Open(pickle.Code('u').Done());
        Assert.Equal(["a"], checkpoint.Keys);
    }

    [Fact]
    public void Fault31_DictionariesOfOneListAgainAndAgain_Refused()
    {
        PickleWriter pickle = new PickleWriter().Start().Name("collections", "OrderedDict").Raw((byte)'q', 0).Code(']').Code('(');
        for (int i = 0; i < 10_000; i++) pickle.Code('N').Code('N').Raw(0x86);
        pickle.Code('e').Code('\x85').Raw((byte)'q', 1).Code('0').Code('0');
        for (int i = 0; i < Many; i++) pickle.Raw((byte)'h', 0, (byte)'h', 1, (byte)'R', (byte)'0');
        Assert.Contains("entries in dictionaries", Refused(pickle.Done()).Expected, StringComparison.Ordinal);
    }

    [Fact]
    public void Fault31_StorageOfTwoSizes_Refused()
    {
        PickleWriter pickle = new PickleWriter().Start();
        foreach (long size in new[] { 8L, 7L })
            pickle.Code('(').Text("storage").Name("torch", "FloatStorage").Text("a").Text("cpu").Integer(size).Code('t').Code('Q').Code('0');
        var error = Refused(pickle.Done());
        Assert.Equal(("one size of the storage a", "8 and 7 elements"), (error.Expected, error.Actual));
    }

    // A legacy file names views of a storage: each a copy would be a file of gigabytes out of a few bytes a view.
    [Fact]
    public void Read_ViewsOfAStorageInALegacyFile_ShareItsMemory()
    {
        CheckpointMaker.Entry[] entries = [CheckpointMaker.Plain("a", 8), new("late", "a", [2], [1]) { View = (5, 3) }];
        using TorchCheckpoint checkpoint = TorchCheckpoint.Open(new MemoryStream(CheckpointMaker.Legacy(entries, Storages)), "test.pth");
        using StateDict tensors = checkpoint.Read();
        Assert.Equal([6f, 7f], tensors["late"].data<float>().ToArray());
        tensors["a"].fill_(0);
        Assert.Equal([0f, 0f], tensors["late"].data<float>().ToArray());
    }

    [Theory]
    [InlineData(5, 3, 4)]
    [InlineData(5, 4, 2)]
    [InlineData(9, 0, 0)]
    public void Read_BeyondAViewOfALegacyFile_Refused(long first, long viewed, long size)
    {
        CheckpointMaker.Entry[] entries = [CheckpointMaker.Plain("a", 8), new("late", "a", [size], [1]) { View = (first, viewed) }];
        var error = Assert.Throws<WeightsException>(() =>
        {
            using TorchCheckpoint checkpoint = TorchCheckpoint.Open(new MemoryStream(CheckpointMaker.Legacy(entries, Storages)), "test.pth");
            checkpoint.Read().Dispose();
        });
        Assert.Equal("test.pth", error.File);
    }
}
