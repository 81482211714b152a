using System.Globalization;
using TorchSharp;
using TTame.Core.Backbones;
using TTame.Core.Primitives;
using TTame.Core.Weights;
using static TorchSharp.torch;

namespace TTame.Core.Attention;

/// <summary>The attention mechanism: feature branches and fusion module, the only part of T-TAME that is trained.</summary>
/// <remarks>Not for several threads at once while it is trained; frozen, it may be shared.</remarks>
/// <source>T-TAME:§III-C1</source>
public sealed class AttentionMechanism : IDisposable
{
    private readonly AttentionLayout layout;
    private readonly Dictionary<string, Tensor> tensors;
    private readonly FeatureBranch[] branches;
    private readonly FusionModule fusion;
    private readonly IReadOnlyList<FeatureTap> taps;
    private bool isFrozen;

    private AttentionMechanism(AttentionLayout layout, IReadOnlyList<FeatureTap> taps, Dictionary<string, Tensor> tensors)
    {
        (this.layout, this.taps, this.tensors) = (layout, taps, tensors);
        branches = [.. Enumerable.Range(0, layout.Branches).Select(i => new FeatureBranch(layout.Variant, i, tensors))];
        fusion = new(tensors[$"{layout.Fuser}.weight"], tensors[$"{layout.Fuser}.bias"]);
        Parameters = [.. layout.Parameters.Select(parameter => (parameter.Name, tensors[parameter.Name]))];
        Buffers = [.. layout.Statistics.Select(statistic => statistic.Name).Concat(layout.Counters).Select(name => (name, tensors[name]))];
        foreach ((_, Tensor value) in Parameters) value.requires_grad = true;
    }

    /// <summary>Its parts.</summary>
    public AttentionVariant Variant => layout.Variant;

    /// <summary>Number of classes C.</summary>
    public int Classes => layout.Classes;

    /// <summary>What training changes, by official names: leaves that require a gradient until <see cref="Freeze"/>.</summary>
    public IReadOnlyList<(string Name, Tensor Value)> Parameters { get; }

    /// <summary>Running statistics (dtype of the parameters) and counters (int64) of batch norm, by official names.</summary>
    public IReadOnlyList<(string Name, Tensor Value)> Buffers { get; }

    /// <summary>An untrained mechanism.</summary>
    /// <param name="variant">Its parts.</param>
    /// <param name="taps">Of the backbone.</param>
    /// <param name="classes">C.</param>
    /// <param name="seed">The same seed gives the same weights.</param>
    /// <param name="device">Where it goes.</param>
    /// <param name="dtype">float32, or float64 for reference runs.</param>
    /// <remarks>Convolutions: uniform in ±1/√fan-in, weight and bias, as PyTorch starts them. Batch norm: 1 and 0.</remarks>
    public static AttentionMechanism Create(AttentionVariant variant, IReadOnlyList<FeatureTap> taps, int classes, ulong seed, Device device, ScalarType dtype = ScalarType.Float32)
    {
        AttentionLayout layout = AttentionLayout.Of(variant, taps, classes);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        Dictionary<string, Tensor> tensors = new(StringComparer.Ordinal);
        Dictionary<string, long> inputs = layout.Parameters.Where(parameter => parameter.Shape.Length == 4).ToDictionary(parameter => parameter.Name, parameter => parameter.Shape[1]);
        foreach ((string name, long[] shape) in layout.Parameters)
            tensors[name] = inputs.TryGetValue(name.Replace(".bias", ".weight", StringComparison.Ordinal), out long fanIn)
                ? Uniform(name, shape, 1 / Math.Sqrt(fanIn), seed)
                : name.EndsWith(".weight", StringComparison.Ordinal) ? ones(shape) : zeros(shape);
        foreach ((string name, long[] shape) in layout.Statistics) tensors[name] = name.EndsWith("running_var", StringComparison.Ordinal) ? ones(shape) : zeros(shape);
        foreach (string name in tensors.Keys) tensors[name] = tensors[name].to(dtype, device, copy: true).DetachFromDisposeScope();
        AddCounters(layout, null, device, tensors);
        return new(layout, taps, tensors);
    }

    /// <summary>Names and shapes of a mechanism's weights and statistics; batch norm's counters are left out.</summary>
    /// <param name="variant">Its parts.</param>
    /// <param name="taps">Of the backbone.</param>
    /// <param name="classes">C.</param>
    public static IReadOnlyList<(string Key, long[] Shape)> Layout(AttentionVariant variant, IReadOnlyList<FeatureTap> taps, int classes)
    {
        AttentionLayout layout = AttentionLayout.Of(variant, taps, classes);
        return [.. layout.Parameters, .. layout.Statistics];
    }

    /// <summary>A mechanism with given weights.</summary>
    /// <param name="weights">By official names, nothing missing, nothing extra but counters; copied.</param>
    /// <param name="variant">Its parts.</param>
    /// <param name="taps">Of the backbone.</param>
    /// <param name="classes">C.</param>
    /// <param name="device">Where it goes.</param>
    /// <param name="dtype">float32, or float64 for reference runs.</param>
    /// <exception cref="WeightsException">A tensor is missing, extra, misshapen or not finite, or the weights record another variant or other taps.</exception>
    public static AttentionMechanism Load(StateDict weights, AttentionVariant variant, IReadOnlyList<FeatureTap> taps, int classes, Device device, ScalarType dtype = ScalarType.Float32)
    {
        AttentionLayout layout = AttentionLayout.Of(variant, taps, classes);
        layout.Check(weights.File, weights.Metadata, taps);
        WeightTable table = new(weights, new(device) { Dtype = dtype });
        try
        {
            foreach ((string name, long[] shape) in layout.Parameters.Concat(layout.Statistics)) table.Take(name, shape);
            table.Finish();
            Dictionary<string, Tensor> tensors = new(table.Taken, StringComparer.Ordinal);
            AddCounters(layout, weights, device, tensors);
            return new(layout, taps, tensors);
        }
        catch
        {
            table.Dispose();
            throw;
        }
    }

