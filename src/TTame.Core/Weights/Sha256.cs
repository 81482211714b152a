using System.Security.Cryptography;

namespace TTame.Core.Weights;

/// <summary>SHA-256 in lower-case hexadecimal, as cards, names and records carry it.</summary>
public static class Sha256
{
    /// <summary>Of a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>64 digits.</returns>
    public static string OfFile(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Of(stream);
    }

    /// <summary>Of a stream, from where it stands to its end.</summary>
    /// <param name="stream">Left open.</param>
    /// <returns>64 digits.</returns>
    public static string Of(Stream stream) => Convert.ToHexStringLower(SHA256.HashData(stream));

    /// <summary>Of bytes.</summary>
    /// <param name="bytes">Any.</param>
    /// <returns>64 digits.</returns>
    public static string Of(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>Of several hashes together: one hash for a backbone and its attention.</summary>
    /// <param name="hashes">64 digits each; the order matters.</param>
    /// <returns>64 digits: the SHA-256 of the hashes' bytes, one after the other.</returns>
    public static string Joint(params IEnumerable<string> hashes)
        => Of(hashes.SelectMany(Convert.FromHexString).ToArray());
}
