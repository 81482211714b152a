using TTame.Core.Evaluation;

namespace TTame.Core.Reports;

/// <summary>One point of a learning curve: what a method reached with so many photographs.</summary>
/// <param name="Series">Name of the curve.</param>
/// <param name="X">How many; above 0.</param>
/// <param name="Rows">Means with intervals, one row per measure and share; those of the same measure and share make one curve.</param>
public sealed record CurvePoint(string Series, double X, IReadOnlyList<EvaluationRow> Rows);
