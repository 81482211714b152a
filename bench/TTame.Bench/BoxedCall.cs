using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace TTame.Bench;

/// <summary>
/// What one call of an operator costs from C# when the operator itself has almost nothing to do: the door, the wrapper,
/// its place in a scope and its disposal.
/// </summary>
internal sealed class BoxedCall : IBenchmark
{
    private const int Calls = 500;
    private const int Rounds = 400;

    public string Name => "boxed-call";

    public IEnumerable<Measurement> Run()
    {
        torch.set_num_threads(1);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable mode = no_grad();
        Tensor a = ones([1]), b = ones([1]), image = ones([1, 3, 8, 8]);
        Tensor[] pair = [a, b];
        (string, Action)[] cases =
        [
            ("add of one element", () => a.add(b).Dispose()),
            ("add_ of one element", () => a.add_(b)),
            ("mul by a number", () => a.mul(2.0).Dispose()),
            ("view", () => image.view(3, 64).Dispose()),
            ("cat of two", () => cat(pair, 0).Dispose()),
            ("shape", () => _ = image.shape),
        ];
        double cheapest = double.NaN;
        foreach ((string what, Action call) in cases)
        {
            double micros = Best(call);
            if (double.IsNaN(cheapest)) cheapest = micros;
            yield return new(what, micros, "µs/call");
        }
        Tensor wide = ones([32, 112, 112]), other = ones([32, 112, 112]);
        yield return new("add of a feature map, ratio", Best(() => wide.add(other).Dispose(), 5) / cheapest, "× one element");
    }

    // The best of many short rounds: what disturbs a round only makes it slower.
    private static double Best(Action call, int calls = Calls)
    {
        double best = double.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < calls; i++) call();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalMicroseconds / calls);
        }
        return best;
    }
}
