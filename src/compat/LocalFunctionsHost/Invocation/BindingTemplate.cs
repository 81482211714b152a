using System.Globalization;
using System.Text;
using System.Text.Json;

namespace LocalFunctionsHost.Invocation;

/// <summary>Fills <c>{token}</c> in an input or output path from binding data.</summary>
internal static class BindingTemplate
{
    /// <exception cref="InvalidOperationException">A token has no value.</exception>
    public static string Fill(string template, IReadOnlyDictionary<string, object?> data, string function)
    {
        var filled = new StringBuilder();
        for (int i = 0; i < template.Length; i++)
        {
            char c = template[i];
            if (c is '{' or '}' && i + 1 < template.Length && template[i + 1] == c)
            {
                filled.Append(c);
                i++;
            }
            else if (c == '{')
            {
                int end = template.IndexOf('}', i);
                if (end < 0) throw new FormatException($"Missing '}}' in the path '{template}'.");
                filled.Append(Token(template[(i + 1)..end], data, function));
                i = end;
            }
            else
            {
                filled.Append(c);
            }
        }

        return filled.ToString();
    }

    private static string Token(string token, IReadOnlyDictionary<string, object?> data, string function)
    {
        string[] parts = token.Split(':', 2);
        string? format = parts.Length == 2 ? parts[1] : null;
        if (data.TryGetValue(parts[0], out object? plain) && plain is not null) return Format(plain, format);
        switch (parts[0].ToLowerInvariant())
        {
            case "rand-guid" or "sys.randguid": return Guid.NewGuid().ToString(format ?? "D");
            case "datetime": return DateTime.UtcNow.ToString(format ?? "yyyy-MM-ddTHH-mm-ssK", CultureInfo.InvariantCulture);
            case "sys.utcnow": return DateTime.UtcNow.ToString(format ?? "yyyy-MM-ddTHH-mm-ssK", CultureInfo.InvariantCulture);
            case "sys.methodname": return function;
        }

        string[] path = parts[0].Split('.');
        if (path.Length > 1 && data.TryGetValue(path[0], out object? root) && root is string json && Member(json, path[1..]) is { } found) return Format(found, format);
        throw new InvalidOperationException($"No value for named parameter '{parts[0]}'.");
    }

    private static string? Member(string json, string[] path)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var element = document.RootElement;
            foreach (string name in path)
            {
                if (element.ValueKind != JsonValueKind.Object) return null;
                var match = element.EnumerateObject().FirstOrDefault(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
                if (match.Value.ValueKind == JsonValueKind.Undefined) return null;
                element = match.Value;
            }

            return element.ValueKind == JsonValueKind.String ? element.GetString() : element.GetRawText();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Format(object value, string? format)
        => value is IFormattable formattable ? formattable.ToString(format, CultureInfo.InvariantCulture)
        : format is not null && Guid.TryParse(value.ToString(), out var guid) ? guid.ToString(format)
        : format is not null && DateTimeOffset.TryParse(value.ToString(), CultureInfo.InvariantCulture, out var time) ? time.ToString(format, CultureInfo.InvariantCulture)
        : value.ToString()!;
}
