using System.Reflection;
using System.Runtime.InteropServices;

namespace SixLabors.ImageSharp.Native;

/// <summary>Finds libvips: the environment variable LIBVIPS, beside the assembly, then node_modules in any folder above it.</summary>
internal static class VipsLibrary
{
    internal const string Name = "vips-cpp";
    private const string Pattern = "libvips-cpp.so*";
    private static readonly string PackageFolder = Path.Combine("node_modules", "@img", "sharp-libvips-linux-x64", "lib");

    internal static void Register() => NativeLibrary.SetDllImportResolver(typeof(VipsLibrary).Assembly, Resolve);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
        => name == Name ? NativeLibrary.Load(Find()) : 0;

    private static string Find()
    {
        if (Environment.GetEnvironmentVariable("LIBVIPS") is { Length: > 0 } named) return named;
        if (In(AppContext.BaseDirectory) is { } beside) return beside;
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
            if (In(Path.Combine(folder, PackageFolder)) is { } found)
                return found;
        throw new DllNotFoundException(
            "libvips was not found. Run 'npm ci' in the repository (package @img/sharp-libvips-linux-x64), or set LIBVIPS to the path of libvips-cpp.so.");
    }

    private static string? In(string folder)
        => Directory.Exists(folder) ? Directory.EnumerateFiles(folder, Pattern).Order(StringComparer.Ordinal).LastOrDefault() : null;
}
