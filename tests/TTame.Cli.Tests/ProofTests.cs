using System.Formats.Tar;
using System.Text.Json;
using TTame.Cli.Proof;

namespace TTame.Cli.Tests;

/// <summary>The parts of <c>ttame proof</c> that need neither the pictures nor the service.</summary>
[Trait("Kind", "Unit")]
public sealed class ProofTests : IDisposable
{
    private const string Ours = "t-tame";
    private readonly string folder = Directory.CreateTempSubdirectory("ttame-proof-").FullName;

    [Fact]
    public async Task Run_NoSharedFolder_NamesWhatIsMissingAndIsTheMachinesFault()
    {
        Assert.Equal(ExitCode.Machine, await CommandLine.Run(["proof", "--shared", folder]));

        var complaint = Assert.Throws<CliException>(() => Plan().Require());
        foreach (string part in new[] { "train-20000.tar", "test-2000.tar", "cifar10-resnet56", "./ttame test" }) Assert.Contains(part, complaint.Message);
    }

    [Fact]
    public void Cut_SomePicturesOfATar_AreThoseInTheirOrderWithTheirBytes()
    {
        string tar = Path.Combine(folder, "all.tar");
        using (var writer = new TarWriter(File.Create(tar)))
        {
            writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "labels.txt") { DataStream = new MemoryStream([9]) });
            for (byte i = 0; i < 6; i++) writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, $"cat/{i}.jpg") { DataStream = new MemoryStream([i, i]) });
        }

        List<string> cut = [];
        using var reader = new TarReader(new MemoryStream(ProofPictures.Cut(tar, 2, 3)));
        while (reader.GetNextEntry(copyData: true) is { } entry) cut.Add($"{entry.Name}: {entry.DataStream!.ReadByte()}, {entry.DataStream!.ReadByte()}");

        Assert.Equal(["cat/2.jpg: 2, 2", "cat/3.jpg: 3, 3", "cat/4.jpg: 4, 4"], cut);
        Assert.Throws<CliException>(() => ProofPictures.Cut(tar, 4, 3));
    }

    [Fact]
    public void Of_AReportsScores_FiguresAndWhatIsOmitted()
    {
        var figures = Figures();

        Assert.Equal((8, 3), (figures.Images, figures.Omitted));
        Assert.Equal(new Figure(30, 25, 35), figures[Ours, "ad", 0.5]);
        Assert.Equal(new Figure(-10, -15, -5), figures.Difference(ProofPlan.Rival, "ad", 0.5));
    }

    [Fact]
    public void Write_AnOutcome_HasEveryClaimWithItsVerdictAndEveryFigure()
    {
        string page = ProofPage.Write(new(
            Plan(), [new("It flies", true, "1 of 1"), new("It swims", false, "0 of 1")], [new(3e-4, 2, 66.5, 5.25, true)], Figures(), ["Running, training"], [new("two-workers", 90)]));

        foreach (string part in new[]
        {
            "| It flies | **holds** | 1 of 1 |", "| It swims | **does not hold** | 0 of 1 |", "| 0.0003 | 2 | 66.50 | 5.25 | 61.25 (published) |",
            "| 50 % | 30.00 [25.0, 35.0] | 40.00 [35.0, 45.0] | -10.00 [-15.0, -5.0] |", "| 1 | Running, training |", "| `two-workers` | 90 |",
        }) Assert.Contains(part, page);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private ProofPlan Plan() => new(folder, folder, 100, 10, 20, 1, 0);

    private static ProofFigures Figures()
    {
        object Row(string explainer, string measure, double mean) => new { explainer, measure, share = 0.5, sum = mean / 100, mean, low = mean - 5, high = mean + 5 };
        object Difference(string measure, double mean) => new { model = "m", explainer = Ours, against = ProofPlan.Rival, measure, share = 0.5, mean, low = mean - 5, high = mean + 5, n = 8 };
        return ProofFigures.Of(JsonSerializer.SerializeToElement(new
        {
            images = 11, measured = 8,
            rows = new[] { Row(Ours, "ad", 30), Row(ProofPlan.Rival, "ad", 40), Row(Ours, "ic", 20), Row(ProofPlan.Rival, "ic", 15) },
            differences = new[] { Difference("ad", -10), Difference("ic", 5) },
            skipped = new[] { new { image = "a.jpg", reason = "truncated" } },
            lost = new[] { new { shard = 1, first = 8, count = 2 } },
        }));
    }
}
