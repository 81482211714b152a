using System.Text.Json;
using TTame.Core.Metrics;

namespace TTame.Cli.Evaluate;

/// <summary>Reads the boxes around objects for the measure energy-in-box.</summary>
internal static class BoxFile
{
    private const int Sides = 4;

    /// <summary>Boxes by the image's name in its list.</summary>
    /// <param name="path">JSON, or null for no boxes.</param>
    /// <exception cref="CliException">The file is none of boxes.</exception>
    public static IReadOnlyDictionary<string, IReadOnlyList<PixelBox>> Read(string? path)
    {
        if (path is null) return new Dictionary<string, IReadOnlyList<PixelBox>>();
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, int[][]>>(File.ReadAllText(path))!.ToDictionary(p => p.Key, p => (IReadOnlyList<PixelBox>)[.. p.Value.Select(Box)]);
        }
        catch (JsonException broken)
        {
            throw new CliException(ExitCode.Input, $"{path} is no file of boxes: {broken.Message}", "It is {\"image\": [[left, top, right, bottom], …], …} in whole pixels.");
        }
    }

    private static PixelBox Box(int[] sides) => sides.Length == Sides && sides[0] < sides[2] && sides[1] < sides[3]
        ? new(sides[0], sides[1], sides[2], sides[3])
        : throw new JsonException($"[{string.Join(", ", sides)}] is no box.");
}
