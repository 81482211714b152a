using TTame.Functions.Hosting;

namespace TTame.Functions.Runs;

/// <summary>Where images are. A tar among them stands for the files in it; a <c>labels.txt</c> at the root of prefix or tar gives labels.</summary>
/// <param name="Container">Their container.</param>
/// <param name="Prefix">Beginning of their paths; nothing takes all.</param>
/// <param name="List">Path in that container of a list, <c>path [label]</c> a line, instead of a prefix.</param>
public sealed record ImagesRequest(string Container, string? Prefix = null, string? List = null)
{
    /// <summary>Checks that the members go together.</summary>
    /// <param name="member">Its name in the request.</param>
    /// <exception cref="RequestException">There is no container, or both a prefix and a list.</exception>
    public void Check(string member)
    {
        RequestException.Require(ServiceSettings.ContainerName().IsMatch(Container ?? ""), $"{member}.container", "takes a container's name: 3 to 63 lower-case letters, digits and single hyphens");
        RequestException.Require(Prefix is null || List is null, member, "takes either a prefix or a list");
    }
}

/// <summary>A frozen list: the name of a blob, never the list itself.</summary>
/// <param name="Container">Container of its images.</param>
/// <param name="Blob">Its path in the runs' container.</param>
/// <param name="Count">Its images.</param>
public sealed record ListReference(string Container, string Blob, int Count);
