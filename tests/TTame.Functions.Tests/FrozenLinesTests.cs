using System.Diagnostics;
using TTame.Functions.Runs;

namespace TTame.Functions.Tests;

[Trait("Kind", "Unit")]
public class FrozenLinesTests
{
    [Fact]
    public void Write_ThenRead_EveryKindOfLineComesBack()
    {
        FrozenImage[] images = [new("a b/ä.jpg", null), new("c.jpg", 7), new("t.tar/x/1.jpg", null, "t.tar", 512, 900), new("t.tar/x/2.jpg", 3, "t.tar", 2048, 0)];
        var lines = new FrozenLines(FrozenLines.Write(images));
        Assert.Equal(images, Enumerable.Range(0, lines.Count).Select(lines.Image));
        Assert.Equal([null, 7, null, 3], lines.Select(e => e.Label));
    }

    [Fact]
    public void FrozenLines_OnePointThreeMillion_TakeSecondsAndLittleMoreThanTheirText()
    {
        const int Count = 1_300_000;
        var clock = Stopwatch.StartNew();
        byte[] text = FrozenLines.Write(Enumerable.Range(0, Count).Select(i => new FrozenImage($"train/n{i % 1000:00000000}/image_{i:0000000}.JPEG", i % 1000)));
        long before = GC.GetTotalMemory(forceFullCollection: true);
        var lines = new FrozenLines(text);
        long taken = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.Equal(Count, lines.Count);
        Assert.Equal(("train/n00000999/image_1299999.JPEG", 999), (lines[Count - 1].Name, lines[Count - 1].Label));
        Assert.InRange(taken, 0, 8 << 20);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 60);
    }
}
