using System.Text;
using System.Text.Json;
using TTame.Core.Runs;
using TTame.Core.Training;
using TTame.Functions.Evaluate;
using TTame.Functions.Hosting;
using TTame.Functions.Runs;
using TTame.Functions.Train;
using TTame.Testing;

namespace TTame.Functions.Tests;

[Trait("Kind", "Unit")]
public class TrainRequestTests
{
    private const string Smallest = """{"images":{"container":"photos"}}""";

    [Fact]
    public void ToPlan_SmallestBody_IsOneTrialOfThePaper()
    {
        var plan = Plan(Smallest);
        var trial = Assert.Single(plan.Trials);
        Assert.Equal(("net", "net", "made", "TAME"), (plan.Setup.Model, plan.Setup.Name, plan.Setup.Run, trial.Variant));
        Assert.Equal(Recipe.Paper, trial.Recipe);
    }

    [Fact]
    public void ToPlan_Lists_AreMultipliedOut()
    {
        var plan = Plan("""{"images":{"container":"photos","prefix":"a/"},"epochs":[1,8],"maxLearningRates":[0.001,0.01],"variants":["TAME","NoskipSame"],"psi":"batchLabels","loss":"official","batchSize":4,"workers":2}""");
        Assert.Equal(8, plan.Trials.Count);
        Assert.Equal(Enumerable.Range(1, 8), plan.Trials.Select(t => t.Number));
        Assert.Equal(8, plan.Trials.Distinct().Count());
        Assert.All(plan.Trials, t => Assert.Equal((PsiRule.BatchLabels, LossKind.Official, 4), (t.Recipe.Psi, t.Recipe.Loss, t.Recipe.BatchSize)));
    }

    [Fact]
    public void ToPlan_BatchSizeAuto_IsLeftToTheMachine()
    {
        Assert.True(Plan("""{"images":{"container":"photos"},"batchSize":"auto"}""").Setup.AutoBatch);
        Assert.False(Plan("""{"images":{"container":"photos"},"batchSize":16}""").Setup.AutoBatch);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"images":null}""")]
    [InlineData("""{"images":{"container":"photos"},"learningRate":1}""")]
    [InlineData("""{"images":{"container":"photos"},"images":{"container":"others"}}""")]
    [InlineData("""{"images":{"container":"photos","prefix":"a","list":"b"}}""")]
    [InlineData("""{"images":{"container":"../photos"}}""")]
    [InlineData("""{"images":{"container":"photos"},"validationShare":0.5,"testShare":0.5}""")]
    [InlineData("""{"images":{"container":"photos"},"epochs":-1}""")]
    [InlineData("""{"images":{"container":"photos"},"maxLearningRates":[0]}""")]
    [InlineData("""{"images":{"container":"photos"},"maxLearningRates":[]}""")]
    [InlineData("""{"images":{"container":"photos"},"maxLearningRates":[1e999]}""")]
    [InlineData("""{"images":{"container":"photos"},"variants":[null]}""")]
    [InlineData("""{"images":{"container":"photos"},"epochs":3000000000}""")]
    [InlineData("""{"images":{"container":"photos"},"variants":["unknown"]}""")]
    [InlineData("""{"images":{"container":"photos"},"recipe":"mine"}""")]
    [InlineData("""{"images":{"container":"photos"},"name":"../x"}""")]
    [InlineData("""{"images":{"container":"photos"},"batchSize":0}""")]
    [InlineData("""{"images":{"container":"photos"},"batchSize":"most"}""")]
    [InlineData("""{"images":{"container":"photos"},"workers":40}""")]
    [InlineData("""{"images":{"container":"photos"},"stepsPerActivity":0}""")]
    public void Fault51_ToPlan_BadBody_IsTheCallersError(string body)
    {
        var refused = Assert.Throws<RequestException>(() => Plan(body));
        Assert.Equal((400, RequestException.BadRequest), (refused.Status, refused.Code));
        Assert.NotEmpty(refused.Remedy);
    }

    [Theory]
    [InlineData("""{"images":{"container":"photos"},"explainers":["guess"]}""")]
    [InlineData("""{"images":{"container":"photos"},"measures":["ad","ad"]}""")]
    [InlineData("""{"images":{"container":"photos"},"keptShares":[0]}""")]
    [InlineData("""{"images":{"container":"photos"},"models":[]}""")]
    [InlineData("""{"images":{"container":"photos"},"shards":0}""")]
    public void Fault51_ToInput_BadBody_IsTheCallersError(string body)
        => Assert.Equal(400, Assert.Throws<RequestException>(() => RunRequest.Read<EvaluateRequest>(Encoding.UTF8.GetBytes(body)).ToInput(SettingsTests.Read(), "net", () => "made")).Status);

    [Theory]
    [InlineData("train-request.json", typeof(TrainRequest))]
    [InlineData("evaluate-request.json", typeof(EvaluateRequest))]
    public void Schema_HasTheRequestsMembers(string file, Type request)
    {
        var schema = JsonDocument.Parse(File.ReadAllText(Path.Combine(Ground.Repository, "docs", "schemas", file))).RootElement;
        var members = request.GetProperties().Where(p => p.GetMethod is { IsStatic: false, IsPublic: true }).Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name));
        Assert.Equal(members.Order(), schema.GetProperty("properties").EnumerateObject().Select(p => p.Name).Order());
    }

    [Theory]
    [InlineData(224, 1e9, 2)]
    [InlineData(32, 1e9, 64)]
    [InlineData(224, 64e9, 64)]
    [InlineData(224, 1e6, 1)]
    public void AutoBatch_FitsIntoHalfOfTheMemory(int size, double bytes, int batch) => Assert.Equal(batch, AutoBatch.For(size, bytes));

    [Fact]
    public void Best_SmallestCriterion_TiesToFewerEpochs()
    {
        TrialOutcome Outcome(int number, int epochs, double drop, double rise)
            => TrialOutcome.Of(new(number, Recipe.Paper with { Epochs = epochs }, "TAME"), [new(epochs, "c", new(10, 0, 0, [new(1, 0, 90), new(0.15, drop, rise)]))], false);
        var failed = TrialOutcome.Failed(new(4, Recipe.Paper, "TAME"), "broken");
        Assert.Equal(2, TrialOutcome.Best([Outcome(1, 8, 50, 20), Outcome(2, 4, 40, 30), Outcome(3, 8, 40, 30), failed]).Trial.Number);
        Assert.Contains("broken", Assert.Throws<InvalidOperationException>(() => TrialOutcome.Best([failed])).Message);
    }

    [Fact]
    public void Of_SelectEpoch_TakesTheBestEpochAndElseTheLast()
    {
        EpochScore[] epochs = [new(1, "a", Score(9)), new(2, "b", Score(3)), new(3, "c", Score(5))];
        Assert.Equal("b", TrialOutcome.Of(new(1, Recipe.Paper, "TAME"), epochs, selectEpoch: true).Chosen!.Checkpoint);
        Assert.Equal("c", TrialOutcome.Of(new(1, Recipe.Paper, "TAME"), epochs, selectEpoch: false).Chosen!.Checkpoint);
        Assert.Null(TrialOutcome.Of(new(1, Recipe.Paper, "TAME"), [new(1, "a", new(0, 4, 0, []))], false).Chosen);

        static ListScore Score(double drop) => new(1, 0, 0, [new(0.15, drop, 0)]);
    }

    private static TrainPlan Plan(string body) => RunRequest.Read<TrainRequest>(Encoding.UTF8.GetBytes(body)).ToPlan("net", () => "made");
}
