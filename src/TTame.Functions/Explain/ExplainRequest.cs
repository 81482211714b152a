using TTame.Core.Primitives;
using TTame.Functions.Hosting;

namespace TTame.Functions.Explain;

/// <summary>What one image asks for: model and classes, from its metadata or else from the app's settings.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="Classes">The classes to explain.</param>
public sealed record ExplainRequest(string Model, ClassSelection Classes)
{
    /// <summary>Metadata key of the model's name.</summary>
    public const string ModelKey = "model";

    /// <summary>Metadata key of the classes.</summary>
    public const string ClassesKey = "classes";

    /// <summary>Reads a request from blob metadata (ASCII; keys in any case).</summary>
    /// <exception cref="ExplainException"><c>bad_model</c> or <c>bad_class</c>: the text cannot be a model's name or a selection of classes.</exception>
    public static ExplainRequest Read(IEnumerable<KeyValuePair<string, string>> metadata, ServiceSettings settings)
    {
        string model = Value(ModelKey) ?? settings.Model;
        // The name becomes a part of a path: no separators, no dots in front.
        if (!ServiceSettings.ModelName().IsMatch(model)) throw new ExplainException(ExplainException.BadModel, $"'{model}' cannot be the name of a model");
        string? classes = Value(ClassesKey);
        return new(model, classes is null ? settings.Classes : ClassSelection.Parse(classes)
            ?? throw new ExplainException(ExplainException.BadClass, $"'{classes}' is neither top:k, nor all, nor a list of ids and names"));

        string? Value(string key) => metadata.Where(m => m.Key.Equals(key, StringComparison.OrdinalIgnoreCase)).Select(m => m.Value?.Trim()).FirstOrDefault(v => v is { Length: > 0 });
    }
}
