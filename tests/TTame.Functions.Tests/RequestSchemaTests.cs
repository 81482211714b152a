using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using TTame.Functions.Evaluate;
using TTame.Functions.Explain;
using TTame.Functions.Hosting;
using TTame.Functions.Runs;
using TTame.Functions.Train;

namespace TTame.Functions.Tests;

/// <summary>The published schemas and the service take the same bodies, and every member of a body changes what is done.</summary>
[Trait("Kind", "Property")]
public class RequestSchemaTests
{
    private const string TrainFile = "train-request.json", EvaluateFile = "evaluate-request.json";
    private static readonly string[] Values =
    [
        "null", "true", "false", "-1", "0", "1", "2", "0.05", "0.5", "1.5", "64", "65", "100000", "100001", "3000000000", "\"\"", "\"x\"", "\"a b\"", "\"../x\"", "\"auto\"", "\"paper\"", "\"official\"", "\"few-images\"",
        "\"cnn\"", "\"vit\"", "\"batchLabels\"", "\"randomClasses\"", "\"masked+pooled\"", "\"random\"", "\"adamw\"", "\"sgd\"", "\"shared\"", "\"free\"", "\"" + new string('n', 64) + "\"", "\"" + new string('n', 65) + "\"",
        "[]", "[0]", "[1]", "[1,2]", "[0.001,0.01]", "[0.15]", "[1.5]", "[\"TAME\"]", "[\"grad-cam++@layer3\"]", "[\"LCAM\",\"TTAME\"]", "[\"t-tame\"]", "[\"ad\",\"ic\"]", "[\"net\"]", "[\"guess\"]", "[null]", "{}",
        "[{}]", "[{\"area\":1}]", "[{\"areas\":1}]", "[{\"area\":\"1\"}]", "{\"container\":\"photos\"}", "{\"container\":\"photos\",\"prefix\":\"a/\"}", "{\"container\":\"photos\",\"list\":\"a.txt\"}", "{\"container\":\"ph\"}",
        "{\"container\":\"photos\",\"more\":1}", "{\"container\":null}", "{\"prefix\":\"a\"}",
    ];

    public static TheoryData<string, string> Members()
    {
        TheoryData<string, string> all = [];
        foreach (string file in new[] { TrainFile, EvaluateFile })
            foreach (string member in new Schema(file).Members) all.Add(file, member);
        return all;
    }

    [Theory]
    [MemberData(nameof(Members))]
    public void Member_AnyValue_IsTakenBySchemaAndServiceOrByNeither(string file, string member)
    {
        var schema = new Schema(file);
        int taken = 0;
        foreach (string value in Values)
        {
            var body = file == TrainFile ? Roomy() : Smallest();
            body[member] = JsonNode.Parse(value);
            bool published = schema.Takes(body);
            var refusal = Record.Exception(() => Plan(file, body));
            Assert.True(refusal is null or RequestException { Status: 400 }, $"{member} = {value}: {refusal}");
            Assert.True(published == (refusal is null), $"{member} = {value}: the schema says {published}, the service {refusal?.Message ?? "yes"}");
            if (published) taken++;
        }
        Assert.InRange(taken, 1, Values.Length - 1);
    }

    [Theory]
    [InlineData("id", "\"mine\"")]
    [InlineData("model", "\"other\"")]
    [InlineData("features", "\"layer2,layer3\"")]
    [InlineData("name", "\"out\"")]
    [InlineData("images", "{\"container\":\"photos\",\"list\":\"lists/a.txt\"}")]
    [InlineData("images", "{\"container\":\"photos\",\"prefix\":\"a/\"}")]
    [InlineData("validation", "{\"container\":\"photos\",\"prefix\":\"v/\"}")]
    [InlineData("test", "{\"container\":\"photos\",\"prefix\":\"t/\"}")]
    [InlineData("validationShare", "0.2")]
    [InlineData("testShare", "0.2")]
    [InlineData("recipe", "\"few-images\"")]
    [InlineData("epochs", "3")]
    [InlineData("epochs", "[1,2]")]
    [InlineData("selectEpoch", "true")]
    [InlineData("maxLearningRates", "[0.5]")]
    [InlineData("variants", "[\"NoskipSame\"]")]
    [InlineData("lossWeights", "[{\"area\":7}]")]
    [InlineData("loss", "\"official\"")]
    [InlineData("psi", "\"batchLabels\"")]
    [InlineData("masking", "\"cnn\"")]
    [InlineData("masking", "\"vit\"")]
    [InlineData("initialisation", "\"pooled\"")]
    [InlineData("rows", "\"shared\"")]
    [InlineData("optimiser", "\"adamw\"")]
    [InlineData("batchSize", "8")]
    [InlineData("batchSize", "\"auto\"")]
    [InlineData("workers", "2")]
    [InlineData("stepsPerActivity", "7")]
    [InlineData("shardSize", "7")]
    [InlineData("cache", "true")]
    [InlineData("seed", "9")]
    public void TrainMember_Given_ChangesThePlan(string member, string value)
    {
        var body = Smallest();
        body[member] = JsonNode.Parse(value);
        Assert.NotEqual(Text(Plan(TrainFile, Smallest())), Text(Plan(TrainFile, body)));
    }

    [Fact]
    public void TrainMembers_OfTheSchema_AreAllAmongThoseThatAreSeenToChangeThePlan()
    {
        var seen = typeof(RequestSchemaTests).GetMethod(nameof(TrainMember_Given_ChangesThePlan))!.GetCustomAttributes(typeof(InlineDataAttribute), false).Cast<InlineDataAttribute>().Select(d => (string)d.GetData(null!).Single()[0]);
        Assert.Equal(new Schema(TrainFile).Members.Order(), seen.Distinct().Order());
    }

    // As many images a step as there may be workers, so that each member is judged by itself.
    private static JsonObject Roomy() => new() { ["images"] = new JsonObject { ["container"] = "photos" }, ["batchSize"] = JsonNode.Parse("64") };

    private static JsonObject Smallest() => new() { ["images"] = new JsonObject { ["container"] = "photos" } };

    private static object Plan(string file, JsonObject body)
    {
        byte[] json = Encoding.UTF8.GetBytes(body.ToJsonString());
        return file == TrainFile ? RunRequest.Read<TrainRequest>(json).ToPlan("net", () => "made") : RunRequest.Read<EvaluateRequest>(json).ToInput(SettingsTests.Read(), "net", () => "made");
    }

    private static string Text(object plan) => JsonSerializer.Serialize(plan, RecordJson.Options);
}
