using TTame.Core.Attention;
using TTame.Core.Primitives;
using TTame.Core.Training;
using TTame.Functions.Evaluate;
using TTame.Functions.Hosting;

namespace TTame.Functions.Runs;

/// <summary>A model that is scored, and what of it must be disposed afterwards.</summary>
/// <param name="Model">The model; its classifier is shared with others.</param>
/// <param name="Own">What belongs to this opening alone.</param>
public sealed record OpenSubject(LoadedModel Model, IDisposable? Own) : IDisposable
{
    /// <inheritdoc />
    public void Dispose() => Own?.Dispose();
}

/// <summary>Models for training and scoring, loaded when first asked for. Not those that explain: a gradient must never run through a model that serves.</summary>
public sealed class RunModels(RunStore store, ModelLibrary library, ModelHost host, PublishedModels published) : IDisposable
{
    private readonly Dictionary<(string Name, string? Features), LoadedModel> backbones = [];
    private readonly Dictionary<string, LoadedModel> whole = new(StringComparer.Ordinal);

    /// <summary>The backbone of a model, without attention.</summary>
    /// <param name="name">The model.</param>
    /// <param name="features">Taps to read; null is those of the model's card.</param>
    /// <exception cref="ModelException">There is none, or it cannot be loaded.</exception>
    /// <exception cref="WeightsException">Its weights are not what its card says.</exception>
    public LoadedModel Backbone(string name, string? features)
    {
        lock (backbones)
        {
            if (backbones.TryGetValue((name, features), out var model)) return model;
            return backbones[(name, features)] = library.LoadBackbone(name, host.Device.Device, features ?? library.Card(name).Attention?.Features);
        }
    }

    /// <summary>The model of a name as it is published now.</summary>
    /// <exception cref="ModelException">There is none, or it has no attention.</exception>
    public async Task<LoadedModel> WholeAsync(string name, CancellationToken cancellation)
    {
        await published.SyncAsync(name, cancellation);
        lock (whole)
        {
            string? now = library.Card(name).Attention?.Sha256;
            if (whole.TryGetValue(name, out var model) && model.Card.Attention?.Sha256 == now) return model;
            return whole[name] = library.Load(name, host.Device.Device);
        }
    }

    /// <summary>What is to be scored.</summary>
    /// <exception cref="ModelException">It is not there, or it is another than the one the run began with.</exception>
    public async Task<OpenSubject> OpenAsync(ScoreSubject subject, CancellationToken cancellation)
    {
        if (subject.Checkpoint is not { } path)
        {
            var model = await WholeAsync(subject.Model, cancellation);
            if (model.JointSha256 != subject.Sha256) throw new ModelException(subject.Model, "it has been published anew since this evaluation began.", "Start another evaluation.");
            return new(model, null);
        }
        using var checkpoint = Checkpoint.Read((await store.ReadAsync(path, cancellation)).ToStream(), path);
        var backbone = Backbone(subject.Model, subject.Features);
        var attention = TrainingChunk.AttentionOf(checkpoint, backbone.Classifier);
        attention.Freeze();
        return new(new LoadedModel(backbone.Card, backbone.Classifier, attention, backbone.JointSha256), attention);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var model in backbones.Values.Concat(whole.Values)) model.Dispose();
    }
}
