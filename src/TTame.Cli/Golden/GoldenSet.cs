using System.Text.Json;

namespace TTame.Cli.Golden;

/// <summary>A folder of golden vectors (format: golden/README.md). Salt and image names come from its files, so that other sets than the committed one run too.</summary>
internal sealed class GoldenSet
{
    /// <summary>The file with the set's name, salt and hashes.</summary>
    public const string Manifest = "manifest.json";

    /// <summary>Opens a set.</summary>
    /// <exception cref="CliException">The folder is not one.</exception>
    public GoldenSet(string folder)
    {
        Folder = System.IO.Path.GetFullPath(folder);
        if (!File.Exists(Path(Manifest)))
            throw new CliException(ExitCode.Input, $"{Folder} is no folder of golden vectors: it has no {Manifest}.", "Name a folder like 'golden' of this repository.");
        Salt = Json(Manifest).GetProperty("salt").GetString()!;
        Files = [.. Directory.EnumerateFiles(Folder, "*.json", SearchOption.AllDirectories).Select(f => System.IO.Path.GetRelativePath(Folder, f).Replace('\\', '/')).Order(StringComparer.Ordinal)];
    }

    /// <summary>Full path of the set.</summary>
    public string Folder { get; }

    /// <summary>What the seeds of weights begin with.</summary>
    public string Salt { get; }

    /// <summary>All JSON files, relative, in ordinal order.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>Full path of a file of the set.</summary>
    public string Path(string file) => System.IO.Path.Combine(Folder, file);

    /// <summary>Whether the set has a file.</summary>
    public bool Has(string file) => File.Exists(Path(file));

    /// <summary>A JSON file of the set.</summary>
    public JsonElement Json(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path(file)));
        return document.RootElement.Clone();
    }

    /// <summary>The backbone that a file belongs to: its folder; <c>set</c> for files of the whole set.</summary>
    public static string Backbone(string file) => file.Contains('/') ? file[..file.IndexOf('/')] : "set";
}
