using TTame.Core.Imaging;
using TTame.Core.Primitives;

namespace TTame.Core.Evaluation;

/// <summary>One picture to explain.</summary>
/// <param name="Crop">The part the model sees, at its input size.</param>
/// <param name="Classes">The classes wanted.</param>
/// <param name="Measure">Whether faithfulness is measured.</param>
public sealed record ExplainTask(RgbImage Crop, ClassSelection Classes, bool Measure);
