using TorchSharp;
using TTame.Core.Primitives;
using TTame.Core.Weights;
using static TorchSharp.torch;

namespace TTame.Core.Backbones;

/// <summary>Hands a network its weights, each checked for being there, its shape, its dtype and its values; owns what it handed out.</summary>
internal sealed class WeightTable : IDisposable
{
    /// <summary>What training keeps and inference never reads: may be missing, is never refused.</summary>
    public const string Counter = "num_batches_tracked";

    private const long Piece = 1 << 22;

    private readonly Dictionary<string, Tensor> taken = new(StringComparer.Ordinal);
    private readonly List<Tensor> derived = [];
    private readonly List<(string Key, long[] Shape)> asked = [];
    private readonly StateDict? source;
    private readonly int classes;

    /// <summary>A table over a file.</summary>
    /// <param name="source">The weights file; not disposed.</param>
    /// <param name="options">Device, dtype and memory layout to bring them to.</param>
    public WeightTable(StateDict source, NetworkOptions options) => (this.source, Options) = (source, options);

    /// <summary>A table without a file: a network built on it can't run, but <see cref="Asked"/> tells what it needs.</summary>
    /// <param name="classes">Number of classes C.</param>
    public WeightTable(int classes) => (this.classes, Options) = (classes, new(CPU) { FoldBatchNorm = false, ChannelsLast = false });

    /// <summary>Device, dtype and memory layout of the weights.</summary>
    public NetworkOptions Options { get; }

    /// <summary>Keys and shapes in the order in which they were taken.</summary>
    public IReadOnlyList<(string Key, long[] Shape)> Asked => asked;

    /// <summary>Every tensor taken, by its key.</summary>
    public IReadOnlyDictionary<string, Tensor> Taken => taken;

    /// <summary>Shape of a tensor of the file.</summary>
    /// <param name="key">Its key.</param>
    /// <exception cref="WeightsException">It is missing.</exception>
    public long[] ShapeOf(string key) => source is null ? [classes] : Raw(key, "a tensor").shape;

    /// <summary>One tensor, brought to the wanted device and dtype; where it is there already, its memory is shared with the file's.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="shape">What the network needs.</param>
    /// <exception cref="WeightsException">Missing, misshapen, of an integer dtype, NaN or infinite, or a negative variance.</exception>
    public Tensor Take(string key, params long[] shape)
    {
        asked.Add((key, shape));
        if (source is null) return taken[key] = zeros(1).expand(shape).DetachFromDisposeScope();
        string expected = Shape.Text(shape);
        Tensor raw = Raw(key, expected);
        if (!raw.shape.AsSpan().SequenceEqual(shape)) throw new WeightsException(source.File, key, expected, Shape.Text(raw.shape));
        if (!is_floating_point(raw.dtype)) throw new WeightsException(source.File, key, "floating-point values", raw.dtype.ToString());
        using (var scope = NewDisposeScope())
        {
            if (!AllFinite(raw)) throw new WeightsException(source.File, key, "finite values", "NaN or infinity");
            if (key.EndsWith("running_var", StringComparison.Ordinal) && raw.lt(0).any().item<bool>())
                throw new WeightsException(source.File, key, "variances of 0 and more", "a negative one");
        }
        using var bringing = NewDisposeScope();
        // A large model is in memory once, not twice, while it is loaded. Only batch norm's statistics are ever written to.
        Tensor value = raw.contiguous().to(Options.Dtype, Options.Device, copy: Options.BatchStatistics).alias().DetachFromDisposeScope();
        value.requires_grad = false;
        return taken[key] = value;
    }

    /// <summary>Keeps a tensor that was computed from the weights, to free it with them.</summary>
    /// <param name="tensor">Taken out of its dispose scope.</param>
    public Tensor Keep(Tensor tensor)
    {
        derived.Add(tensor.DetachFromDisposeScope());
        return tensor;
    }

    /// <summary>Checks that the file holds nothing that the network did not take.</summary>
    /// <param name="ignored">Prefixes that may be left over.</param>
    /// <exception cref="WeightsException">A tensor is left over.</exception>
    public void Finish(params string[] ignored)
    {
        string? extra = source?.Keys.FirstOrDefault(key => !taken.ContainsKey(key) && !key.EndsWith(Counter, StringComparison.Ordinal)
                                                          && !ignored.Any(prefix => key.StartsWith(prefix, StringComparison.Ordinal)));
        if (extra is not null) throw new WeightsException(source!.File, extra, "no such tensor", Shape.Text(source[extra].shape));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor tensor in taken.Values.Concat(derived)) tensor.Dispose();
    }

    private Tensor Raw(string key, string expected)
        => source!.TryGetValue(key, out Tensor? raw) ? raw : throw new WeightsException(source.File, key, expected, "no such tensor");

    // Piece by piece: asked of the whole, it would take more memory for a moment than the tensor itself.
    private static bool AllFinite(Tensor values)
    {
        Tensor flat = values.reshape(-1);
        for (long at = 0; at < flat.size(0); at += Piece)
        {
            using var scope = NewDisposeScope();
            if (!flat.narrow(0, at, Math.Min(Piece, flat.size(0) - at)).isfinite().all().item<bool>()) return false;
        }
        return true;
    }
}
