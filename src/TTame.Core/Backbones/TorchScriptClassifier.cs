using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;
using TTame.Core.Imaging;
using TTame.Core.Primitives;
using static TorchSharp.torch;

namespace TTame.Core.Backbones;

/// <summary>A user's own model: a TorchScript program whose forward returns the logits and the taps, and that may have a second method, <c>head</c>, from the last tap to the logits.</summary>
/// <remarks>TorchScript is code: it is loaded only from the operator's models, its hash matched before.</remarks>
internal sealed class TorchScriptClassifier : IClassifier
{
    private const string HeadMethod = "head";

    private readonly jit.ScriptModule module;
    private readonly ClassTokenUse classToken;
    private readonly int[] picked;
    private readonly bool hasHead;
    private readonly IReadOnlyList<FeatureTap> all;
    private long passes;

    /// <summary>Loads the program and runs it once on zeros, to learn its taps.</summary>
    /// <param name="program">The program.</param>
    /// <param name="path">What errors call it.</param>
    /// <param name="card">The model's card.</param>
    /// <param name="device">Where to run.</param>
    /// <param name="features">Taps to read, separated by commas; null: all.</param>
    /// <param name="classToken">For a vision transformer.</param>
    public TorchScriptClassifier(byte[] program, string path, ModelCard card, Device device, string? features, ClassTokenUse classToken)
    {
        (Card, Device, this.classToken) = (card, device, classToken);
        try
        {
            module = jit.load(program, device);
        }
        catch (ExternalException e)
        {
            throw new WeightsException(path, null, "a TorchScript program", e.Message.Split('\n')[0]);
        }
        module.eval();
        foreach (var parameter in module.parameters()) parameter.requires_grad = false;
        (all, Classes, hasHead) = LookAtTaps();
        picked = Pick(features);
        Taps = [.. picked.Select(i => all[i])];
    }

    public ModelCard Card { get; }

    public IReadOnlyList<FeatureTap> Taps { get; }

    public int Classes { get; }

    public Device Device { get; }

    public long ForwardPasses => Interlocked.Read(ref passes);

    public IReadOnlyList<string> Layers => [.. all.Select(tap => tap.Name)];

    public ForwardPass Forward(PixelImages images)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        NormalizedImages normalized = Preprocessing.Standardise(new(images.Values.to(Device)), Card.Input);
        Tensor[] outputs = Run(normalized);
        Tensor[] grids = [.. picked.Select(i => (outputs[i + 1].ndim == 3 ? FeatureMapAdapter.ToGrid(outputs[i + 1], classToken) : outputs[i + 1]).MoveToOuterDisposeScope())];
        return new(images, new(normalized.Values.MoveToOuterDisposeScope()), new(outputs[0].MoveToOuterDisposeScope()), new(grids));
    }

    public Logits Classify(NormalizedImages images)
    {
        using var scope = NewDisposeScope();
        return new(Run(images)[0].MoveToOuterDisposeScope());
    }

    public LayerPass ForwardTo(string layer, NormalizedImages images)
    {
        int tap = Find(layer);
        using var scope = NewDisposeScope();
        using var recording = enable_grad();
        bool fromHead = hasHead && tap == all.Count - 1;                           // then the way to the tap need not be recorded
        Tensor input = images.Values.detach();
        if (!fromHead) input.requires_grad_();                                     // a tap on the way has a gradient only where the path to it has one
        Tensor[] outputs = Run(new(input));
        if (!fromHead) return new(layer, outputs[tap + 1].MoveToOuterDisposeScope(), new(outputs[0].MoveToOuterDisposeScope()));
        Tensor leaf = outputs[tap + 1].detach().requires_grad_();
        return new(layer, leaf.MoveToOuterDisposeScope(), new(CallHead(leaf).MoveToOuterDisposeScope()));
    }

    public Logits Head(string layer, LayerPass pass, Tensor activations)
    {
        int tap = Find(layer);
        if (tap != all.Count - 1) throw new ModelException(Card.Name, $"it can't be run from {layer}.", $"Only {all[^1].Name}, the last tap, has a {HeadMethod} method behind it.");
        using var scope = NewDisposeScope();
        Interlocked.Add(ref passes, activations.size(0));
        return new(CallHead(activations).MoveToOuterDisposeScope());
    }

    public void Dispose() => module.Dispose();

    private bool HasHead(Tensor lastTap)
    {
        try
        {
            module.invoke<Tensor, Tensor>(HeadMethod, lastTap).Dispose();
            return true;
        }
        catch (ExternalException)
        {
            return false;                                                          // what needs it says so when it is asked for
        }
    }

    private Tensor CallHead(Tensor activations)
    {
        try
        {
            return module.invoke<Tensor, Tensor>(HeadMethod, activations);
        }
        catch (ExternalException e)
        {
            throw new ModelException(Card.Name, $"its method {HeadMethod}(last tap) failed or does not exist: {e.Message.Split('\n')[0]}",
                "Export the program with that method; docs/MODELS.md shows how.");
        }
    }

    private Tensor[] Run(NormalizedImages images)
    {
        Tensor x = Shape.Require(images.Values, "B", 3, "H", "W").to(ScalarType.Float32, Device);
        Interlocked.Add(ref passes, x.size(0));
        return Outputs(module.forward(x));
    }

    private Tensor[] Outputs(object output)
    {
        object?[] parts = output switch
        {
            Tensor[] tensors => tensors,
            ITuple tuple => [.. Enumerable.Range(0, tuple.Length).Select(i => tuple[i])],
            System.Collections.IList list => [.. list.Cast<object?>()],
            _ => [output],
        };
        return parts.Length >= 2 && parts.All(part => part is Tensor)
            ? [.. parts.Cast<Tensor>()]
            : throw new ModelException(Card.Name, "its forward does not return (logits, tap 1, …).", "Export the program as docs/MODELS.md shows.");
    }

    private (IReadOnlyList<FeatureTap> Taps, int Classes, bool HasHead) LookAtTaps()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        int size = Card.Input.Size;
        Tensor[] outputs = Run(new(zeros([1, 3, size, size])));
        passes = 0;
        Shape.Require(outputs[0], "B", Card.Classes.Count);
        List<FeatureTap> taps = [];
        for (int i = 1; i < outputs.Length; i++)
        {
            string name = Card.Outputs is { } names && names.Count == outputs.Length ? names[i] : $"tap{i}";
            long[] shape = outputs[i].ndim == 3 ? FeatureMapAdapter.ToGrid(outputs[i], ClassTokenUse.Exclude).shape : Shape.Require(outputs[i], "B", "K", "h", "w").shape;
            taps.Add(new(name, (int)shape[1], (int)Math.Max(1, size / shape[2])));
        }
        return (taps, (int)outputs[0].size(1), HasHead(outputs[^1]));
    }

    private int[] Pick(string? features) => features is null
        ? [.. Enumerable.Range(0, all.Count)]
        : [.. features.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Find)];

    private int Find(string layer)
    {
        int tap = Enumerable.Range(0, all.Count).FirstOrDefault(i => all[i].Name == layer, -1);
        return tap >= 0 ? tap : throw new ModelException(Card.Name, $"it has no layer {layer}.", $"Name one of {string.Join(", ", Layers)}.");
    }
}
