using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace TTame.Functions.Explain;

/// <summary>For which images faithfulness is measured: all, none, or a share chosen by the image itself, so that a repeated run chooses alike.</summary>
public sealed class FaithfulnessSampling
{
    private FaithfulnessSampling(double rate, string text) => (Rate, Text) = (rate, text);

    /// <summary>Share of images measured, [0, 1].</summary>
    public double Rate { get; }

    /// <summary>The setting's canonical text.</summary>
    public string Text { get; }

    /// <summary>Reads <c>all</c>, <c>off</c> or <c>sample:rate</c>; null where the text is none of them.</summary>
    public static FaithfulnessSampling? Parse(string text)
    {
        string lower = text.Trim().ToLowerInvariant();
        if (lower == "all") return new(1, lower);
        if (lower == "off") return new(0, lower);
        return lower.StartsWith("sample:", StringComparison.Ordinal)
            && double.TryParse(lower.AsSpan("sample:".Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double rate) && rate is >= 0 and <= 1
            ? new(rate, string.Create(CultureInfo.InvariantCulture, $"sample:{rate}"))
            : null;
    }

    /// <summary>Whether the image at <paramref name="path"/> in version <paramref name="eTag"/> is measured.</summary>
    public bool Includes(string path, string eTag)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{path}\n{eTag}"), hash);
        return BinaryPrimitives.ReadUInt32BigEndian(hash) < Rate * (1L << 32);
    }
}
