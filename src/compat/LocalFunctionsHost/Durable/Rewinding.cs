namespace LocalFunctionsHost.Durable;

/// <summary>
/// What a history counts for after it was rewound. Nothing is taken out of a log: <see cref="EventKind.ExecutionRewound"/> is appended, and whoever reads the log
/// leaves out the failures before it, so that the steps that failed are open again and run once more.
/// </summary>
internal static class Rewinding
{
    /// <summary>The history with its rewinds carried out.</summary>
    public static List<HistoryEvent> Of(IReadOnlyList<HistoryEvent> log)
    {
        List<HistoryEvent> history = [];
        foreach (var entry in log)
        {
            if (entry.Kind == EventKind.ExecutionRewound) history = Cut(history);
            history.Add(entry);
        }

        return history;
    }

    /// <summary>The failures that a rewind of this history would leave out.</summary>
    public static IReadOnlyList<HistoryEvent> Failures(IReadOnlyList<HistoryEvent> history) => [.. history.Skip(CutAt(history)).Where(IsFailure)];

    // Facts stay; failures go, and with them what only they led to: steps taken since, and what completes those.
    private static List<HistoryEvent> Cut(List<HistoryEvent> history)
    {
        int cut = CutAt(history);
        HashSet<int> gone = [.. history.Skip(cut).Where(e => e.IsStep).Select(e => e.Id!.Value)];
        bool Stays(HistoryEvent entry) => !IsFailure(entry) && !entry.IsStep && !(entry.IsCompletion && gone.Contains(entry.Id!.Value))
            && entry.Kind is not (EventKind.Turn or EventKind.TurnEnd or EventKind.CustomStatus or EventKind.ExecutionCompleted);
        return [.. history.Take(cut), .. history.Skip(cut).Where(Stays)];
    }

    // The first fact of the earliest turn since which no step was taken; where no failure lies behind it, of the last turn that was told of one, whose steps go with it.
    private static int CutAt(IReadOnlyList<HistoryEvent> history)
    {
        int quiet = 0, failed = -1, begin = 0;
        bool step = false, failure = false;
        for (int i = 0; i < history.Count; i++)
        {
            step |= history[i].IsStep;
            failure |= IsFailure(history[i]);
            if (history[i].Kind != EventKind.TurnEnd) continue;
            if (step) quiet = i + 1;
            if (failure) failed = begin;
            (begin, step, failure) = (i + 1, false, false);
        }

        if (failed < 0 || history.Skip(quiet).Any(IsFailure)) return quiet;
        return failed;
    }

    private static bool IsFailure(HistoryEvent entry) => entry.Kind is EventKind.TaskFailed or EventKind.SubOrchestrationInstanceFailed or EventKind.Broken;
}
