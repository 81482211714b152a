namespace TTame.Core.Evaluation;

/// <summary>One mean of an evaluation, in percent.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="Explainer">As the plan names it.</param>
/// <param name="Measure">Name of the measure.</param>
/// <param name="Share">Kept or removed share, (0, 1]; 1 where none applies.</param>
/// <param name="Mean">Percent.</param>
/// <param name="Low">Lower end of the 95 % interval, percent.</param>
/// <param name="High">Upper end, percent.</param>
/// <param name="N">Images counted.</param>
public sealed record EvaluationRow(string Model, string Explainer, string Measure, double Share, double Mean, double Low, double High, int N);

/// <summary>How much two explainers differ on the same images, in percentage points.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="Explainer">The first one.</param>
/// <param name="Against">The one that is subtracted.</param>
/// <param name="Measure">Name of the measure.</param>
/// <param name="Share">Kept or removed share, (0, 1]; 1 where none applies.</param>
/// <param name="Mean">Mean of the paired differences.</param>
/// <param name="Low">Lower end of the 95 % interval.</param>
/// <param name="High">Upper end.</param>
/// <param name="N">Images counted by both.</param>
public sealed record DifferenceRow(string Model, string Explainer, string Against, string Measure, double Share, double Mean, double Low, double High, int N);

/// <summary>Reduces records to means. The same records in any order, from any number of shards, give the same bits.</summary>
public static class EvaluationTable
{
    private const double Percent = 100;

    /// <summary>One row per explainer, measure and share, in the plan's order.</summary>
    /// <param name="model">Name of the model.</param>
    /// <param name="plan">Order, seed and resamples.</param>
    /// <param name="records">Skipped images may be among them.</param>
    public static IReadOnlyList<EvaluationRow> Rows(string model, EvaluationPlan plan, IReadOnlyList<ImageRecord> records)
    {
        List<EvaluationRow> rows = [];
        foreach (string explainer in plan.Explainers)
            foreach ((string measure, double share) in Columns(plan, records))
                if (Interval([.. Values(records, explainer, measure, share).Values], plan) is { } i)
                    rows.Add(new(model, explainer, measure, share, i.Mean, i.Low, i.High, i.Count));
        return rows;
    }

    /// <summary>The first explainer of the plan against each of the others.</summary>
    /// <param name="model">Name of the model.</param>
    /// <param name="plan">Order, seed and resamples.</param>
    /// <param name="records">Skipped images may be among them.</param>
    public static IReadOnlyList<DifferenceRow> Differences(string model, EvaluationPlan plan, IReadOnlyList<ImageRecord> records)
    {
        List<DifferenceRow> rows = [];
        string first = plan.Explainers[0];
        foreach (string other in plan.Explainers.Skip(1))
            foreach ((string measure, double share) in Columns(plan, records))
            {
                SortedDictionary<int, double> a = Values(records, first, measure, share), b = Values(records, other, measure, share);
                double[] differences = [.. a.Where(pair => b.ContainsKey(pair.Key)).Select(pair => pair.Value - b[pair.Key])];
                if (Interval(differences, plan) is { } i) rows.Add(new(model, first, other, measure, share, i.Mean, i.Low, i.High, i.Count));
            }
        return rows;
    }

    private static Interval? Interval(double[] values, EvaluationPlan plan)
    {
        if (values.Length == 0) return null;
        Interval shares = Bootstrap.Of(values, plan.Seed, plan.Resamples);
        return new(Percent * shares.Mean, Percent * shares.Low, Percent * shares.High, shares.Count);
    }

    private static IEnumerable<(string Measure, double Share)> Columns(EvaluationPlan plan, IReadOnlyList<ImageRecord> records)
        => from measure in plan.Measures
           from share in records.SelectMany(record => record.Scores).Where(score => score.Measure == measure).Select(score => score.Share).Distinct().OrderDescending()
           select (measure, share);

    private static SortedDictionary<int, double> Values(IReadOnlyList<ImageRecord> records, string explainer, string measure, double share)
    {
        SortedDictionary<int, double> values = [];
        foreach (ImageRecord record in records)
            if (record.Skipped is null && record.Explainer == explainer)
                foreach (MeasureScore score in record.Scores)
                    if (score.Measure == measure && score.Share == share) values[record.Index] = score.Value;
        return values;
    }
}
