using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TTame.Cli.Remote;

/// <summary>Options of commands that let a service do the work.</summary>
internal sealed class RemoteOptions
{
    /// <summary><c>--remote URL</c>.</summary>
    public Option<string?> Remote { get; } = new("--remote") { HelpName = "URL", Description = "Let a running service do it; --images is then CONTAINER/PREFIX, or CONTAINER/PATH.txt for a list blob." };

    /// <summary><c>--request FILE</c>.</summary>
    public Option<string?> Request { get; } = new("--request") { HelpName = "FILE", Description = "With --remote: the body of the request, JSON (docs/schemas); the other options given go before it." };

    /// <summary><c>--id ID</c>.</summary>
    public Option<string?> Id { get; } = new("--id") { HelpName = "ID", Description = "With --remote: the run's id; the same request with the same id is one run." };

    /// <summary><c>--key KEY</c>.</summary>
    public Option<string?> Key { get; } = KeyOption();

    /// <summary>The function key.</summary>
    public static Option<string?> KeyOption() => new("--key") { HelpName = "KEY", Description = "Function key of the service. Default: TTAME_KEY.", DefaultValueFactory = _ => Environment.GetEnvironmentVariable("TTAME_KEY") };

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { Remote, Request, Id, Key }) command.Add(option);
    }

    /// <summary>Starts the run and shows it to its end.</summary>
    /// <param name="route"><c>train</c> or <c>evaluate</c>.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="images">What <c>--images</c> says; null where the request file says it.</param>
    /// <param name="members">Members given by options; null leaves one out.</param>
    /// <param name="cancel">Stops showing; the run goes on.</param>
    /// <param name="otherwise">Members for a request that does not have them by then.</param>
    public async Task<int> Run(string route, ParseResult parsed, string? images, IReadOnlyDictionary<string, JsonNode?> members, CancellationToken cancel, IReadOnlyDictionary<string, JsonNode>? otherwise = null)
    {
        var body = parsed.GetValue(Request) is { } file ? ReadBody(file) : [];
        if (images is not null) body["images"] = Source(images);
        foreach (var (name, value) in members) if (value is not null) body[name] = value;
        foreach (var (name, value) in otherwise ?? new Dictionary<string, JsonNode>()) if (!body.ContainsKey(name)) body[name] = value;
        if (parsed.GetValue(Id) is { } id) body["id"] = id;
        using var service = new RemoteService(parsed.GetValue(Remote)!, parsed.GetValue(Key));
        string run = await service.StartAsync(route, body.ToJsonString(), cancel);
        Console.WriteLine(run);
        return await new RunFollower(service).Follow(run, cancel);
    }

    /// <summary>Refuses options that a service cannot be told.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="local">Options that act on this machine alone.</param>
    /// <exception cref="CliException">One of them is given.</exception>
    public static void Refuse(ParseResult parsed, IEnumerable<Option> local)
    {
        if (local.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } given)
            throw new CliException(ExitCode.Usage, $"{given.Name} acts on this machine; a service does not take it.", "Leave it out, or leave --remote out.");
    }

    /// <summary>CONTAINER/PREFIX, or CONTAINER/PATH.txt.</summary>
    internal static JsonObject Source(string images)
    {
        string[] parts = images.Split('/', 2);
        var source = new JsonObject { ["container"] = parts[0] };
        if (parts.Length > 1 && parts[1].Length > 0) source[parts[1].EndsWith(".txt", StringComparison.Ordinal) ? "list" : "prefix"] = parts[1];
        return source;
    }

    private static JsonObject ReadBody(string file)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(file)) as JsonObject ?? throw new JsonException("it is no object");
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            throw new CliException(ExitCode.Input, $"{file} is no request: {e.Message}.", "docs/schemas describes one.");
        }
    }
}
