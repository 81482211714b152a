namespace TTame.Cli;

/// <summary>The clone that this program was built in: where the models, the demo's photographs and the service are.</summary>
internal sealed record RepositoryFolder(string Root)
{
    /// <summary>The folder above this program that holds the solution, or null where the program was taken out of its clone.</summary>
    public static RepositoryFolder? Find(string from)
    {
        for (string? folder = from; folder is not null; folder = Path.GetDirectoryName(folder))
            if (File.Exists(Path.Combine(folder, "TTame.Functions.sln"))) return new(folder);
        return null;
    }

    /// <summary>The clone, for commands that need one.</summary>
    /// <exception cref="CliException">There is none.</exception>
    public static RepositoryFolder Require(string command) => Find(AppContext.BaseDirectory)
        ?? throw new CliException(ExitCode.Machine, $"'{command}' runs from a clone of the repository; {AppContext.BaseDirectory} is not in one.", "Use the script ttame of a clone.");

    /// <summary>The models folder used where none is named.</summary>
    public static string DefaultModels => Find(AppContext.BaseDirectory) is { } clone ? clone.Models : Path.Combine(AppContext.BaseDirectory, "models");

    public string Models => Path.Combine(Root, "models");

    public string DemoPhotographs => Path.Combine(Root, "examples", "demo-photos");

    public string Azurite => Path.Combine(Root, "node_modules", "azurite", "dist", "src", "azurite.js");

    /// <summary>The service's assembly, of the same configuration as this program.</summary>
    public string Service
    {
        get
        {
            var output = new DirectoryInfo(AppContext.BaseDirectory);      // …/bin/<configuration>/<framework>/
            return Path.Combine(Root, "src", "TTame.Functions", "bin", output.Parent!.Name, output.Name, "TTame.Functions.dll");
        }
    }

    public string Out(string name) => Path.Combine(Root, "out", name);
}
