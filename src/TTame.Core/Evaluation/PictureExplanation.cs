namespace TTame.Core.Evaluation;

/// <summary>What a model says of one picture.</summary>
/// <param name="Confidences">(C) confidence per class, [0, 1].</param>
/// <param name="Order">All class ids, most confident first.</param>
/// <param name="Classes">Ids of the explained classes: the rows of the maps.</param>
/// <param name="Maps">(k, h, w) float32, before the sigmoid and before scaling.</param>
/// <param name="Scaled">(m, h, w) float32, [0, 1]: the first m maps, scaled; those that are drawn.</param>
/// <param name="Degenerate">(k) whether a map is constant.</param>
/// <param name="Height">h.</param>
/// <param name="Width">w.</param>
/// <param name="Faithfulness">Of the predicted class's map; null where not measured.</param>
/// <param name="Precision">Number format of the backbone.</param>
/// <param name="ForwardPasses">Backbone passes for this picture, counted.</param>
public sealed record PictureExplanation(
    float[] Confidences, IReadOnlyList<int> Order, IReadOnlyList<int> Classes, float[] Maps, float[] Scaled, bool[] Degenerate, int Height, int Width,
    FaithfulnessRecord? Faithfulness, string Precision, int ForwardPasses)
{
    /// <summary>One unscaled map.</summary>
    public ReadOnlySpan<float> Map(int row) => Maps.AsSpan(row * Height * Width, Height * Width);

    /// <summary>One scaled map.</summary>
    public ReadOnlySpan<float> ScaledMap(int row) => Scaled.AsSpan(row * Height * Width, Height * Width);

    /// <summary>Rows that are drawn.</summary>
    public int Drawn => Scaled.Length / (Height * Width);
}
