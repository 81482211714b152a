namespace TTame.Cli.Golden;

/// <summary>How a check ended.</summary>
internal enum GoldenOutcome
{
    /// <summary>Within the tolerance.</summary>
    Passed,

    /// <summary>Beyond the tolerance, or an exception.</summary>
    Failed,

    /// <summary>No family reads the file.</summary>
    Skipped,
}

/// <summary>One line of the report.</summary>
/// <param name="Family">Family, or the file where none reads it.</param>
/// <param name="Backbone">Folder of the file: a backbone, <c>units</c>, <c>preproc</c>, …</param>
/// <param name="Name">The check.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Error">Distance; null where there is none.</param>
/// <param name="Tolerance">Largest distance allowed; null where nothing was compared.</param>
/// <param name="Reason">Why it was skipped or could not be compared.</param>
internal sealed record GoldenRow(string Family, string Backbone, string Name, GoldenOutcome Outcome, double? Error, double? Tolerance, string? Reason);

/// <summary>Runs the checks of a set.</summary>
internal static class GoldenRun
{
    /// <summary>A check with the place it comes from.</summary>
    internal sealed record Place(string Family, string Backbone, GoldenCheck Check);

    /// <summary>All checks of a set, file by file.</summary>
    public static IEnumerable<Place> Checks(GoldenSet set, IReadOnlyList<IGoldenFamily> families)
        => from file in set.Files
           from family in families
           where family.Reads(file)
           from check in Of(family, set, file)
           select new Place(family.Name, GoldenSet.Backbone(file), check);

    /// <summary>Files that no family reads.</summary>
    public static IEnumerable<GoldenRow> Unread(GoldenSet set, IReadOnlyList<IGoldenFamily> families)
        => from file in set.Files
           where !families.Any(f => f.Reads(file))
           select new GoldenRow(Path.GetFileNameWithoutExtension(file), GoldenSet.Backbone(file), file, GoldenOutcome.Skipped, null, null, "not built yet");

    // A file that is not of the format is a failure of its own: the others still run.
    private static List<GoldenCheck> Of(IGoldenFamily family, GoldenSet set, string file)
    {
        List<GoldenCheck> checks = [];
        try
        {
            foreach (GoldenCheck check in family.Checks(set, file)) checks.Add(check);
        }
        catch (Exception thrown) when (thrown is not OperationCanceledException)
        {
            checks.Add(new(file, () => throw new InvalidOperationException($"The file is not as golden/SPEC.md says: {thrown.Message}", thrown)));
        }
        return checks;
    }

    /// <summary>Runs one check. Whatever it throws is its failure: the others still run.</summary>
    public static GoldenRow Run(Place place)
    {
        try
        {
            var result = place.Check.Run();
            return new(place.Family, place.Backbone, place.Check.Name, result.Passed ? GoldenOutcome.Passed : GoldenOutcome.Failed, result.Error, result.Tolerance, null);
        }
        catch (Exception thrown) when (thrown is not OperationCanceledException)
        {
            return new(place.Family, place.Backbone, place.Check.Name, GoldenOutcome.Failed, null, null, $"{thrown.GetType().Name}: {thrown.Message}");
        }
    }
}
