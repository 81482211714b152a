using System.Text.Json;
using TorchSharp;
using TTame.Core.Primitives;
using TTame.Core.Weights;
using static TorchSharp.torch;

namespace TTame.Core.Training;

/// <summary>Everything about a training that is no tensor. No clock enters it: the same inputs give the same bytes.</summary>
public sealed record CheckpointState
{
    /// <summary>Version of this layout.</summary>
    public int Format { get; init; } = 1;

    /// <summary>The recipe, without open choices.</summary>
    public required Recipe Recipe { get; init; }

    /// <summary>Name of the attention's variant.</summary>
    public required string Variant { get; init; }

    /// <summary>SHA-256 of the classifier's weights file; a checkpoint does not go on with another classifier.</summary>
    public required string BackboneSha256 { get; init; }

    /// <summary>Fingerprint of the training list; a checkpoint does not go on with another list.</summary>
    public required string ListSha256 { get; init; }

    /// <summary>N, the length of the training list.</summary>
    public required int Images { get; init; }

    /// <summary>Ridge penalties that a closed-form start chose, as shares of the rows summed; empty for other starts.</summary>
    public IReadOnlyList<double> Penalties { get; init; } = [];

    /// <summary>Steps done; also the next step's number.</summary>
    public int Step { get; init; }

    /// <summary>State of the stream that random classes are drawn from.</summary>
    public ulong RandomState { get; init; }

    /// <summary>Sums of the loss terms of each epoch begun so far, with the number of steps in each.</summary>
    public IReadOnlyList<EpochLoss> History { get; init; } = [];

    /// <summary>The loss over the whole training: sums over equal stretches of <see cref="StepsPerPoint"/> steps. Part of the state, so that a step done twice is on it once.</summary>
    public IReadOnlyList<EpochLoss> Curve { get; init; } = [];

    /// <summary>Images that could not be read, with the reason, in the order of their first meeting.</summary>
    public IReadOnlyList<UnreadableImage> Unreadable { get; init; } = [];

    /// <summary>Optimiser steps of the whole training.</summary>
    public int TotalSteps => Recipe.Epochs * Recipe.StepsPerEpoch(Images);

    /// <summary>Steps of one point of <see cref="Curve"/>: at most 200 points for a training of any length.</summary>
    public int StepsPerPoint => Math.Max(1, (TotalSteps + MostPoints - 1) / MostPoints);

    private const int MostPoints = 200;

    /// <summary>Whether all steps are done.</summary>
    public bool Finished => Step >= TotalSteps;
}

/// <summary>Loss terms summed over the steps of an epoch, or of another stretch of a training.</summary>
/// <param name="Steps">Steps summed.</param>
/// <param name="Sum">Their terms.</param>
public sealed record EpochLoss(int Steps, LossParts Sum)
{
    /// <summary>Mean terms of the epoch so far.</summary>
    public LossParts Mean() => Sum / Math.Max(1, Steps);
}

/// <summary>A training image that is no readable picture.</summary>
/// <param name="Name">Its name in the list.</param>
/// <param name="Reason">Code of the refusal.</param>
public sealed record UnreadableImage(string Name, string Reason);

/// <summary>All state that a training needs to go on as if it had never stopped: attention weights, running statistics, momentum, step, random state.</summary>
/// <remarks>One safetensors file; the state is JSON in its metadata, so that a checkpoint is whole or not there.</remarks>
public sealed class Checkpoint : IDisposable
{
    private const string StateKey = "ttame.checkpoint", AttentionPrefix = "attention.", OptimiserPrefix = "optimiser.";

    /// <summary>Takes ownership of the tensors.</summary>
    /// <param name="state">What is no tensor.</param>
    /// <param name="attention">The attention mechanism's state dictionary, on the host.</param>
    /// <param name="optimiser">The optimiser's buffers, on the host.</param>
    public Checkpoint(CheckpointState state, IReadOnlyDictionary<string, Tensor> attention, IReadOnlyDictionary<string, Tensor> optimiser)
        => (State, Attention, Optimiser) = (state, attention, optimiser);

    /// <summary>What is no tensor.</summary>
    public CheckpointState State { get; }

    /// <summary>Parameters and running statistics of the attention mechanism.</summary>
    public IReadOnlyDictionary<string, Tensor> Attention { get; }

    /// <summary>Buffers of the optimiser.</summary>
    public IReadOnlyDictionary<string, Tensor> Optimiser { get; }

    /// <summary>Writes the checkpoint; a reader sees the earlier file or the whole new one.</summary>
    /// <param name="path">Replaced where it exists.</param>
    public void Save(string path)
    {
        string temporary = path + ".part";
        using (FileStream stream = File.Create(temporary))
        {
            Write(stream);
            stream.Flush(flushToDisk: true);
        }
        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Writes the checkpoint to a stream: the same checkpoint is always the same bytes.</summary>
    /// <param name="stream">Left open.</param>
    public void Write(Stream stream)
    {
        SortedDictionary<string, Tensor> tensors = new(StringComparer.Ordinal);
        foreach ((string name, Tensor value) in Attention) tensors[AttentionPrefix + name] = value;
        foreach ((string name, Tensor value) in Optimiser) tensors[OptimiserPrefix + name] = value;
        string json = JsonSerializer.Serialize(State, TrainingJson.Default.CheckpointState);
        Safetensors.Write(stream, tensors, new Dictionary<string, string> { [StateKey] = json });
    }

    /// <summary>Reads a checkpoint file.</summary>
    /// <param name="path">What <see cref="Save"/> wrote.</param>
    /// <exception cref="WeightsException">It is no checkpoint, or a broken one.</exception>
    public static Checkpoint Load(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Read(stream, path);
    }

    /// <summary>Reads a checkpoint from a stream.</summary>
    /// <param name="stream">Read to its end.</param>
    /// <param name="name">What errors call it.</param>
    /// <exception cref="WeightsException">It is no checkpoint, or a broken one.</exception>
    public static Checkpoint Read(Stream stream, string name)
    {
        StateDict file = Safetensors.Read(stream, name);
        if (!file.Metadata.TryGetValue(StateKey, out string? json))
        {
            file.Dispose();
            throw new WeightsException(name, StateKey, "a training checkpoint", "a file without that entry");
        }
        CheckpointState state = JsonSerializer.Deserialize(json, TrainingJson.Default.CheckpointState)!;
        return new(state, Under(file, AttentionPrefix), Under(file, OptimiserPrefix));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor tensor in Attention.Values) tensor.Dispose();
        foreach (Tensor tensor in Optimiser.Values) tensor.Dispose();
    }

    private static Dictionary<string, Tensor> Under(StateDict file, string prefix)
        => file.Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal))
               .ToDictionary(pair => pair.Key[prefix.Length..], pair => pair.Value);
}
