using System.Reflection;
using System.Runtime.Loader;
using TorchSharp;

namespace Compat.Tests;

public class TorchSharpSurfaceTests
{
    [Fact]
    [Trait("Kind", "Architecture")]
    public void Surface_OfStandIn_IsTheReviewedOne() => PublicSurface.AssertUnchanged(typeof(torch).Assembly);

    /// <summary>Every public member of the stand-in exists in the real package, with the same types, names and defaults.</summary>
    [SkippableFact]
    [Trait("Kind", "Architecture")]
    public void Surface_OfStandIn_IsWithinTheRealPackage()
    {
        string? path = RealAssembly();
        Skip.If(path is null, "needs the package TorchSharp in the NuGet cache");
        var context = new AssemblyLoadContext("real TorchSharp", isCollectible: true);
        string[] missing = PublicSurface.Missing(typeof(torch).Assembly, context.LoadFromAssemblyPath(path!));
        Assert.True(missing.Length == 0, $"Not in the real package:\n{string.Join('\n', missing)}");
    }

    private static string? RealAssembly()
    {
        string cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        string package = Path.Combine(cache, "torchsharp");
        return Directory.Exists(package) ? Directory.EnumerateFiles(package, "TorchSharp.dll", SearchOption.AllDirectories).FirstOrDefault(file => file.Contains("net8.0") || file.Contains("net6.0")) : null;
    }
}
