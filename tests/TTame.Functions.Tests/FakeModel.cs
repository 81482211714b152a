using System.Diagnostics;
using TTame.Core.Evaluation;
using TTame.Core.Imaging;
using TTame.Core.Primitives;
using TTame.Functions.Explain;

namespace TTame.Functions.Tests;

/// <summary>A model of four classes without a network: confidences and maps follow from the crop's pixels alone.</summary>
internal sealed class FakeModel : IExplainingModel, IExplainingModels
{
    public const int Side = 8, Grid = 4, Classes = 4;

    /// <summary>What happens before a picture is explained.</summary>
    public Func<Task> Before { get; set; } = () => Task.CompletedTask;

    /// <summary>Pictures explained.</summary>
    public int Calls;

    public ModelIdentity Identity { get; init; } = new("net", new string('a', 64));

    public IReadOnlyList<string> ClassNames { get; } = ["cat", "crane", "dog", "crane"];

    public InputSpec Input { get; } = new(Side, null, [0, 0, 0], [1, 1, 1]);

    public string Device => "fake";

    public Task<IExplainingModel> GetAsync(string name, CancellationToken cancellation)
        => name == Identity.Name ? Task.FromResult<IExplainingModel>(this)
            : name == "broken" ? throw new ModelUnavailableException(name, "its weights are missing")
            : throw new ExplainException(ExplainException.BadModel, $"there is no model '{name}'");

    public Task<string> DefaultAsync(CancellationToken cancellation) => Task.FromResult(Identity.Name);

    public async Task<Batched<PictureExplanation>> ExplainAsync(ExplainTask task, CancellationToken cancellation)
    {
        Interlocked.Increment(ref Calls);
        await Before();
        int first = task.Crop.Pixels[0] % Classes;
        int[] order = [.. Enumerable.Range(0, Classes).Select(c => (c + first) % Classes)];
        var confidences = new float[Classes];
        for (int i = 0; i < Classes; i++) confidences[order[i]] = (4 - i) / 10f;
        var classes = task.Classes.Resolve(ClassNames, order, 100);
        float[] maps = [.. classes.SelectMany(c => Enumerable.Range(0, Grid * Grid).Select(i => (float)((i * (c + 1)) % 7)))];
        float[] scaled = [.. maps.Take(Math.Min(classes.Count, ClassSelection.OverlaysOfAll) * Grid * Grid).Select(v => v / 6)];
        var faithfulness = task.Measure ? new FaithfulnessRecord(order[0], confidences[order[0]], [new(0.5, 0.2, 0.5, false)]) : null;
        var explanation = new PictureExplanation(confidences, order, classes, maps, scaled, new bool[classes.Count], Grid, Grid, faithfulness, "float32", task.Measure ? 4 : 1);
        return new(explanation, TimeSpan.Zero, TimeSpan.Zero, 1);
    }

    /// <summary>A PNG of one colour.</summary>
    public static byte[] Png(byte red, int width = 16, int height = 12)
    {
        var pixels = new byte[3 * width * height];
        for (int i = 0; i < pixels.Length; i += 3) pixels[i] = red;
        using var file = new MemoryStream();
        ImageWriter.WritePng(new RgbImage(width, height, pixels), file);
        return file.ToArray();
    }
}
