using TTame.Core.Imaging;

namespace TTame.Core.Tests.Imaging;

public sealed class ColourMapTests
{
    public static TheoryData<string> Names => [.. ColourMap.All.Select(m => m.Name)];

    [Theory]
    [Trait("Kind", "Property")]
    [MemberData(nameof(Names))]
    public void Colour_OfEachNextLevel_IsNeverDarker(string name)
    {
        double[] lightness = [.. Enumerable.Range(0, ColourMap.Levels).Select(level => Lightness(ColourMap.Named(name).Colour((byte)level)))];

        for (int level = 1; level < lightness.Length; level++)
            Assert.True(lightness[level] > lightness[level - 1] - 0.35, $"level {level}: {lightness[level - 1]:0.00} to {lightness[level]:0.00}");      // 8-bit colours step by up to 0.35
        Assert.True(lightness[^1] - lightness[0] > 70, $"from {lightness[0]:0} to {lightness[^1]:0}");
    }

    [Theory]
    [Trait("Kind", "Unit")]
    [InlineData("cividis", 0, 0x00, 0x22, 0x4E)]
    [InlineData("cividis", 255, 0xFE, 0xE8, 0x38)]
    [InlineData("VIRIDIS", 0, 0x44, 0x01, 0x54)]
    [InlineData("grey", 128, 128, 128, 128)]
    public void Colour_OfNamedMap_IsTheTables(string name, byte level, byte r, byte g, byte b)
        => Assert.Equal((r, g, b), ColourMap.Named(name).Colour(level));

    [Fact]
    [Trait("Kind", "Unit")]
    public void Named_OfUnknownName_ListsTheKnownOnes()
        => Assert.All(ColourMap.All, m => Assert.Contains(m.Name, Assert.Throws<ArgumentException>(() => ColourMap.Named("jet")).Message));

    /// <summary>CIE L*, 0 to 100.</summary>
    private static double Lightness((byte R, byte G, byte B) colour)
    {
        double y = (0.2126 * Linear(colour.R)) + (0.7152 * Linear(colour.G)) + (0.0722 * Linear(colour.B));
        return y > 216.0 / 24389 ? (116 * Math.Cbrt(y)) - 16 : y * 24389 / 27;
        static double Linear(byte v) => v / 255.0 is var s && s <= 0.04045 ? s / 12.92 : Math.Pow((s + 0.055) / 1.055, 2.4);
    }
}
