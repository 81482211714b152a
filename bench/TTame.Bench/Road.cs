using System.Diagnostics;
using System.Globalization;
using TorchSharp;
using TTame.Core.Imaging;
using TTame.Core.Metrics.Road;
using TTame.Core.Primitives;
using TTame.Core.Weights;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace TTame.Bench;

/// <summary>
/// ROAD's imputation at the paper's nine shares, 16 pictures of 224×224, against assembling and <c>scipy.sparse.linalg.spsolve</c> on the same cores
/// (one process per core), and the largest difference between the two. SciPy's part needs a python3 with SciPy; the variable PYTHON names another.
/// </summary>
internal sealed class Road : IBenchmark
{
    private const int Batch = 16, Size = 224, Rounds = 3;

    public string Name => "road";

    public IEnumerable<Measurement> Run()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable mode = no_grad();
        int cores = get_num_threads();
        Tensor pictures = Preprocessing.ToPixels([.. Enumerable.Range(0, Batch).Select(i => SyntheticImage.Make($"bench/{i}", Size, Size))], CPU).Values;
        Tensor[] removed = Removed();
        (Tensor[] imputed, double ours) = Best(pictures, removed);
        yield return new("nine shares, batch 16", ours, $"s on {cores} cores");
        yield return new("per picture and share", 1000 * ours / (Batch * removed.Length), "ms");
        string folder = Directory.CreateTempSubdirectory("ttame-bench-").FullName;
        try
        {
            Npy.Write($"{folder}/pictures.npy", pictures);
            Npy.Write($"{folder}/removed.npy", cat(removed, 1).transpose(0, 1).to(uint8).contiguous());
            if (Scipy(folder, cores) is not { } theirs) yield break;
            yield return new("assembling and spsolve", theirs, $"s on {cores} cores");
            yield return new("ratio", theirs / ours, "× faster");
            Tensor direct = Npy.Read($"{folder}/imputed.npy");     // (S, N, 3, H, W)
            yield return new("largest difference", 1e6 * (direct - stack(imputed)).abs().max().item<float>(), "millionths of white");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // Smooth random maps, as explainers make them: 14×14, enlarged.
    private static Tensor[] Removed()
    {
        var stream = new SplitMix64(1);
        var values = new float[Batch * 14 * 14];
        for (int i = 0; i < values.Length; i++) values[i] = stream.Unit();
        Tensor maps = F.interpolate(tensor(values, [Batch, 1, 14, 14]), [Size, Size], mode: InterpolationMode.Bilinear, align_corners: false);
        using Removal removal = new(new ScaledMaps(maps), RemovalOrder.MostRelevantFirst, RemovalRule.Rank, seed: 1);
        return [.. RoadOptions.PaperShares.Select(removal.Removed)];
    }

    private static (Tensor[] Imputed, double Seconds) Best(Tensor pictures, Tensor[] removed)
    {
        double best = double.MaxValue;
        Tensor[] imputed = [];
        for (int round = 0; round < Rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            imputed = new Tensor[removed.Length];
            for (int share = 0; share < removed.Length; share++) imputed[share] = LinearImputation.Solve(pictures, removed[share], share > 0 ? imputed[share - 1] : null);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        return (imputed, best);
    }

    private static double? Scipy(string folder, int processes)
    {
        string script = Path.Combine(AppContext.BaseDirectory, "road_scipy.py");
        ProcessStartInfo start = new(Environment.GetEnvironmentVariable("PYTHON") ?? "/usr/bin/python3") { RedirectStandardOutput = true };
        foreach (string argument in (string[])[script, folder, processes.ToString(CultureInfo.InvariantCulture)]) start.ArgumentList.Add(argument);
        try
        {
            using Process process = Process.Start(start)!;
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? double.Parse(output, CultureInfo.InvariantCulture) : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;                                           // no such python
        }
    }
}
