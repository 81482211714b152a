using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace TTame.Functions.Explain;

/// <summary>The names of what is written for one image and model. Class names never enter a path.</summary>
/// <param name="Path">The image's path in its container.</param>
/// <param name="Model">The model's name.</param>
/// <param name="Hash8">First 8 hexadecimal digits of the model's hash.</param>
public sealed record ResultNames(string Path, string Model, string Hash8)
{
    /// <summary>The longest name that a blob may have.</summary>
    public const int LongestBlobName = 1024;

    // Room for the longest file of a folder of heatmaps, so that all files of one image share one folder.
    private const int LongestFile = 32;

    /// <summary>Path in the metrics container of the commit record.</summary>
    public string CommitRecord => $"{Stem(Path, Folder.Length + ".json".Length)}{Folder}.json";

    /// <summary>Path in the heatmaps container of the maps before sigmoid and scaling.</summary>
    public string Maps => $"{HeatmapFolder}/maps.npy";

    /// <summary>Folder in the heatmaps container, without a slash at its end.</summary>
    public string HeatmapFolder => $"{Stem(Path, Folder.Length + LongestFile)}{Folder}";

    private string Folder => $"/{Model}-{Hash8}";

    /// <summary>Path in the heatmaps container of one overlay.</summary>
    /// <param name="rank">Rank, from 1.</param>
    /// <param name="classId">Class id.</param>
    public string Overlay(int rank, int classId) => string.Create(CultureInfo.InvariantCulture, $"{HeatmapFolder}/{rank}-{classId}.png");

    /// <summary>Path in the failed container of the failed record of an image.</summary>
    public static string FailedRecord(string path) => $"{Stem(path, ".json".Length)}.json";

    // A path that would make a name too long, or that an address would shorten (a segment of dots), is hashed; the JSON keeps the original.
    private static string Stem(string path, int rest)
        => path.Length + rest <= LongestBlobName && !path.Split('/').Any(s => s is "." or "..")
            ? path
            : $"sha256-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path)))}";
}
