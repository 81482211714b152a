using static TorchSharp.torch;

namespace TTame.Core.Backbones;

/// <summary>Looks into a network while it runs: at a named point it can record a value, make it a leaf, or put another in its place.</summary>
/// <remarks>One mechanism for feature taps, target layers, the re-run tails of Ablation-CAM and the attention of transformers. A value that is replaced is never computed.</remarks>
internal sealed class Probe
{
    private readonly Dictionary<string, Tensor> recorded = [];

    /// <summary>Looks at nothing.</summary>
    public static Probe Blind => new();

    /// <summary>Points whose value is kept for <see cref="Take"/>.</summary>
    public IReadOnlyCollection<string> Record { get; init; } = [];

    /// <summary>The point whose value becomes a leaf that requires a gradient, kept too.</summary>
    public string? Leaf { get; init; }

    /// <summary>The point whose value is <see cref="Replacement"/> instead.</summary>
    public string? Replaced { get; init; }

    /// <summary>See <see cref="Replaced"/>.</summary>
    public Tensor? Replacement { get; init; }

    /// <summary>Given the number of a block and its attention, what the block uses instead.</summary>
    public Func<int, Tensor, Tensor>? Attention { get; init; }

    /// <summary>A network's value at <paramref name="point"/>.</summary>
    /// <param name="point">Its name.</param>
    /// <param name="value">Computes it.</param>
    public Tensor At(string point, Func<Tensor> value)
    {
        if (point == Replaced) return Replacement!.alias();
        Tensor computed = value();
        if (point == Leaf)
        {
            Tensor leaf = computed.detach().requires_grad_().DetachFromDisposeScope();
            recorded[point] = leaf;
            return leaf.alias();
        }
        if (Record.Contains(point)) recorded[point] = computed.alias().DetachFromDisposeScope();
        return computed;
    }

    /// <summary>Hands over what was recorded, to the caller's dispose scope.</summary>
    /// <param name="point">A point that was recorded or made a leaf.</param>
    public Tensor Take(string point)
    {
        Tensor value = recorded[point];
        recorded.Remove(point);
        CurrentDisposeScope?.Attach(value);
        return value;
    }

    /// <summary>Frees what nobody took.</summary>
    public void Release()
    {
        foreach (Tensor value in recorded.Values) value.Dispose();
        recorded.Clear();
    }
}
