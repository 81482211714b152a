namespace TTame.Core.Primitives;

/// <summary>SplitMix64, the product's seeded generator: 64 bits of state, which a checkpoint can hold.</summary>
/// <remarks>A value: pass it by <c>ref</c>, or the copy draws what the original will draw again.</remarks>
/// <param name="seed">First state.</param>
public struct SplitMix64(ulong seed)
{
    /// <summary>Everything the generator knows.</summary>
    public ulong State { get; set; } = seed;

    /// <summary>The next 64 bits.</summary>
    public ulong Draw() => RandomStream.Mix(State += RandomStream.Step);

    /// <summary>The next draw's upper 24 bits: as many as a float32 holds exactly.</summary>
    public uint U24() => (uint)(Draw() >> 40);

    /// <summary>The next number in [0, 1), exact in float32.</summary>
    public float Unit() => U24() * UnitScale;

    /// <summary>The next number in [−1, 1), exact in float32.</summary>
    public float Sym() => ((int)U24() - Half) * SymScale;

    /// <summary>The next whole number in [0, <paramref name="n"/>).</summary>
    /// <param name="n">At least 1.</param>
    public uint Below(uint n) => (uint)((Draw() >> 32) % n);

    internal const int Half = 1 << 23;
    internal const float UnitScale = 1f / (1 << 24), SymScale = 1f / (1 << 23);
}
