using System.Runtime.CompilerServices;

namespace TTame.Testing;

/// <summary>Where a test finds the repository, its golden vectors and, where they exist, the shared data and models beside it.</summary>
internal static class Ground
{
    /// <summary>The repository's root: the folder of <c>TTame.Functions.sln</c>.</summary>
    public static string Repository { get; } = FindRepository();

    /// <summary>The golden vectors that the repository carries.</summary>
    public static string Golden => Path.Combine(Repository, "golden");

    /// <summary>Path of <paramref name="relative"/> in the shared folder beside the repository; skips the test where it does not exist.</summary>
    public static string Shared(string relative)
    {
        string path = Path.GetFullPath(Path.Combine(Repository, "..", "shared", relative));
        Skip.IfNot(File.Exists(path) || Directory.Exists(path), $"needs ../shared/{relative}, which a plain clone does not have");
        return path;
    }

    private static string FindRepository([CallerFilePath] string here = "")
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "TTame.Functions.sln"))) folder = Path.GetDirectoryName(folder);
        return folder ?? Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));
    }
}
