using TorchSharp;
using TTame.Core.Attention;

namespace TTame.Bench;

/// <summary>The classifier that comes with the repository, without its attention.</summary>
internal static class EmbeddedModel
{
    /// <summary>Loads it.</summary>
    /// <param name="dtype">Of weights and computation.</param>
    public static LoadedModel Load(torch.ScalarType dtype = torch.ScalarType.Float32)
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "TTame.Functions.sln"))) folder = Path.GetDirectoryName(folder);
        ModelLibrary library = new(Path.Combine(folder ?? throw new InvalidOperationException("Run the benchmarks from a clone of the repository."), "models"), new() { Dtype = dtype });
        return library.LoadBackbone("efficientnet-lite0", torch.CPU);
    }
}
