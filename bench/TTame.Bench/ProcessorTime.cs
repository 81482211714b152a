namespace TTame.Bench;

/// <summary>Measures processor time, all threads together: what else runs on the machine hardly enters it.</summary>
internal static class ProcessorTime
{
    /// <summary>The least processor time of several rounds of each piece of work, taken in turn.</summary>
    /// <param name="rounds">Rounds, after one that is not counted.</param>
    /// <param name="work">What is compared.</param>
    /// <returns>Seconds, in the order of <paramref name="work"/>.</returns>
    public static double[] Least(int rounds, params Action[] work)
    {
        double[] least = [.. work.Select(_ => double.MaxValue)];
        foreach (Action piece in work) piece();
        for (int round = 0; round < rounds; round++)
            for (int i = 0; i < work.Length; i++)
            {
                TimeSpan before = Environment.CpuUsage.TotalTime;
                work[i]();
                least[i] = Math.Min(least[i], (Environment.CpuUsage.TotalTime - before).TotalSeconds);
            }
        return least;
    }
}
