namespace TTame.Core.Primitives;

/// <summary>The fraction of an image's pixels that a mask keeps.</summary>
/// <param name="Value">(0, 1].</param>
public readonly record struct KeptShare(double Value);

/// <summary>The fraction of an image's pixels that are removed and imputed.</summary>
/// <param name="Value">(0, 1].</param>
public readonly record struct RemovedShare(double Value);
