using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace TTame.Cli.Remote;

/// <summary>A running service, over HTTP.</summary>
internal sealed class RemoteService : IDisposable
{
    /// <summary>Where the service is that <c>ttame host</c> starts.</summary>
    public const string DefaultAddress = "http://localhost:7071";

    private readonly HttpClient http;

    /// <summary>Talks to a service.</summary>
    /// <param name="address">Its address, with or without <c>/api</c>.</param>
    /// <param name="key">Function key, where it wants one.</param>
    /// <exception cref="CliException">That is no address.</exception>
    public RemoteService(string address, string? key)
    {
        if (!Uri.TryCreate(address.TrimEnd('/') + "/", UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
            throw new CliException(ExitCode.Usage, $"'{address}' is no address of a service.", "Give one such as http://localhost:7071.");
        http = new HttpClient { BaseAddress = uri.AbsolutePath.EndsWith("/api/", StringComparison.Ordinal) ? new Uri(uri, "../") : uri };
        if (key is not null) http.DefaultRequestHeaders.Add("x-functions-key", key);
    }

    /// <summary>Starts a run and returns its id.</summary>
    /// <param name="route"><c>train</c> or <c>evaluate</c>.</param>
    /// <param name="body">The request, JSON.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <exception cref="CliException">The service refuses, or is not there.</exception>
    public async Task<string> StartAsync(string route, string body, CancellationToken cancel)
    {
        var answer = await SendAsync(new HttpRequestMessage(HttpMethod.Post, $"api/{route}") { Content = new StringContent(body, Encoding.UTF8, "application/json") }, cancel);
        return answer.GetProperty("id").GetString()!;
    }

    /// <summary>What the service answers to a GET.</summary>
    /// <exception cref="CliException">The service refuses, or is not there.</exception>
    public Task<JsonElement> GetAsync(string path, CancellationToken cancel) => SendAsync(new HttpRequestMessage(HttpMethod.Get, path), cancel);

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private async Task<JsonElement> SendAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        try
        {
            using var answer = await http.SendAsync(request, cancel);
            string text = await answer.Content.ReadAsStringAsync(cancel);
            if (answer.IsSuccessStatusCode) return JsonSerializer.Deserialize<JsonElement>(text);
            throw Refusal((int)answer.StatusCode, text);
        }
        catch (HttpRequestException away)
        {
            throw new CliException(ExitCode.Machine, $"No service answers at {http.BaseAddress}: {away.Message}.", "Start one (./ttame host), or give another address.");
        }
    }

    private static CliException Refusal(int status, string text)
    {
        if (status == 401) return new(ExitCode.Usage, "The service wants a key.", "Give --key, or set TTAME_KEY.");
        try
        {
            var problem = JsonSerializer.Deserialize<JsonElement>(text);
            string remedy = problem.TryGetProperty("remedy", out var r) ? r.GetString()! : "";
            return new(status is 400 or 404 or 409 ? ExitCode.Usage : ExitCode.Failed, $"{problem.GetProperty("title").GetString()}: {problem.GetProperty("detail").GetString()}", remedy);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return new(ExitCode.Failed, $"The service answered {status}: {text}", "Its log says more.");
        }
    }
}
