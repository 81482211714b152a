using TTame.Core.Backbones;
using TTame.Core.Primitives;
using static TorchSharp.torch;

namespace TTame.Core.Evaluation;

/// <summary>What the backbone says of one picture, and the classes to explain or the reason why not.</summary>
/// <param name="Confidences">(C), [0, 1].</param>
/// <param name="Order">All class ids, most confident first.</param>
/// <param name="Classes">The classes to explain; none where there is an error.</param>
/// <param name="Error">Why there is nothing to explain, or null.</param>
internal sealed record Answer(float[] Confidences, IReadOnlyList<int> Order, IReadOnlyList<int> Classes, Exception? Error)
{
    /// <summary>The most confident class: the model-truth label.</summary>
    public int Predicted => Order[0];

    /// <summary>The answers of a batch, in its order.</summary>
    public static IReadOnlyList<Answer> Read(ModelCard card, Logits logits, IReadOnlyList<ExplainTask> tasks, int mostClasses)
    {
        int classes = (int)logits.Values.size(1);
        float[] raw = Floats(logits.Values), confidences = Floats(card.Confidence.Of(logits));
        return [.. tasks.Select((task, i) => Of(raw.AsSpan(i * classes, classes).ToArray(), confidences.AsSpan(i * classes, classes).ToArray(), task, card, mostClasses))];
    }

    /// <summary>A tensor's values in row-major order.</summary>
    public static float[] Floats(Tensor values) => values.to(ScalarType.Float32).cpu().contiguous().data<float>().ToArray();

    /// <summary>Whether there is neither a NaN nor an infinity.</summary>
    public static bool AllFinite(float[] values) => Array.TrueForAll(values, float.IsFinite);

    private static Answer Of(float[] logits, float[] confidences, ExplainTask task, ModelCard card, int mostClasses)
    {
        // Stable: equal logits stay in the order of their ids.
        int[] order = [.. Enumerable.Range(0, logits.Length).OrderByDescending(c => logits[c])];
        if (!AllFinite(logits)) return new(confidences, order, [], new NonFiniteException("a logit"));
        try
        {
            return new(confidences, order, task.Classes.Resolve(card.Classes, order, mostClasses), null);
        }
        catch (ClassSelectionException error)
        {
            return new(confidences, order, [], error);
        }
    }
}
