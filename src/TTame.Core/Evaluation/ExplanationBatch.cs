using TorchSharp;
using TTame.Core.Attention;
using TTame.Core.Backbones;
using TTame.Core.Imaging;
using TTame.Core.Metrics;
using TTame.Core.Primitives;
using static TorchSharp.torch;

namespace TTame.Core.Evaluation;

/// <summary>What became of one picture of a batch: its explanation, or the error that is its alone.</summary>
/// <param name="Explanation">The explanation, where there is no error.</param>
/// <param name="Error"><see cref="ClassSelectionException"/> or <see cref="NonFiniteException"/>, or null.</param>
public sealed record PictureOutcome(PictureExplanation? Explanation, Exception? Error);

/// <summary>One batch of pictures through one model: a single backbone pass for logits and feature taps, then the attention's rows that are asked for.</summary>
public static class ExplanationBatch
{
    /// <summary>Explains pictures. Those of one call ask for about equally many classes and are all measured or all not, or work is wasted.</summary>
    /// <param name="model">The model; it has an attention mechanism.</param>
    /// <param name="tasks">Crops of the model's input size.</param>
    /// <param name="mostClasses">The most classes that one picture may list or rank.</param>
    /// <returns>One outcome per picture, in their order.</returns>
    /// <exception cref="ModelException">The model has no attention mechanism.</exception>
    public static IReadOnlyList<PictureOutcome> Compute(LoadedModel model, IReadOnlyList<ExplainTask> tasks, int mostClasses)
    {
        var attention = model.Attention ?? throw new ModelException(model.Card.Name, "it has no trained attention.", "Train one, or import one.");
        using var gradients = no_grad();
        using var scope = NewDisposeScope();
        var classifier = model.Classifier;
        long passesBefore = classifier.ForwardPasses;
        using var pass = classifier.Forward(Preprocessing.ToPixels([.. tasks.Select(t => t.Crop)], classifier.Device));
        var answers = Answer.Read(model.Card, pass.Logits, tasks, mostClasses);
        if (answers.All(a => a.Error is not null)) return [.. answers.Select(a => new PictureOutcome(null, a.Error))];

        // Per picture the rows asked for, and the predicted class last where it is measured and not asked for.
        // Where fewer are asked for, and where a picture asks for a class that is not there, the predicted class fills the rows.
        bool measure = tasks.Any(t => t.Measure);
        int rows = answers.Max(a => a.Classes.Count + (measure && !a.Classes.Contains(a.Predicted) ? 1 : 0));
        long[] ids = [.. answers.SelectMany(a => Enumerable.Range(0, rows).Select(r => (long)(r < a.Classes.Count ? a.Classes[r] : a.Predicted)))];
        var maps = attention.Explain(pass.Features, tensor(ids, [tasks.Count, rows]).to(classifier.Device));                     // (B, rows, h, w)
        int height = (int)maps.Values.size(2), width = (int)maps.Values.size(3), area = height * width;
        var scaled = new ExplanationMaps(maps.Values.reshape(tasks.Count * rows, 1, height, width)).Scaled();                    // (B·rows, 1, h, w)

        var faithfulness = measure ? Measure(model, pass, answers, scaled, rows) : null;
        float[] unscaledValues = Answer.Floats(maps.Values), scaledValues = Answer.Floats(scaled.Values);
        bool[] degenerate = scaled.Degenerate!.cpu().data<bool>().ToArray();
        int passes = (int)((classifier.ForwardPasses - passesBefore) / tasks.Count);
        string precision = pass.Logits.Values.dtype.ToString().ToLowerInvariant();

        return [.. answers.Select((answer, i) =>
        {
            if (answer.Error is not null) return new PictureOutcome(null, answer.Error);
            int k = answer.Classes.Count, first = i * rows, drawn = tasks[i].Classes.IsAll ? Math.Min(k, ClassSelection.OverlaysOfAll) : k;
            var explanation = new PictureExplanation(
                answer.Confidences, answer.Order, answer.Classes, unscaledValues.AsSpan(first * area, k * area).ToArray(), scaledValues.AsSpan(first * area, drawn * area).ToArray(),
                degenerate.AsSpan(first, k).ToArray(), height, width, tasks[i].Measure ? faithfulness![i] : null, precision, passes);
            return NotFinite(explanation) is { } error ? new(null, error) : new PictureOutcome(explanation, null);
        })];
    }

    private static FaithfulnessRecord[] Measure(LoadedModel model, ForwardPass pass, IReadOnlyList<Answer> answers, ScaledMaps scaled, int rows)
    {
        long[] places = [.. answers.Select((a, i) => (long)(i * rows) + (a.Classes.ToList().IndexOf(a.Predicted) is >= 0 and var row ? row : rows - 1))];
        var device = model.Classifier.Device;
        var predicted = new ScaledMaps(scaled.Values.index_select(0, tensor(places).to(device)))                                 // (B, 1, H, W)
            .ResizeTo(pass.Pixels.Values.size(2), pass.Pixels.Values.size(3));
        var labels = new ClassLabels(tensor(answers.Select(a => (long)a.Predicted).ToArray()).to(device));
        var measured = Faithfulness.Measure(model.Classifier, pass, predicted, labels, Faithfulness.DefaultShares, model.Card.Kind.Masking());
        return [.. answers.Select((answer, i) => new FaithfulnessRecord(answer.Predicted, measured.Whole[i],
            [.. Faithfulness.DefaultShares.Select((share, s) => Share(share, new(measured.Whole[i]), new(measured.Masked[s][i])))]))];
    }

    private static ShareRecord Share(KeptShare share, Probability whole, Probability masked)
        => new(share.Value, masked.Value, AverageDrop.Of(whole, masked).Sum, IncreaseInConfidence.Of(whole, masked).Sum > 0);

    private static Exception? NotFinite(PictureExplanation explanation)
    {
        if (!Answer.AllFinite(explanation.Maps)) return new NonFiniteException("a map");
        return explanation.Faithfulness is { } measured && !measured.Shares.All(s => double.IsFinite(s.Confidence)) ? new NonFiniteException("a masked picture's confidence") : null;
    }
}
