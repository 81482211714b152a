using Spectre.Console;
using TTame.Core.Reports;

namespace TTame.Cli.Demo;

/// <summary>The demo: photographs go into a container, explanations come out of others, a page shows them.</summary>
internal sealed class DemoRun(RepositoryFolder clone, string folder)
{
    private static readonly TimeSpan ExplainLimit = TimeSpan.FromMinutes(4);
    private readonly string[] photographs = [.. Directory.EnumerateFiles(clone.DemoPhotographs, "*.jpg").Order(StringComparer.Ordinal)];

    /// <summary>Runs it.</summary>
    /// <returns>The page's path, and the photographs that could not be explained, with the reason.</returns>
    public async Task<(string Page, IReadOnlyDictionary<string, FailedRecord> Failed)> Run(CancellationToken cancel)
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        return await Screen.Progress(async progress =>
        {
            var starting = progress.AddTask("Starting Azurite and the service", maxValue: 1).IsIndeterminate();
            await using var stage = await DemoStage.Start(clone, folder, cancel);
            starting.IsIndeterminate(false).Value(1);
            await Upload(stage.Storage, progress, cancel);
            await Explained(stage, progress, cancel);
            return await Show(stage.Storage, progress, cancel);
        });
    }

    private async Task Upload(DemoStorage storage, ProgressContext progress, CancellationToken cancel)
    {
        var bar = progress.AddTask("Dropping photographs into the container 'images'", maxValue: photographs.Length);
        foreach (string photograph in photographs)
        {
            await storage.Upload(photograph, cancel);
            bar.Increment(1);
        }
    }

    private async Task Explained(DemoStage stage, ProgressContext progress, CancellationToken cancel)
    {
        var bar = progress.AddTask("Waiting for their explanations", maxValue: photographs.Length);
        await stage.Until(
            async c =>
            {
                int done = (await stage.Storage.Committed(c)).Count + (await stage.Storage.Failed(c)).Count;
                bar.Value(done);
                return done >= photographs.Length;
            },
            ExplainLimit, cancel);
    }

    private async Task<(string, IReadOnlyDictionary<string, FailedRecord>)> Show(DemoStorage storage, ProgressContext progress, CancellationToken cancel)
    {
        var bar = progress.AddTask("Making the page", maxValue: photographs.Length);
        var credits = Credits.Read(await File.ReadAllTextAsync(Path.Combine(clone.DemoPhotographs, "CREDITS.md"), cancel));
        var committed = await storage.Committed(cancel);
        List<GalleryEntry> entries = [];
        CommitRecord? any = null;
        foreach (string photograph in photographs)
        {
            string name = Path.GetFileName(photograph);
            bar.Increment(1);
            if (!committed.TryGetValue(name, out string? recordName)) continue;
            any = await storage.Record(recordName, cancel);
            entries.Add(await DemoGallery.Entry(photograph, any, credits.GetValueOrDefault(name), path => storage.Heatmap(path, cancel)));
        }
        Dictionary<string, FailedRecord> failed = [];
        foreach (var (name, recordName) in await storage.Failed(cancel)) failed[name] = await storage.Failure(recordName, cancel);
        string page = Path.Combine(folder, "index.html");
        if (any is not null) await File.WriteAllTextAsync(page, GalleryPage.Write(DemoGallery.Of(any, DemoModel.Trained(clone.Models, any.Model.Name), entries)), cancel);
        return (page, failed);
    }
}
