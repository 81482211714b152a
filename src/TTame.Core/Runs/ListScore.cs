using TTame.Core.Evaluation;

namespace TTame.Core.Runs;

/// <summary>AD and IC of an explainer at one kept share.</summary>
/// <param name="KeptShare">(0, 1].</param>
/// <param name="AverageDrop">Percent, lower is better.</param>
/// <param name="Increase">IC, percent, higher is better.</param>
public sealed record ShareScore(double KeptShare, double AverageDrop, double Increase);

/// <summary>How faithful an explainer is on a list, in a few numbers.</summary>
/// <param name="Images">Images counted.</param>
/// <param name="Skipped">Images that could not be read or classified.</param>
/// <param name="Lost">Images of shards that failed for good.</param>
/// <param name="Shares">Largest kept share first.</param>
public sealed record ListScore(int Images, int Skipped, int Lost, IReadOnlyList<ShareScore> Shares)
{
    private const string Drop = "ad", Rise = "ic";

    /// <summary>The first explainer's scores of an evaluation that measured AD and IC.</summary>
    /// <param name="result">The evaluation.</param>
    /// <param name="explainer">Which explainer.</param>
    /// <param name="lost">Images of shards that failed for good.</param>
    public static ListScore Of(EvaluationResult result, string explainer, int lost)
    {
        List<EvaluationRow> rows = [.. result.Rows.Where(row => row.Explainer == explainer)];
        var shares = from drop in rows
                     where drop.Measure == Drop
                     from rise in rows
                     where rise.Measure == Rise && rise.Share == drop.Share
                     select new ShareScore(drop.Share, drop.Mean, rise.Mean);
        return new(rows.Count == 0 ? 0 : rows.Max(row => row.N), result.Skipped.Count, lost, [.. shares]);
    }

    /// <summary>AD − IC at the smallest kept share, the paper's 15 %: percentage points, lower is better; infinite where nothing could be measured.</summary>
    /// <source>T-TAME:§IV-C</source>
    public double Criterion() => Shares.MinBy(share => share.KeptShare) is { } smallest ? smallest.AverageDrop - smallest.Increase : double.PositiveInfinity;
}
