using Microsoft.Extensions.Configuration;
using TTame.Functions.Hosting;
using TTame.Testing;

namespace TTame.Functions.Tests;

[Trait("Kind", "Unit")]
public class SettingsTests
{
    [Fact]
    public void Read_NothingSet_EverySettingHasItsDefault()
    {
        var settings = Read();
        Assert.Equal("efficientnet-lite0", settings.Model);
        Assert.Equal(3, settings.Classes.Top);
        Assert.Equal(1, settings.Faithfulness.Rate);
        Assert.Equal(TimeSpan.FromMilliseconds(20), settings.BatchDelay);
        Assert.Equal(64L << 20, settings.MaxBytes);
    }

    [Theory]
    [InlineData("Model", "../x")]
    [InlineData("Classes", "top:0")]
    [InlineData("Faithfulness", "sample:1.5")]
    [InlineData("OverlayOpacity", "NaN")]
    [InlineData("BatchSize", "0")]
    [InlineData("Device", "tpu")]
    [InlineData("HeatmapsContainer", "Heat")]
    [InlineData("HeatmapsContainer", "images")]
    [InlineData("FailedContainer", "metrics")]
    public void Read_TextNotTaken_NamesTheSetting(string name, string value)
        => Assert.Equal(name, Assert.Throws<SettingException>(() => Read((name, value))).Setting.Name);

    [Fact]
    public void Document_OfTheRepository_IsTheOneMadeFromTheList()
    {
        string file = Path.Combine(Ground.Repository, "docs", "SETTINGS.md");
        Assert.Equal(SettingsDocument.Write(), File.ReadAllText(file));
    }

    internal static ServiceSettings Read(params (string, string)[] values)
        => ServiceSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(values.ToDictionary(v => v.Item1, v => (string?)v.Item2)).Build());
}
