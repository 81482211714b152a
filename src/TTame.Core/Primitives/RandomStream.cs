using System.Text;

namespace TTame.Core.Primitives;

/// <summary>Seeds and single draws of the product's random stream: whatever is random anywhere comes from here and can be made again.</summary>
public static class RandomStream
{
    internal const ulong Step = 0x9E3779B97F4A7C15;

    /// <summary>FNV-1a, 64 bits, of the text's UTF-8 bytes: how a name becomes a seed.</summary>
    /// <param name="text">Any text.</param>
    public static ulong Fnv1a64(string text)
    {
        ulong hash = 0xCBF29CE484222325;
        foreach (byte b in Encoding.UTF8.GetBytes(text)) hash = (hash ^ b) * 0x100000001B3;
        return hash;
    }

    /// <summary>Draw number <paramref name="n"/> of the stream of <paramref name="seed"/>, without the draws before it.</summary>
    /// <param name="seed">The stream's seed.</param>
    /// <param name="n">From 1.</param>
    public static ulong At(ulong seed, ulong n) => Mix(seed + n * Step);

    internal static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
