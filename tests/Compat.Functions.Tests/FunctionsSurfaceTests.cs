using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using Compat.Tests;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Compat.Functions.Tests;

/// <summary>The Functions and Durable stand-ins show what was reviewed, and nothing that the real packages do not have.</summary>
[Trait("Kind", "Architecture")]
public class FunctionsSurfaceTests
{
    private static readonly Assembly[] StandIns =
    [
        typeof(FunctionsApplication).Assembly, typeof(FunctionContext).Assembly, typeof(FunctionAttribute).Assembly, typeof(HttpTriggerAttribute).Assembly,
        typeof(FunctionsApplicationBuilderAspNetCoreExtensions).Assembly, typeof(BlobTriggerAttribute).Assembly, typeof(QueueTriggerAttribute).Assembly, typeof(TimerTriggerAttribute).Assembly,
        typeof(DurableClientAttribute).Assembly, typeof(TaskOrchestrationContext).Assembly, typeof(DurableTaskClient).Assembly,
    ];

    public static TheoryData<string> Names => new(StandIns.Select(s => s.GetName().Name!));

    [Theory]
    [MemberData(nameof(Names))]
    public void Surface_OfStandIn_IsTheReviewedOne(string name) => PublicSurface.AssertUnchanged(Of(name));

    [SkippableTheory]
    [MemberData(nameof(Names))]
    public void Surface_OfStandIn_IsWithinTheRealPackage(string name)
    {
        var real = new RealPackages();
        Skip.If(real.Find(name) is null, $"needs the package {name} in the NuGet cache");
        // The exception comes from another one of the client's dependencies; how a record copies itself differs by the compiler's target.
        string[] missing = [.. PublicSurface.Missing(Of(name), real.LoadFromAssemblyPath(real.Find(name)!))
            .Where(l => !l.StartsWith("DurableTask.Core.", StringComparison.Ordinal) && !l.Contains("<Clone>$", StringComparison.Ordinal))];

        Assert.True(missing.Length == 0, $"Not in the real package:\n{string.Join('\n', missing)}");
    }

    private static Assembly Of(string name) => StandIns.First(s => s.GetName().Name == name);

    /// <summary>Loads the real packages beside the stand-ins of the same names.</summary>
    private sealed class RealPackages() : AssemblyLoadContext("real packages")
    {
        private static readonly string Cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

        public string? Find(string name)
        {
            string folder = Path.Combine(Cache, name.ToLowerInvariant());
            if (!Directory.Exists(folder)) return null;
            return Directory.EnumerateDirectories(folder).OrderDescending(StringComparer.Ordinal)
                .SelectMany(version => new[] { "net10.0", "net9.0", "net8.0", "net6.0", "netstandard2.1", "netstandard2.0" }.Select(t => Path.Combine(version, "lib", t, name + ".dll")))
                .FirstOrDefault(File.Exists);
        }

        // What the runtime has itself (ValueTask, IAsyncEnumerable) must not come a second time from an old package.
        protected override Assembly? Load(AssemblyName assemblyName)
            => !File.Exists(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), assemblyName.Name + ".dll")) && Find(assemblyName.Name!) is { } path ? LoadFromAssemblyPath(path) : null;
    }
}