    /// <summary>All weights and statistics, copied to the host, with what <see cref="Load"/> checks as metadata.</summary>
    /// <returns>Disposed by the caller.</returns>
    public StateDict ToStateDict()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        return new(
            "attention mechanism",
            tensors.ToDictionary(pair => pair.Key, pair => pair.Value.detach().to(CPU, copy: true).DetachFromDisposeScope(), StringComparer.Ordinal),
            new Dictionary<string, string>
            {
                [AttentionLayout.VariantKey] = Variant.Name,
                [AttentionLayout.TapsKey] = AttentionLayout.Signature(taps),
                [AttentionLayout.ClassesKey] = Classes.ToString(CultureInfo.InvariantCulture),
            });
    }

    /// <summary>Maps of all classes, the steps as the paper writes them.</summary>
    /// <param name="features">One grid per tap.</param>
    /// <param name="training">Batch norm by the batch; running statistics are updated.</param>
    /// <returns>(B, C, h, w): h and w are the largest over the taps. Gradients flow to the parameters.</returns>
    /// <source>T-TAME:Eq. 6</source>
    public AttentionLogits Forward(FeatureMaps features, bool training = false)
    {
        using var scope = NewDisposeScope();
        return new(fusion.Fuse(Branches(features, training)).MoveToOuterDisposeScope());
    }

    /// <summary>Maps of some classes; the fusion module computes no others. Equal to <see cref="Forward"/>'s but for rounding.</summary>
    /// <param name="features">One grid per tap.</param>
    /// <param name="classes">(k) int64, the same for every image, or (B, k); each in [0, C).</param>
    /// <param name="training">Batch norm by the batch; running statistics are updated.</param>
    /// <returns>(B, k, h, w). Gradients flow to the parameters.</returns>
    public AttentionLogits ForwardRows(FeatureMaps features, Tensor classes, bool training = false)
    {
        using var scope = NewDisposeScope();
        return new(fusion.FuseRows(Branches(features, training), Checked(classes, features)).MoveToOuterDisposeScope());
    }

    /// <summary>Maps of some classes in evaluation mode, without gradients: batch norm and skip connection are folded into the branches' convolutions.</summary>
    /// <param name="features">One grid per tap.</param>
    /// <param name="classes">(k) int64, the same for every image, or (B, k); each in [0, C).</param>
    /// <returns>(B, k, h, w).</returns>
    public AttentionLogits Explain(FeatureMaps features, Tensor classes)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        Require(features);
        Tensor[] maps = branches.Length == 0 ? [.. features.Values] : [.. branches.Select((branch, i) => branch.ApplyFolded(features.Values[i]))];
        return new(fusion.FuseRows(maps, Checked(classes, features)).MoveToOuterDisposeScope());
    }

    /// <summary>Ends training for good: parameters no longer require gradients, and <see cref="Explain"/> keeps what it folded.</summary>
    public void Freeze()
    {
        if (isFrozen) return;
        foreach ((_, Tensor value) in Parameters) value.requires_grad = false;
        foreach (FeatureBranch branch in branches) branch.Freeze();
        isFrozen = true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (FeatureBranch branch in branches) branch.Dispose();
        foreach (Tensor tensor in tensors.Values) tensor.Dispose();
    }

    private Tensor[] Branches(FeatureMaps features, bool training)
    {
        if (training && isFrozen) throw new InvalidOperationException("A frozen attention mechanism can't be trained: load it again.");
        Require(features);
        return branches.Length == 0 ? [.. features.Values] : [.. branches.Select((branch, i) => branch.Apply(features.Values[i], training))];
    }

    private void Require(FeatureMaps features)
    {
        if (features.Values.Count != layout.Channels.Count)
            throw new ArgumentException($"The mechanism reads {layout.Channels.Count} taps, {features.Values.Count} were given.", nameof(features));
        for (int i = 0; i < layout.Channels.Count; i++) Shape.Require(features.Values[i], "B", layout.Channels[i], "h", "w");
    }

    private Tensor Checked(Tensor classes, FeatureMaps features)
    {
        Tensor host = classes.cpu();
        if (classes.ndim == 2) Shape.Require(classes, features.Values[0].size(0), "k");
        else Shape.Require(classes, "k");
        if (host.NumberOfElements == 0 || host.min().item<long>() < 0 || host.max().item<long>() >= Classes)
            throw new ArgumentOutOfRangeException(nameof(classes), $"Classes must be at least one and each in [0, {Classes}).");
        return classes.to(fusion.Weight.device);
    }

    private static Tensor Uniform(string name, long[] shape, double bound, ulong seed)
    {
        SplitMix64 random = new(seed ^ RandomStream.Fnv1a64(name));
        float[] values = new float[shape.Aggregate(1L, (a, b) => a * b)];
        for (int i = 0; i < values.Length; i++) values[i] = random.Sym() * (float)bound;
        return tensor(values, shape);
    }

    private static void AddCounters(AttentionLayout layout, StateDict? weights, Device device, Dictionary<string, Tensor> tensors)
    {
        foreach (string name in layout.Counters)
        {
            long count = weights is not null && weights.TryGetValue(name, out Tensor? counter) && counter.NumberOfElements == 1 ? (long)counter : 0;
            tensors[name] = tensor(count, dtype: ScalarType.Int64, device: device).DetachFromDisposeScope();
        }
    }
}
