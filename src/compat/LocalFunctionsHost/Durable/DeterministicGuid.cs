using System.Security.Cryptography;
using System.Text;

namespace LocalFunctionsHost.Durable;

/// <summary>Name-based UUIDs, version 5, in the namespace that Durable Task uses.</summary>
internal static class DeterministicGuid
{
    private static readonly Guid Namespace = Guid.Parse("9e952958-5e33-4daf-827f-2fa12937b875");

    public static Guid Of(string name)
    {
        byte[] bytes = [.. Namespace.ToByteArray(bigEndian: true), .. Encoding.UTF8.GetBytes(name)];
        byte[] hash = SHA1.HashData(bytes)[..16];
        hash[6] = (byte)((hash[6] & 0x0f) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3f) | 0x80);
        return new Guid(hash, bigEndian: true);
    }
}
