using TTame.Core.Imaging;
using TTame.Core.Primitives;
using static TorchSharp.torch;

namespace TTame.Core.Backbones;

/// <summary>A network of this library seen as a classifier.</summary>
internal class NetworkClassifier : IClassifier
{
    private readonly ClassTokenUse classToken;
    private long passes;

    /// <summary>Takes ownership of the network.</summary>
    /// <param name="network">The network.</param>
    /// <param name="card">The model's card.</param>
    /// <param name="taps">Points to read.</param>
    /// <param name="classToken">For a vision transformer.</param>
    public NetworkClassifier(Network network, ModelCard card, IReadOnlyList<FeatureTap> taps, ClassTokenUse classToken)
    {
        (Network, Card, Taps) = (network, card, taps);
        this.classToken = classToken;
        if (card.Classes.Count != network.Classes)
            throw new ModelException(card.Name, $"the card names {card.Classes.Count} classes, the weights have {network.Classes}.", "Correct the card's list of classes.");
    }

    /// <summary>The network itself.</summary>
    protected Network Network { get; }

    public ModelCard Card { get; }

    public IReadOnlyList<FeatureTap> Taps { get; }

    public int Classes => Network.Classes;

    public Device Device => Network.Weights.Options.Device;

    public long ForwardPasses => Interlocked.Read(ref passes);

    public IReadOnlyList<string> Layers => Network.Points;

    public ForwardPass Forward(PixelImages images)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        Shape.Require(images.Values, "B", 3, "H", "W");
        NormalizedImages normalized = Preprocessing.Standardise(new(images.Values.to(Device)), Card.Input);
        Probe probe = new() { Record = [.. Taps.Select(tap => tap.Name)] };
        try
        {
            Logits logits = Run(normalized, probe);
            Tensor[] grids = [.. Taps.Select(tap => ToGrid(probe.Take(tap.Name)).MoveToOuterDisposeScope())];
            return new(images, new(normalized.Values.MoveToOuterDisposeScope()), new(logits.Values.MoveToOuterDisposeScope()), new(grids));
        }
        finally
        {
            probe.Release();
        }
    }

    public Logits Classify(NormalizedImages images)
    {
        using var scope = NewDisposeScope();
        return new(Run(images, Probe.Blind).Values.MoveToOuterDisposeScope());
    }

    public LayerPass ForwardTo(string layer, NormalizedImages images)
    {
        string point = Find(layer);
        int stage = Network.StageOf(point);
        Tensor? beside = null;
        Probe probe = new() { Leaf = point };
        using var scope = NewDisposeScope();
        using var recording = enable_grad();
        try
        {
            NormalizedImages frozen = new(images.Values.detach());
            Logits logits = Run(frozen, probe, (number, input) => { if (number == stage) beside = input.alias(); });
            return new(layer, probe.Take(point).MoveToOuterDisposeScope(), new(logits.Values.MoveToOuterDisposeScope()), beside!.MoveToOuterDisposeScope());
        }
        finally
        {
            probe.Release();
        }
    }

    public Logits Head(string layer, LayerPass pass, Tensor activations)
    {
        string point = Find(layer);
        using var scope = NewDisposeScope();
        Tensor beside = pass.Beside ?? throw new ArgumentException($"The pass to {pass.Layer} was not made by this classifier.", nameof(pass));
        long n = activations.size(0);
        if (beside.size(0) != n)
        {
            if (beside.size(0) != 1) throw new ShapeException(nameof(activations), $"a batch of {beside.size(0)}, as the pass", $"{n}");
            beside = beside.expand([n, .. beside.shape[1..]]);
        }
        Interlocked.Add(ref passes, n);
        return new(Network.Run(beside, new() { Replaced = point, Replacement = activations }, Network.StageOf(point)).MoveToOuterDisposeScope());
    }

    public void Dispose() => Network.Dispose();

    /// <summary>The same network read at other taps; either may be disposed, not both.</summary>
    /// <param name="features">As in a card.</param>
    /// <param name="token">For a vision transformer.</param>
    public NetworkClassifier With(string? features, ClassTokenUse token) => Architectures.Wrap(Network, Card, features, token);

    /// <summary>Runs the whole network and counts it.</summary>
    /// <param name="images">Standardised.</param>
    /// <param name="probe">Looks on.</param>
    /// <param name="entering">Told each stage's number and input.</param>
    protected Logits Run(NormalizedImages images, Probe probe, Action<int, Tensor>? entering = null)
    {
        Tensor x = Shape.Require(images.Values, "B", 3, "H", "W").to(Network.Weights.Options.Dtype, Device);
        if (Network.Weights.Options.ChannelsLast && Card.Kind == ModelKind.Cnn) x = MemoryLayout.ChannelsLast(x);
        Interlocked.Add(ref passes, x.size(0));
        return new(Network.Run(x, probe, entering: entering));
    }

    private string Find(string layer)
    {
        string point = Network.Resolve(layer);
        return Network.StageOf(point) >= 0
            ? point
            : throw new ModelException(Card.Name, $"it has no layer {layer}.", $"Name one of {string.Join(", ", Layers)}.");
    }

    private Tensor ToGrid(Tensor value) => value.ndim == 3 ? FeatureMapAdapter.ToGrid(value, classToken) : value;
}
