using System.Text.Json;

namespace TTame.Cli.Golden.Families;

/// <summary>Numbers of a JSON list.</summary>
internal static class JsonNumbers
{
    /// <summary>As they stand there.</summary>
    public static double[] Of(JsonElement list) => [.. list.EnumerateArray().Select(value => value.GetDouble())];

    /// <summary>As the float32 numbers that they are printed from.</summary>
    public static float[] Floats(JsonElement list) => [.. list.EnumerateArray().Select(value => value.GetSingle())];
}
