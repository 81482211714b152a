using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Azure.Storage.Blobs;

namespace TTame.Bench;

/// <summary>Photographs through the blob service under a model of real size, whose weights a formula gives: memory and time. Needs the solution built.</summary>
/// <param name="family">The model.</param>
internal sealed class BlobService(string family) : IBenchmark
{
    private const int Photographs = 12;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private static readonly string Root = Repository();

    public string Name => $"blob-{family}";

    public IEnumerable<Measurement> Run()
    {
        string models = Directory.CreateTempSubdirectory("ttame-bench-").FullName;
        try
        {
            using (Process maker = Process.Start(Program("TTame.Cli", "ttame-cli.dll", "synthetic-model", family, "--models", models))!) maker.WaitForExit();
            yield return new("files", new DirectoryInfo(Path.Combine(models, family)).EnumerateFiles().Sum(file => file.Length) / 1e6, "MB");
            foreach (string faithfulness in new[] { "off", "all" })
                foreach (Measurement measured in Serve(models, family, faithfulness).GetAwaiter().GetResult())
                    yield return measured with { What = $"faithfulness {faithfulness}: {measured.What}" };
        }
        finally
        {
            Directory.Delete(models, recursive: true);
        }
    }

    private static async Task<List<Measurement>> Serve(string models, string family, string faithfulness)
    {
        using Azurite azurite = Azurite.Start() ?? throw new InvalidOperationException("Azurite is not installed: npm ci.");
        BlobServiceClient blobs = new(azurite.ConnectionString);
        await blobs.CreateBlobContainerAsync("images");
        int port = FreePort();
        ProcessStartInfo start = Program("TTame.Functions", "TTame.Functions.dll", "--port", $"{port}", "--scan", "0.5");
        foreach ((string name, string value) in new[]
        {
            ("AzureWebJobsStorage", azurite.ConnectionString), ("ModelsPath", models), ("Model", family), ("Device", "cpu"), ("Faithfulness", faithfulness),
        }) start.Environment[name] = value;
        long from = Stopwatch.GetTimestamp();
        using Process service = Process.Start(start)!;
        try
        {
            service.OutputDataReceived += (_, _) => { };
            service.BeginOutputReadLine();
            await Until(() => IsReady(port));
            List<Measurement> measured = [new("ready", Stopwatch.GetElapsedTime(from).TotalSeconds, "s"), new("peak memory when ready", Peak(service), "MiB")];
            from = Stopwatch.GetTimestamp();
            TimeSpan before = service.TotalProcessorTime;
            foreach (string photograph in Directory.GetFiles(Path.Combine(Root, "examples", "demo-photos"), "*.jpg").Order(StringComparer.Ordinal).Take(Photographs))
                await blobs.GetBlobContainerClient("images").GetBlobClient(Path.GetFileName(photograph)).UploadAsync(photograph);
            await Until(async () => await Records(blobs).CountAsync() >= Photographs);
            double wall = Stopwatch.GetElapsedTime(from).TotalSeconds, computed = 0;
            await foreach (JsonElement timings in Records(blobs).Select(record => record.GetProperty("timings"))) computed += timings.GetProperty("compute").GetDouble() / timings.GetProperty("batchSize").GetInt32();
            measured.Add(new("upload to record, per image", wall / Photographs, "s"));
            measured.Add(new("computation, per image", computed / Photographs / 1000, "s"));
            measured.Add(new("processor time, per image", (service.TotalProcessorTime - before).TotalSeconds / Photographs, "s"));
            measured.Add(new("peak memory at the end", Peak(service), "MiB"));
            return measured;
        }
        finally
        {
            service.Kill(entireProcessTree: true);
        }
    }

    private static async IAsyncEnumerable<JsonElement> Records(BlobServiceClient blobs)
    {
        BlobContainerClient metrics = blobs.GetBlobContainerClient("metrics");
        if (!await metrics.ExistsAsync()) yield break;
        await foreach (var blob in metrics.GetBlobsAsync())
            if (blob.Name.Contains('/')) yield return JsonDocument.Parse((await metrics.GetBlobClient(blob.Name).DownloadContentAsync()).Value.Content).RootElement;
    }

    private static async Task<bool> IsReady(int port)
    {
        using HttpClient client = new() { Timeout = TimeSpan.FromSeconds(5) };
        try
        {
            return (await client.GetAsync(new Uri($"http://127.0.0.1:{port}/api/ready"))).StatusCode == HttpStatusCode.OK;
        }
        catch (Exception busy) when (busy is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    private static async Task Until(Func<Task<bool>> done)
    {
        long from = Stopwatch.GetTimestamp();
        while (!await done())
        {
            if (Stopwatch.GetElapsedTime(from) > Patience) throw new TimeoutException($"Nothing came of it within {Patience}.");
            await Task.Delay(100);
        }
    }

    // The largest resident memory so far, as the kernel counts it.
    private static double Peak(Process process)
    {
        string line = File.ReadLines($"/proc/{process.Id}/status").First(text => text.StartsWith("VmHWM:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }

    private static ProcessStartInfo Program(string project, string file, params string[] arguments)
    {
        string path = Path.Combine(Root, "src", project, "bin", "Release", "net10.0", file);
        return new("dotnet", [path, .. arguments]) { RedirectStandardOutput = true, WorkingDirectory = Path.GetDirectoryName(path) };
    }

    private static int FreePort()
    {
        using System.Net.Sockets.TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string Repository()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "TTame.Functions.sln"))) folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The benchmark runs inside the repository.");
        return folder;
    }
}
