using System.Security.Cryptography;
using System.Text;
using LocalFunctionsHost.Settings;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;

namespace LocalFunctionsHost.Http;

/// <summary>
/// Function keys. Open unless <c>--enableAuth</c>; then the settings <c>FunctionKeys:master</c>, <c>FunctionKeys:host</c>,
/// <c>FunctionKeys:{function}</c> and <c>FunctionKeys:{extension}_extension</c> say which keys there are. No key is ever logged.
/// </summary>
internal sealed class KeyGate(HostSettings settings, IConfiguration configuration)
{
    public bool Admits(HttpRequest request, AuthorizationLevel level, string name)
    {
        if (!settings.EnableAuth || level == AuthorizationLevel.Anonymous) return true;
        string? given = request.Headers["x-functions-key"].FirstOrDefault() ?? request.Query["code"].FirstOrDefault();
        if (string.IsNullOrEmpty(given)) return false;
        string[] names = level == AuthorizationLevel.Admin ? ["master"] : level == AuthorizationLevel.System ? ["master", name] : ["master", "host", name];
        bool admitted = false;
        foreach (string key in names) admitted |= Same(configuration[$"FunctionKeys:{key}"], given);
        return admitted;
    }

    // Of equal length whatever the keys are, so that time tells nothing.
    private static bool Same(string? key, string given)
        => !string.IsNullOrEmpty(key)
           && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(key)), SHA256.HashData(Encoding.UTF8.GetBytes(given)));
}
