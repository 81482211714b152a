using System.Runtime.InteropServices;
using TTame.Core.Attention;
using TTame.Core.Evaluation;
using TTame.Functions.Hosting;

namespace TTame.Functions.Explain;

/// <summary>What the pictures of one batch have in common.</summary>
/// <param name="Model">The model, and with it the input size.</param>
/// <param name="Rows">Classes asked for; 0 for all.</param>
/// <param name="Measure">Whether faithfulness is measured.</param>
internal sealed record BatchKey(LoadedModel Model, int Rows, bool Measure);

/// <summary>The one inference thread of a device, for all models on it.</summary>
/// <param name="settings">Size and delay of batches, the most classes.</param>
public sealed class InferenceLoop(ServiceSettings settings) : IDisposable
{
    private readonly MicroBatcher<BatchKey, ExplainTask, PictureExplanation> batcher = new(
        "inference", new(settings.BatchSize, settings.BatchDelay), (key, tasks) => Outcomes(ExplanationBatch.Compute(key.Model, tasks, settings.MaxClasses)), IsOutOfMemory);

    /// <summary>Pictures that wait for a batch.</summary>
    public int Waiting => batcher.Waiting;

    /// <summary>Explains one picture, together with others like it.</summary>
    public Task<Batched<PictureExplanation>> ExplainAsync(LoadedModel model, ExplainTask task, CancellationToken cancellation)
        => batcher.SubmitAsync(new(model, task.Classes.IsAll ? 0 : Math.Max(task.Classes.Top, task.Classes.Items.Count), task.Measure), task, cancellation);

    /// <summary>Ends with the current batch; what waits is given up, and the platform brings it again.</summary>
    public void Dispose() => batcher.Dispose();

    private static IReadOnlyList<Outcome<PictureExplanation>> Outcomes(IReadOnlyList<PictureOutcome> batch)
        => [.. batch.Select(p => new Outcome<PictureExplanation>(p.Explanation, p.Error))];

    // libtorch has no error of its own for it: on either kind of device the message says so.
    internal static bool IsOutOfMemory(Exception error)
        => error is OutOfMemoryException || (error is ExternalException && (error.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase) || error.Message.Contains("can't allocate memory", StringComparison.Ordinal)));
}
