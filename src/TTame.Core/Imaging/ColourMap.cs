namespace TTame.Core.Imaging;

/// <summary>Colours for the levels of a map, from little to much: perceptually ordered (each step looks lighter than the one before), and so for colour-blind readers and in print.</summary>
/// <source>viridis; cividis</source>
public sealed class ColourMap
{
    /// <summary>Levels of a map.</summary>
    public const int Levels = 256;

    private const int Channels = RgbImage.Channels;
    private readonly byte[] _colours;       // (Levels, 3)

    private ColourMap(string name, string anchors)
    {
        Name = name;
        _colours = Between(Convert.FromHexString(anchors));
    }

    /// <summary>Violet over green to yellow, which stays apart from a picture's grey at every level. The default.</summary>
    public static ColourMap Viridis { get; } = new("viridis",
        "440154470D6048186A482374472D7B4536814240863F49893B528B375A8D33638D2F6A8E2C728E297A8E26818E23898E21908C1F988B"
        + "1F9F8821A68528AE8031B57B3EBC744CC26C5DC9636ECE5882D34C96D83FABDC32C0DF24D5E21AEAE51AFDE725");

    /// <summary>Blue over grey to yellow: made so that readers with any colour vision see the same. Over a picture its middle is hard to tell from the picture's grey.</summary>
    public static ColourMap Cividis { get; } = new("cividis",
        "00224E00285B002E6A0433711A386F273E6E32436D3B496C434E6C4B546C52596D5A5F6E61656F686A716F70737576767C7B78848179"
        + "8B8778938D789B9376A39A75ABA072B3A670BBAD6CC3B469CCBA64D4C15FDDC958E6D051EFD748F8DF3CFEE838");

    /// <summary>Black over violet and orange to pale yellow.</summary>
    public static ColourMap Inferno { get; } = new("inferno",
        "0000040403120B0724150B37210C4A2E0A5A3C09654A0C6B57106D63146E70196E7D1E6D89226A962766A32B61AF315CBB3755C63E4D"
        + "D14644DB4F3BE35932EB6528F1711EF67F14F98D0AFB9C06FCAB0FFBBA1FF9CA32F5D949F2E865F3F586FCFFA4");

    /// <summary>Black to white.</summary>
    public static ColourMap Grey { get; } = new("grey", "000000FFFFFF");

    /// <summary>All colour maps, the default first.</summary>
    public static IReadOnlyList<ColourMap> All { get; } = [Viridis, Cividis, Inferno, Grey];

    /// <summary>Name in options and settings.</summary>
    public string Name { get; }

    /// <summary>(Levels, 3) bytes, R first.</summary>
    internal ReadOnlySpan<byte> Colours => _colours;

    /// <summary>The colour map with a name, in any case.</summary>
    /// <param name="name">One of <see cref="All"/>.</param>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static ColourMap Named(string name)
        => All.FirstOrDefault(m => m.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw new ArgumentException($"There is no colour map '{name}'; known are {string.Join(", ", All.Select(m => m.Name))}.", nameof(name));

    /// <summary>The colour of a level.</summary>
    /// <param name="level">0 (little) to 255 (much).</param>
    public (byte R, byte G, byte B) Colour(byte level) => (_colours[level * Channels], _colours[(level * Channels) + 1], _colours[(level * Channels) + 2]);

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>All levels, linearly between evenly spaced anchors.</summary>
    private static byte[] Between(byte[] anchors)
    {
        int intervals = (anchors.Length / Channels) - 1;
        byte[] colours = new byte[Levels * Channels];
        for (int level = 0; level < Levels; level++)
        {
            double at = (double)level * intervals / (Levels - 1);
            int anchor = Math.Min((int)at, intervals - 1);
            for (int c = 0; c < Channels; c++)
            {
                double from = anchors[(anchor * Channels) + c], to = anchors[((anchor + 1) * Channels) + c];
                colours[(level * Channels) + c] = (byte)Math.Round(from + ((to - from) * (at - anchor)));
            }
        }

        return colours;
    }
}
