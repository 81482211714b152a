using TTame.Cli.Commands;
using TTame.Core.Attention;
using TTame.Core.Backbones;
using TTame.Testing;

namespace TTame.Cli.Tests;

[Trait("Kind", "Unit")]
public sealed class ModelsCommandTests : IDisposable
{
    private const string Card = """
        {"name": "mine", "kind": "cnn", "format": "torchscript", "file": "model.pt", "sha256": null, "architecture": null,
         "input": {"size": 32, "resize": null, "mean": [0, 0, 0], "std": [1, 1, 1]}, "confidence": "softmax", "classes": ["a", "b"],
         "outputs": ["logits", "layer2", "layer3"], "targets": ["layer3"],
         "attention": {"file": "attention.safetensors", "sha256": null, "features": null, "training": {"recipe": "paper", "epochs": 8}}}
        """;

    private readonly string folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Rows_EmbeddedModel_HasItsThousandClassesAndLicence()
    {
        var row = Assert.Single(ModelsCommand.Rows(new(Path.Combine(Ground.Repository, "models"), new())), r => r.Name == "efficientnet-lite0");

        Assert.Null(row.Problem);
        Assert.Equal(("cnn", "efficientnet_lite0", 1000, "Apache-2.0"), (row.Kind, row.Architecture, row.Classes, row.Licence));
        Assert.Equal(64, row.Sha256!.Length);
    }

    [Fact]
    public void Rows_TorchScriptModelWithAttention_NamesTapsAndTraining()
    {
        Put("mine", Card);

        var row = Assert.Single(ModelsCommand.Rows(new(folder, new())));

        Assert.Equal("layer2, layer3", row.Taps);
        Assert.Equal("recipe paper, epochs 8", row.Trained);
        Assert.Null(row.Sha256);
    }

    [Fact]
    public void Rows_BrokenCard_IsAProblemBesideTheOthers()
    {
        Put("mine", Card);
        Put("broken", "{");

        var rows = ModelsCommand.Rows(new(folder, new()));

        Assert.Equal(["broken", "mine"], rows.Select(r => r.Name));
        Assert.NotNull(rows[0].Problem);
        Assert.Null(rows[1].Problem);
    }

    [Fact]
    public async Task Run_FolderWithoutModels_EndsWithZero()
        => Assert.Equal(ExitCode.Done, await CommandLine.Run(["models", "--models", folder]));

    private void Put(string name, string card)
    {
        string path = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
        File.WriteAllText(Path.Combine(path, ModelCard.FileName), card);
    }
}
