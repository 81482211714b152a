namespace TTame.Bench;

/// <summary>One benchmark: a name to call it by, and what it measures.</summary>
internal interface IBenchmark
{
    string Name { get; }
    IEnumerable<Measurement> Run();
}

/// <summary>One figure.</summary>
internal readonly record struct Measurement(string What, double Value, string Unit);
