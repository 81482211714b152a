using System.Security.Cryptography;
using System.Text;

namespace LocalFunctionsHost.Settings;

internal static class HostId
{
    private const int MaxLength = 32;

    /// <summary>The setting <c>AzureFunctionsWebHost__hostid</c>, else machine name and a stable hash of the script's folder.</summary>
    public static string Of(string scriptRoot)
    {
        if (Environment.GetEnvironmentVariable("AzureFunctionsWebHost__hostid") is { Length: > 0 } set) return set;
        string machine = string.Concat(Environment.MachineName.Where(char.IsAsciiLetterOrDigit));
        uint hash = BitConverter.ToUInt32(SHA256.HashData(Encoding.UTF8.GetBytes(scriptRoot))) & 0x7fffffff;
        // The hash must survive the cut, or two apps on a machine with a long name would share their receipts.
        string tail = $"-{hash}";
        string head = machine.Length + tail.Length > MaxLength ? machine[..(MaxLength - tail.Length)] : machine;
        return (head + tail).ToLowerInvariant().Trim('-');
    }
}
