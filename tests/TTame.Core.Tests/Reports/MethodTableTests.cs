using TTame.Core.Evaluation;
using TTame.Core.Reports;

namespace TTame.Core.Tests.Reports;

[Trait("Kind", "Unit")]
public class MethodTableTests
{
    private static readonly EvaluationPlan Plan = new() { Explainers = ["grad-cam", "rise"], Measures = ["ad", "road-morf"], Resamples = 50 };

    [Fact]
    public void Markdown_TwoMethods_MeansPassesPrintedNumbersAndDifferences()
    {
        string page = MethodTable.Markdown(Evaluator.Reduce("m", Plan, [Record(0, "grad-cam", 0.25), Record(0, "rise", 0.75)]), new Dictionary<string, int> { ["grad-cam"] = 1 });

        Assert.Equal(
            [
                "| method | AD↓ 50 % | ROAD MoRF↓ | n | passes | printed |",
                "| --- | ---: | ---: | ---: | ---: | ---: |",
                "| grad-cam | 25.0 (25.0–25.0) | 50.0 (50.0–50.0) | 1 | 2 | 1 |",
                "| rise | 75.0 (75.0–75.0) | 50.0 (50.0–50.0) | 1 | 2 | – |",
                "Paired differences, grad-cam minus the method, in points, on the images that both explained:",
                "| minus | AD↓ 50 % | ROAD MoRF↓ | n |",
                "| --- | ---: | ---: | ---: |",
                "| rise | -50.0 (-50.0 to -50.0) | 0.0 (0.0 to 0.0) | 1 |",
            ], page.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private static ImageRecord Record(int index, string explainer, double drop) => new(index, $"{index}.jpg", explainer, 3, null, 0.5, 2, false,
        [new("ad", 0.5, drop), new("road-morf", 0.1, 0.9), new("road-morf", 1, 0.5)]);
}
