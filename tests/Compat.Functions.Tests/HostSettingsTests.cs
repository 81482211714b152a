using LocalFunctionsHost.Settings;
using Microsoft.Extensions.Configuration;

namespace Compat.Functions.Tests;

/// <summary>host.json, local.settings.json, the command line and connections: what is read, and what is said of a mistake.</summary>
[Trait("Kind", "Unit")]
public class HostSettingsTests
{
    private static string FileOf(string content)
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("settings-").FullName, "file.json");
        File.WriteAllText(path, content);
        return path;
    }

    private static HostSettings With(params (string Key, string? Value)[] hostJson) => new()
    {
        ScriptRoot = "",
        HostJson = new ConfigurationBuilder().AddInMemoryCollection(hostJson.ToDictionary(e => e.Key, e => e.Value)).Build(),
    };

    private static IConfiguration Settings(params (string Key, string? Value)[] values) => With(values).HostJson;

    [Theory]
    [InlineData("{}", "version")]
    [InlineData("""{"version":"1.0"}""", "'version'")]
    [InlineData("""{"version":"2.0","extensionBundle":{"id":"x"}}""", "extensionBundle")]
    [InlineData("""{"version":"2.0",""", "Unable to parse")]
    public void ReadHostJson_Mistake_IsNamed(string content, string named)
        => Assert.Contains(named, Assert.Throws<HostSettingsException>(() => HostSettings.ReadHostJson(FileOf(content))).Message);

    [Theory]
    [InlineData("0")]
    [InlineData("many")]
    public void MaxBlobs_NoPositiveNumber_NamesTheKey(string value)
        => Assert.Contains("extensions.blobs.maxDegreeOfParallelism", Assert.Throws<HostSettingsException>(() => With(("extensions:blobs:maxDegreeOfParallelism", value)).MaxBlobs).Message);

    [Fact]
    public void Defaults_NothingSet_AreTheHosts()
    {
        var settings = With();

        Assert.Equal((8 * Environment.ProcessorCount, 5, "api"), (settings.MaxBlobs, settings.PoisonBlobThreshold, settings.RoutePrefix));
        Assert.Equal((TimeSpan.FromMinutes(30), TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(10)), (settings.FunctionTimeout, settings.Scan, settings.Lease));
    }

    [Theory]
    [InlineData("-1", null)]
    [InlineData("00:05:00", 300.0)]
    public void FunctionTimeout_Text_IsATimeOrUnlimited(string text, double? seconds)
        => Assert.Equal(seconds, With(("functionTimeout", text)).FunctionTimeout?.TotalSeconds);

    [Fact]
    public void FunctionTimeout_NoTime_IsNamed() => Assert.Contains("functionTimeout", Assert.Throws<HostSettingsException>(() => With(("functionTimeout", "soon")).FunctionTimeout).Message);

    [Theory]
    [InlineData("""{"Values":{"A":"b"}}""", "IsEncrypted")]
    [InlineData("""{"IsEncrypted":true,"Values":{"A":"b"}}""", "IsEncrypted")]
    [InlineData("""{"IsEncrypted":false,"Values":{"A":1}}""", "'A' must be a string")]
    [InlineData("""{"IsEncrypted":false,""", "file.json")]
    public void LocalSettings_Mistake_IsNamed(string content, string named)
        => Assert.Contains(named, Assert.Throws<HostSettingsException>(() => LocalSettings.Read(FileOf(content))).Message);

    [Fact]
    public void LocalSettings_Values_BecomeEnvironmentUnlessSetAlready()
    {
        string set = $"Set{Guid.NewGuid():N}", free = $"Free{Guid.NewGuid():N}";
        Environment.SetEnvironmentVariable(set, "before");
        var local = LocalSettings.Read(FileOf(
            $$$"""{"IsEncrypted":false,"Values":{"{{{set}}}":"file","{{{free}}}":"file"},"ConnectionStrings":{"{{{free}}}":"text"},"Host":{"LocalHttpPort":7099,"CORS":"http://a, http://b"} }"""));
        local.SetEnvironment();

        Assert.Equal(("before", "file", "text"), (Environment.GetEnvironmentVariable(set), Environment.GetEnvironmentVariable(free), Environment.GetEnvironmentVariable($"ConnectionStrings__{free}")));
        Assert.Equal(7099, local.Port);
        Assert.Equal(["http://a", "http://b"], local.Cors);
    }

    [Fact]
    public void CommandLine_OwnOptions_AreTakenAndTheRestGoesOn()
    {
        var line = CommandLine.Parse(["--port", "7080", "--scan=0.5", "--functions", "A", "B", "--enableAuth", "--mine", "x"]);

        Assert.Equal((7080, TimeSpan.FromMilliseconds(500), true), (line.Port, line.Scan, line.EnableAuth));
        Assert.Equal(["A", "B"], line.Functions!);
        Assert.Equal(["--mine", "x"], line.Rest);
    }

    [Theory]
    [InlineData("--port", "70800")]
    [InlineData("--port", "x")]
    [InlineData("--lease", "0")]
    [InlineData("--scan", "NaN")]
    public void CommandLine_ValueOutOfRange_NamesTheOption(string option, string value)
        => Assert.Contains(option, Assert.Throws<HostSettingsException>(() => CommandLine.Parse([option, value])).Message);

    [Theory]
    [InlineData("AzureWebJobsStorage", null)]
    [InlineData("AzureWebJobsStorage", "Storage")]
    [InlineData("AzureWebJobsStorage", "AzureWebJobsStorage")]
    [InlineData("AzureWebJobsPhotos", "Photos")]
    [InlineData("Photos", "Photos")]
    [InlineData("ConnectionStrings:Photos", "Photos")]
    public void Connections_NameInAnyForm_FindsItsSetting(string setting, string? name)
        => Assert.Equal("devstoreaccount1", new Connections(Settings((setting, "UseDevelopmentStorage=true"))).Blobs(name).AccountName);

    [Fact]
    public void Connections_ByIdentity_TakeTheAccountsAddress()
        => Assert.Equal(
            new Uri("https://pictures.blob.core.windows.net/"),
            new Connections(Settings(("AzureWebJobsStorage:accountName", "pictures"), ("AzureWebJobsStorage:credential", "managedidentity"))).Blobs(null).Uri);

    [Theory]
    [InlineData(null, "AzureWebJobsStorage")]
    [InlineData("Photos", "'Photos'")]
    public void Connections_SettingMissing_IsNamed(string? name, string named)
        => Assert.Contains(named, Assert.Throws<HostSettingsException>(() => new Connections(Settings()).Blobs(name)).Message);
}
