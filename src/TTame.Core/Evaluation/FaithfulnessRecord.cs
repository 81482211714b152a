namespace TTame.Core.Evaluation;

/// <summary>How faithful the predicted class's map is.</summary>
/// <param name="ClassId">The predicted class.</param>
/// <param name="Confidence">Confidence in it for the whole image, [0, 1].</param>
/// <param name="Shares">One entry per kept share.</param>
public sealed record FaithfulnessRecord(int ClassId, double Confidence, IReadOnlyList<ShareRecord> Shares);

/// <summary>Confidence that is left when only a share of the pixels is kept.</summary>
/// <param name="KeptShare">Kept share, (0, 1].</param>
/// <param name="Confidence">Confidence in the predicted class of the masked image, [0, 1].</param>
/// <param name="Drop">Share of confidence lost, [0, 1]; lower is better.</param>
/// <param name="Increase">Whether confidence rose.</param>
public sealed record ShareRecord(double KeptShare, double Confidence, double Drop, bool Increase);
