using TorchSharp;
using static TorchSharp.torch;

namespace TTame.Core.Backbones;

/// <summary>How a network's weights are held.</summary>
/// <param name="Device">Where.</param>
public sealed record NetworkOptions(Device Device)
{
    /// <summary>Dtype of weights and computation: float32; float64 for reference runs.</summary>
    public ScalarType Dtype { get; init; } = ScalarType.Float32;

    /// <summary>Whether batch norm is folded into the convolution before it. Same function in exact arithmetic, fewer passes over memory.</summary>
    public bool FoldBatchNorm { get; init; } = true;

    /// <summary>Whether convolutions run with channels innermost in memory.</summary>
    public bool ChannelsLast { get; init; } = true;

    /// <summary>Whether batch norm normalises by the batch and updates its running statistics, as the official training code does by accident; needs <see cref="FoldBatchNorm"/> off.</summary>
    /// <deviation>D7</deviation>
    public bool BatchStatistics { get; init; }
}
