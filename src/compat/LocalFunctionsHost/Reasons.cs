namespace LocalFunctionsHost;

/// <summary>The reasons that the log gives for an invocation.</summary>
internal static class Reasons
{
    public const string Programmatic = "This function was programmatically called via the host APIs.";
}
