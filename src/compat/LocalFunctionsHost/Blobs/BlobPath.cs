using System.Text.RegularExpressions;

namespace LocalFunctionsHost.Blobs;

/// <summary>The path of a blob trigger: a container and a pattern of the name, whose tokens are greedy and may hold slashes.</summary>
internal sealed class BlobPath
{
    private readonly Regex _pattern;
    private readonly string[] _tokens;

    private BlobPath(string container, string prefix, Regex pattern, string[] tokens)
    {
        Container = container;
        Prefix = prefix;
        _pattern = pattern;
        _tokens = tokens;
    }

    public string Container { get; }

    /// <summary>The literal start of the pattern: the listing asks only for names that begin so.</summary>
    public string Prefix { get; }

    /// <summary>Splits <c>container/name</c>; without a slash the name is empty.</summary>
    public static (string Container, string Name) Split(string path)
    {
        path = path.TrimStart('/');
        int slash = path.IndexOf('/');
        return slash < 0 ? (path, "") : (path[..slash], path[(slash + 1)..]);
    }

    /// <exception cref="FormatException">A token in the container, an empty or an unclosed token, a token used twice.</exception>
    public static BlobPath Parse(string path)
    {
        var (container, name) = Split(path);
        if (container.IndexOfAny(['{', '}']) >= 0) throw new FormatException($"Invalid blob trigger path '{path}'. Container paths cannot contain {{resolve}} tokens.");
        if (container.Length == 0) throw new FormatException($"Invalid blob trigger path '{path}'. Paths must be in the format 'container/blob'.");
        if (name.Length == 0) return new(container, "", new Regex("^(?s:.*)$", RegexOptions.CultureInvariant), []);

        var regex = new System.Text.StringBuilder("^");
        List<string> tokens = [];
        string? prefix = null;
        string literal = "";
        void Flush()
        {
            prefix ??= literal;
            regex.Append(Regex.Escape(literal));
            literal = "";
        }

        for (int i = 0; i < name.Length; i++)
        {
            if (name[i] is '{' or '}' && i + 1 < name.Length && name[i + 1] == name[i])
            {
                literal += name[i++];
            }
            else if (name[i] == '{')
            {
                int end = name.IndexOf('}', i);
                string token = end < 0 ? "" : name[(i + 1)..end];
                if (token.Length == 0 || tokens.Contains(token)) throw new FormatException($"Invalid blob trigger path '{path}'. Tokens must be closed, named and used once.");
                Flush();
                // Groups are numbered: a token may be named as no regex group can.
                regex.Append("((?s:.*))");
                tokens.Add(token);
                i = end;
            }
            else
            {
                literal += name[i];
            }
        }

        Flush();
        return new(container, prefix!, new Regex(regex.Append(@"\z").ToString(), RegexOptions.CultureInvariant), [.. tokens]);
    }

    /// <summary>The tokens' values where the name fits the pattern, else null.</summary>
    public IReadOnlyDictionary<string, string>? Match(string name)
    {
        var match = _pattern.Match(name);
        if (!match.Success) return null;
        Dictionary<string, string> values = new(StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < _tokens.Length; i++) values[_tokens[i]] = match.Groups[i + 1].Value;
        return values;
    }
}
