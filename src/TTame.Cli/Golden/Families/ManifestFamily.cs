using System.Security.Cryptography;

namespace TTame.Cli.Golden.Families;

/// <summary>The files of a set are those that its manifest lists: a vector that was changed says nothing about the product.</summary>
internal sealed class ManifestFamily : IGoldenFamily
{
    /// <inheritdoc/>
    public string Name => "manifest";

    /// <inheritdoc/>
    public bool Reads(string file) => file == GoldenSet.Manifest;

    /// <inheritdoc/>
    public IEnumerable<GoldenCheck> Checks(GoldenSet set, string file) =>
    [
        new("SHA-256 of every file", () => GoldenResult.Exact(set.Json(file).GetProperty("list").EnumerateObject().All(
            entry => Hash(set.Path(entry.Name)).Equals(entry.Value.GetProperty("sha256").GetString(), StringComparison.OrdinalIgnoreCase)))),
    ];

    private static string Hash(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexString(SHA256.HashData(stream));
    }
}
