using Azure.Core;
using Azure.Identity;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Microsoft.Extensions.Configuration;

namespace TTame.Functions.Hosting;

/// <summary>Makes storage clients from the app setting <c>AzureWebJobsStorage</c>: a connection string, or an account reached with a managed identity.</summary>
/// <remarks>Looks where the Functions host looks: <c>ConnectionStrings:AzureWebJobsStorage</c>, <c>AzureWebJobsStorage</c>; then its sub-keys
/// <c>accountName</c> or <c>blobServiceUri</c> / <c>queueServiceUri</c>, <c>credential</c> = <c>managedidentity</c>, <c>clientId</c>, or <c>tenantId</c> with <c>clientSecret</c>.</remarks>
public static class StorageConnection
{
    /// <summary>The setting's name.</summary>
    public const string Name = "AzureWebJobsStorage";

    /// <summary>Client of the account's blobs.</summary>
    /// <exception cref="InvalidOperationException">The setting is missing.</exception>
    public static BlobServiceClient Blobs(IConfiguration configuration)
        => Text(configuration) is { } text
            ? new BlobServiceClient(text)
            : new BlobServiceClient(Address(configuration, "blob"), Credential(configuration.GetSection(Name)));

    /// <summary>Client of the account's queues; messages are base64, as the Functions host writes them.</summary>
    /// <exception cref="InvalidOperationException">The setting is missing.</exception>
    public static QueueServiceClient Queues(IConfiguration configuration)
    {
        var options = new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 };
        return Text(configuration) is { } text
            ? new QueueServiceClient(text, options)
            : new QueueServiceClient(Address(configuration, "queue"), Credential(configuration.GetSection(Name)), options);
    }

    private static string? Text(IConfiguration configuration)
        => new[] { configuration.GetConnectionString(Name), configuration[Name] }.FirstOrDefault(t => t is { Length: > 0 });

    private static Uri Address(IConfiguration configuration, string service)
    {
        var section = configuration.GetSection(Name);
        if (section[service + "ServiceUri"] is { Length: > 0 } address) return new Uri(address);
        if (section["accountName"] is { Length: > 0 } account) return new Uri($"https://{account}.{service}.core.windows.net");
        throw new InvalidOperationException($"Setting '{Name}' is missing. Set it to a connection string, or set '{Name}__accountName' to reach the account with a managed identity.");
    }

    private static TokenCredential Credential(IConfigurationSection section)
    {
        string? client = section["clientId"];
        if (string.Equals(section["credential"], "managedidentity", StringComparison.OrdinalIgnoreCase))
            return section["managedIdentityResourceId"] is { Length: > 0 } resource
                ? new ManagedIdentityCredential(new ResourceIdentifier(resource))
                : new ManagedIdentityCredential(client);
        return section["tenantId"] is { Length: > 0 } tenant && client is not null && section["clientSecret"] is { } secret
            ? new ClientSecretCredential(tenant, client, secret)
            : new DefaultAzureCredential();
    }
}
