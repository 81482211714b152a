namespace LocalFunctionsHost.Http;

/// <summary>Under which key the ASP.NET Core integration finds the request in an invocation's items.</summary>
internal static class HttpKeys
{
    public const string Context = "HttpRequestContext";
}
