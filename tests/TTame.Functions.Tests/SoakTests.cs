using TTame.Core.Attention;
using TTame.Core.Evaluation;
using TTame.Core.Primitives;
using TTame.Functions.Explain;
using static TorchSharp.torch;

namespace TTame.Functions.Tests;

/// <summary>Alone in the process while it counts what lives.</summary>
[CollectionDefinition(nameof(SoakTests), DisableParallelization = true)]
public sealed class SoakCollection;

/// <summary>What explaining leaves behind: nothing.</summary>
[Collection(nameof(SoakTests))]
[Trait("Kind", "Property")]
public class SoakTests(TempModels models) : IClassFixture<TempModels>
{
    private const int Pictures = 12;
    private const int Rounds = 4;
    // A crop has 147 kB: one kept of two would show, while pools of buffers still fill up.
    private const long MostBytesPerPicture = 64 * 1024;

    [Fact]
    public async Task Fault41_Explain_TheSamePicturesAgainAndAgain_LeaveNoTensorMemoryOrThreadBehind()
    {
        using var model = new ModelLibrary(models.Path, new()).Load(TempModels.Name, CPU);
        using var preparation = new PicturePreparation(SettingsTests.Read([]));
        List<(long Tensors, long Bytes, int Threads)> living = [];
        for (int round = 0; round < Rounds; round++)
        {
            await ExplainAsync(model, preparation, Pictures);
            living.Add(Living());
        }

        Assert.Single(living.Select(l => l.Tensors).Distinct());
        Assert.InRange(living[^1].Bytes - living[0].Bytes, long.MinValue, (Rounds - 1) * Pictures * MostBytesPerPicture);
        Assert.InRange(living[^1].Threads - living[0].Threads, int.MinValue, Environment.ProcessorCount + 2);
    }

    private static async Task ExplainAsync(LoadedModel model, PicturePreparation preparation, int count)
    {
        for (int i = 0; i < count; i += 4)
        {
            List<ExplainTask> batch = [];
            for (int j = i; j < i + 4; j++)
                batch.Add(new((await preparation.PrepareAsync(FakeModel.Png((byte)j, 1 + (j * 37 % 400), 1 + (j * 91 % 300)), model.Card.Input, default)).Input.Crop, ClassSelection.Parse("top:3")!, Measure: j % 8 < 4));
            Assert.All(ExplanationBatch.Compute(model, batch, 5), outcome => Assert.Null(outcome.Error));
        }
    }

    private static (long Tensors, long Bytes, int Threads) Living()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return (Tensor.TotalCount, GC.GetTotalMemory(forceFullCollection: true), process.Threads.Count);
    }
}
