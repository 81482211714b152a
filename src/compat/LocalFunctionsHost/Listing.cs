using LocalFunctionsHost.Functions;
using LocalFunctionsHost.Http;
using LocalFunctionsHost.Settings;
using Microsoft.Azure.Functions.Worker;

namespace LocalFunctionsHost;

/// <summary>The list of functions as `func start` prints it.</summary>
internal static class Listing
{
    public static void Print(FunctionCatalogue catalogue, HttpFront front, HostSettings settings, TextWriter output)
    {
        output.WriteLine();
        output.WriteLine("Functions:");
        output.WriteLine();
        foreach (var function in catalogue.Enabled.Where(f => f.Trigger is HttpTriggerAttribute))
        {
            string methods = ((HttpTriggerAttribute)function.Trigger).Methods is { Length: > 0 } named ? $"[{string.Join(',', named.Select(m => m.ToUpperInvariant()))}] " : "";
            output.WriteLine($"\t{function.Name}: {methods}{front.BaseUri}/{front.RouteOf(function)}");
            output.WriteLine();
        }

        foreach (var function in catalogue.Enabled.Where(f => f.Trigger is not HttpTriggerAttribute))
        {
            output.WriteLine($"\t{function.Name}: {function.TriggerType}");
            output.WriteLine();
        }

        foreach (var function in catalogue.All.Where(f => f.Disabled)) output.WriteLine($"Function {function.Name} is disabled.");
        if (!settings.Verbose) output.WriteLine("For detailed output, run with --verbose flag. This is a development host for one machine.");
        output.Flush();
    }
}
