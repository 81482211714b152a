namespace TTame.Functions.Explain;

/// <summary>When a batch is closed: whichever comes first.</summary>
/// <param name="Size">Items in a batch at most, from 1.</param>
/// <param name="Delay">How long the first item waits for others.</param>
public readonly record struct BatchLimits(int Size, TimeSpan Delay);

/// <summary>What became of one item of a batch: a value, or the error that is its alone.</summary>
/// <param name="Value">The value, where there is no error.</param>
/// <param name="Error">The error, or null.</param>
public readonly record struct Outcome<T>(T? Value, Exception? Error = null);

/// <summary>An item's value with what its batch cost.</summary>
/// <param name="Value">The value.</param>
/// <param name="Waited">From submission to the batch's start.</param>
/// <param name="Computed">The batch's computation.</param>
/// <param name="Size">Items in the batch.</param>
public sealed record Batched<T>(T Value, TimeSpan Waited, TimeSpan Computed, int Size);
