using TorchSharp;
using TTame.Core.Backbones;
using static TorchSharp.torch;

namespace TTame.Core.Attention;

/// <summary>What to do with a model whose card states no hash.</summary>
public enum MissingHash
{
    /// <summary>Refuse it: whoever can write to the folder could have changed it unnoticed.</summary>
    Refuse,

    /// <summary>Load it and say so in <see cref="LoadedModel.Warnings"/>.</summary>
    Warn,
}

/// <summary>How a library loads.</summary>
public sealed record ModelLibraryOptions
{
    /// <summary>For weights without a hash.</summary>
    public MissingHash MissingHash { get; init; } = MissingHash.Refuse;

    /// <summary>Dtype of weights and computation of safetensors models.</summary>
    public ScalarType Dtype { get; init; } = ScalarType.Float32;
}
