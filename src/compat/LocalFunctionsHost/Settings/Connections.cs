using Azure.Core;
using Azure.Identity;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Microsoft.Extensions.Configuration;

namespace LocalFunctionsHost.Settings;

/// <summary>Turns the name of a connection into clients of its storage account.</summary>
public sealed class Connections(IConfiguration configuration)
{
    private static readonly QueueClientOptions Base64 = new() { MessageEncoding = QueueMessageEncoding.Base64 };

    public BlobServiceClient Blobs(string? connection)
    {
        var section = Find(connection);
        if (section.Value is { Length: > 0 } text) return new BlobServiceClient(text);
        return new BlobServiceClient(Endpoint(section, "blob"), Credential(section));
    }

    /// <summary>The account's queues; messages are base64 unless host.json says none.</summary>
    public QueueServiceClient Queues(string? connection, QueueMessageEncoding encoding = QueueMessageEncoding.Base64)
    {
        var options = encoding == QueueMessageEncoding.Base64 ? Base64 : new QueueClientOptions { MessageEncoding = encoding };
        var section = Find(connection);
        if (section.Value is { Length: > 0 } text) return new QueueServiceClient(text, options);
        return new QueueServiceClient(Endpoint(section, "queue"), Credential(section), options);
    }

    /// <summary>Replaces <c>%Setting%</c> in a binding's path.</summary>
    public string Resolve(string path) => SettingNames.Resolve(path, configuration);

    public bool Exists(string? connection) => Candidates(connection).Any(name => configuration.GetSection(name).Exists());

    private static IEnumerable<string> Candidates(string? connection)
    {
        string name = string.IsNullOrEmpty(connection) ? "Storage" : connection;
        yield return $"ConnectionStrings:AzureWebJobs{name}";
        yield return $"AzureWebJobs{name}";
        yield return $"ConnectionStrings:{name}";
        yield return name;
    }

    private static Uri Endpoint(IConfigurationSection section, string service)
    {
        if (section["accountName"] is { Length: > 0 } account) return new Uri($"https://{account}.{service}.core.windows.net");
        return section[$"{service}ServiceUri"] is { Length: > 0 } uri
            ? new Uri(uri)
            : throw new HostSettingsException($"Connection '{section.Path}' has no value, no accountName and no {service}ServiceUri.");
    }

    private static TokenCredential Credential(IConfigurationSection section)
    {
        string? client = section["clientId"];
        if (section["tenantId"] is { } tenant && client is not null && section["clientSecret"] is { } secret)
            return new ClientSecretCredential(tenant, client, secret);
        if (section["credential"] == "managedidentity")
            return new ManagedIdentityCredential(client is null ? ManagedIdentityId.SystemAssigned : ManagedIdentityId.FromUserAssignedClientId(client));
        return new DefaultAzureCredential();
    }

    private IConfigurationSection Find(string? connection)
        => Candidates(connection).Select(configuration.GetSection).FirstOrDefault(section => section.Exists())
           ?? throw new HostSettingsException(string.IsNullOrEmpty(connection) || connection is "Storage" or "AzureWebJobsStorage"
               ? "Missing value for AzureWebJobsStorage in local.settings.json. It is needed by every trigger but HTTP; set it to UseDevelopmentStorage=true for Azurite."
               : $"Missing setting '{connection}': a function names it as its Connection.");
}
