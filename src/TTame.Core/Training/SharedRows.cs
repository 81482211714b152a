using TorchSharp;
using TTame.Core.Attention;
using static TorchSharp.torch;

namespace TTame.Core.Training;

/// <summary>How the fusion's rows learn.</summary>
public enum RowRule
{
    /// <summary>Every row by itself, as in the paper: only photographs that a class is drawn for teach it.</summary>
    Free,

    /// <summary>Through vectors that all classes share, so that every photograph teaches every class.</summary>
    Shared,
}

/// <summary>Rows that keep their start and share what they learn: row_c = W_c ⊙ (1 + u) + v, bias_c = b_c + s.</summary>
/// <remarks>
/// u, v ∈ ℝᴷ and s start at 0. The mechanism's own rows are written out after every step, so that the forward pass, the checkpoint's weights and inference know nothing of it;
/// the gradients of u, v and s follow from the rows' by the chain rule: ∂u = Σ_c W_c ⊙ ∂row_c, ∂v = Σ_c ∂row_c, ∂s = Σ_c ∂bias_c.
/// </remarks>
/// <deviation>D26</deviation>
internal sealed class SharedRows : IDisposable
{
    private const string Prefix = "rows.";
    // Under a vector's own name an optimiser keeps its momentum.
    private const string Itself = ".value";
    private static readonly string[] Vectors = ["u", "v", "bias"];

    private readonly Tensor weight, bias;
    private readonly Dictionary<string, Tensor> kept = [];
    private readonly IReadOnlyList<(string Name, Tensor Value)> branches;

    /// <summary>Begins with the rows as they are, or goes on with what a checkpoint holds.</summary>
    /// <param name="attention">Its rows are overwritten by <see cref="WriteOut"/>.</param>
    /// <param name="state">Of an earlier <see cref="State"/>; empty at the beginning.</param>
    public SharedRows(AttentionMechanism attention, IReadOnlyDictionary<string, Tensor> state)
    {
        Dictionary<string, Tensor> all = attention.Parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Value);
        (weight, bias) = (all["fuser.weight"], all["fuser.bias"]);
        branches = [.. attention.Parameters.Where(parameter => !parameter.Name.StartsWith("fuser.", StringComparison.Ordinal))];
        using var frozen = no_grad();
        Keep("start.weight", () => weight.detach().clone());
        Keep("start.bias", () => bias.detach().clone());
        Keep("u" + Itself, () => zeros([weight.size(1)], weight.dtype, weight.device));
        Keep("v" + Itself, () => zeros([weight.size(1)], weight.dtype, weight.device));
        Keep("bias" + Itself, () => zeros([1], weight.dtype, weight.device));
        foreach (string name in Vectors) Of(name).requires_grad = true;

        void Keep(string name, Func<Tensor> begin)
            => kept[Prefix + name] = (Found(name) is { } value ? value.to(weight.dtype, weight.device, copy: true) : begin()).DetachFromDisposeScope();

        // Checkpoints of earlier versions have a vector under its own name.
        Tensor? Found(string name) => state.GetValueOrDefault(Prefix + name) ?? (name.EndsWith(Itself, StringComparison.Ordinal) ? state.GetValueOrDefault(Prefix + name[..^Itself.Length]) : null);
    }

    /// <summary>What the optimiser moves: the branches' parameters and the shared vectors.</summary>
    public IReadOnlyList<(string Name, Tensor Value)> Parameters => [.. branches, .. Vectors.Select(name => (Prefix + name, Of(name)))];

    /// <summary>The start and the vectors, by name; owned here.</summary>
    public IReadOnlyDictionary<string, Tensor> State => kept;

    /// <summary>Turns the gradients of the rows into those of the vectors.</summary>
    public void TakeGradients()
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        Tensor rows = weight.grad!.flatten(1), start = kept[Prefix + "start.weight"].flatten(1);
        Set("u", (rows * start).sum([0]));
        Set("v", rows.sum([0]));
        Set("bias", bias.grad!.sum().view(1));

        void Set(string name, Tensor gradient) => Of(name).grad = gradient.DetachFromDisposeScope();
    }

    /// <summary>Writes the rows that the vectors stand for into the mechanism.</summary>
    public void WriteOut()
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        Tensor rows = kept[Prefix + "start.weight"].flatten(1) * (Of("u") + 1).unsqueeze(0) + Of("v").unsqueeze(0);
        weight.copy_(rows.view(weight.shape));
        bias.copy_(kept[Prefix + "start.bias"] + Of("bias"));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor tensor in kept.Values) tensor.Dispose();
    }

    private Tensor Of(string vector) => kept[Prefix + vector + Itself];
}
