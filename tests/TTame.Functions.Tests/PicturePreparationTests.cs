using TTame.Functions.Explain;

namespace TTame.Functions.Tests;

[Trait("Kind", "Unit")]
public class PicturePreparationTests
{
    [Fact]
    public async Task Fault9_WithinGate_FiftyAtOnce_NoMoreWorkThanThereAreProcessors()
    {
        using var preparation = new PicturePreparation(SettingsTests.Read());
        int now = 0, most = 0, done = 0;
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => preparation.WithinGateAsync(() =>
        {
            int here = Interlocked.Increment(ref now);
            for (int seen = most; here > seen; seen = most) Interlocked.CompareExchange(ref most, here, seen);
            Thread.Sleep(2);
            Interlocked.Decrement(ref now);
            return Interlocked.Increment(ref done);
        }, default))).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(50, done);
        Assert.InRange(most, 1, Environment.ProcessorCount);
    }
}
