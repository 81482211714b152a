namespace TTame.Architecture.Tests;

/// <summary>What breaks a rule of the house.</summary>
internal static class Findings
{
    /// <summary>Fails with every finding on a line of its own; xunit's own message would stop after a few.</summary>
    public static void None<T>(IEnumerable<T> findings)
    {
        string[] all = [.. findings.Select(f => f!.ToString()!).Distinct()];
        if (all.Length > 0) Assert.Fail(string.Join(Environment.NewLine, all));
    }
}
