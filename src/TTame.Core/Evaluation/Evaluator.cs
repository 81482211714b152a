using System.Globalization;
using System.Text.Json;
using TorchSharp;
using TTame.Core.Attention;
using TTame.Core.Backbones;
using TTame.Core.Explainers;
using TTame.Core.Imaging;
using TTame.Core.Primitives;
using static TorchSharp.torch;

namespace TTame.Core.Evaluation;

/// <summary>Where an evaluation stands.</summary>
/// <param name="Done">Images done, skipped ones included.</param>
/// <param name="Images">Images in all.</param>
/// <param name="Skipped">Images that could not be read so far.</param>
public sealed record EvaluationProgress(int Done, int Images, int Skipped);

/// <summary>What an evaluation found.</summary>
/// <param name="Rows">Means with intervals.</param>
/// <param name="Differences">The first explainer against the others, paired.</param>
/// <param name="Records">Per image and explainer, in the order of list and plan.</param>
/// <param name="Skipped">Images that count nowhere, with the reason.</param>
/// <param name="Accuracy">How often the classifier agrees with the list's labels, [0, 1]; null where the list has none.</param>
/// <param name="Passes">Network evaluations per explained image, counted, by explainer.</param>
public sealed record EvaluationResult(
    IReadOnlyList<EvaluationRow> Rows, IReadOnlyList<DifferenceRow> Differences, IReadOnlyList<ImageRecord> Records,
    IReadOnlyList<ImageRecord> Skipped, double? Accuracy, IReadOnlyDictionary<string, double> Passes);

/// <summary>Measures explainers of a model on a list of images.</summary>
/// <remarks>Every explainer sees the same images and the same pass. Images are independent: any split of the list gives the same records.</remarks>
public static class Evaluator
{
    private const int DecodeAhead = 2;

    /// <summary>Evaluates a whole list, or goes on with it.</summary>
    /// <param name="model">Classifier and attention.</param>
    /// <param name="images">The evaluation list.</param>
    /// <param name="plan">What is measured.</param>
    /// <param name="recordsPath">A file of JSON lines, one per image and explainer, that a killed run goes on from; null keeps none.</param>
    /// <param name="progress">Told after each batch.</param>
    /// <param name="cancellation">Looked at before each batch.</param>
    /// <exception cref="ArgumentException">The plan does not hold, or the record file is of another evaluation.</exception>
    /// <exception cref="ModelException">An explainer does not apply to the model.</exception>
    public static EvaluationResult Run(
        LoadedModel model, ImageList images, EvaluationPlan plan, string? recordsPath = null, IProgress<EvaluationProgress>? progress = null, CancellationToken cancellation = default)
    {
        plan.Validate();
        using RecordFile? file = recordsPath is null ? null : new(recordsPath, Header(model, images, plan));
        List<ImageRecord> records = [.. file?.Records ?? []];
        HashSet<int> done = [.. Complete(records, plan)];
        records.RemoveAll(record => !done.Contains(record.Index));
        int count = images.Entries.Count;
        foreach (IReadOnlyList<ImageRecord> batch in Batches(model, images, [.. Enumerable.Range(0, count).Where(i => !done.Contains(i))], plan, cancellation))
        {
            file?.Append(batch);
            records.AddRange(batch);
            done.UnionWith(batch.Select(record => record.Index));
            progress?.Report(new(done.Count, count, records.Count(record => record.Skipped is not null)));
        }
        return Reduce(model.Card.Name, plan, records);
    }

    /// <summary>Scores a part of a list: the unit of work that may be done anywhere, and twice.</summary>
    /// <param name="model">Classifier and attention.</param>
    /// <param name="images">The evaluation list.</param>
    /// <param name="indices">Which of its images.</param>
    /// <param name="plan">What is measured.</param>
    /// <param name="cancellation">Looked at before each batch.</param>
    public static IReadOnlyList<ImageRecord> Score(LoadedModel model, ImageList images, IReadOnlyList<int> indices, EvaluationPlan plan, CancellationToken cancellation = default)
    {
        plan.Validate();
        return [.. Batches(model, images, indices, plan, cancellation).SelectMany(batch => batch)];
    }

    /// <summary>Puts records together. Their order does not matter.</summary>
    /// <param name="model">Name of the model.</param>
    /// <param name="plan">The plan under which they were made.</param>
    /// <param name="records">From any number of parts.</param>
    public static EvaluationResult Reduce(string model, EvaluationPlan plan, IReadOnlyList<ImageRecord> records)
    {
        List<string> order = [.. plan.Explainers];
        List<ImageRecord> sorted = [.. records.OrderBy(record => record.Index).ThenBy(record => order.IndexOf(record.Explainer))];
        List<ImageRecord> counted = [.. sorted.Where(record => record.Skipped is null)], labelled = [.. counted.Where(record => record.Truth is not null && record.Explainer == order[0])];
        return new(
            EvaluationTable.Rows(model, plan, sorted), EvaluationTable.Differences(model, plan, sorted), counted, [.. sorted.Where(record => record.Skipped is not null)],
            labelled.Count > 0 ? labelled.Count(record => record.Truth == record.Label) / (double)labelled.Count : null,
            counted.GroupBy(record => record.Explainer).ToDictionary(group => group.Key, group => group.Average(record => record.Passes)));
    }

    private static IEnumerable<IReadOnlyList<ImageRecord>> Batches(
        LoadedModel model, ImageList images, IReadOnlyList<int> indices, EvaluationPlan plan, CancellationToken cancellation)
    {
        IExplainer[] explainers = [.. plan.Explainers.Select(name => ExplainerCatalogue.Create(name, model, plan.Options))];
        IEnumerable<Func<EvaluationPicture[]>> reading = indices.Chunk(plan.BatchSize)
            .Select(chunk => (Func<EvaluationPicture[]>)(() => [.. chunk.Select(index => EvaluationPicture.Load(images, index, model.Card.Input, plan))]));
        foreach (EvaluationPicture[] pictures in Prefetch.Of(reading, DecodeAhead, cancellation))
        {
            cancellation.ThrowIfCancellationRequested();
            List<ImageRecord> records = [.. pictures.Where(p => p.Crop is null).Select(p => ImageRecord.OfSkipped(p.Index, images.Entries[p.Index].Name, p.Refused!))];
            EvaluationPicture[] readable = [.. pictures.Where(p => p.Crop is not null)];
            if (readable.Length > 0) records.AddRange(Measured(model.Classifier, explainers, images, readable, plan));
            yield return records;
        }
    }

    private static List<ImageRecord> Measured(IClassifier classifier, IExplainer[] explainers, ImageList images, EvaluationPicture[] pictures, EvaluationPlan plan)
    {
        using var scope = NewDisposeScope();
        using ForwardPass pass = classifier.Forward(Preprocessing.ToPixels([.. pictures.Select(p => p.Crop!)], classifier.Device));
        if (!pass.Logits.Values.isfinite().all().item<bool>()) return OneByOne(classifier, explainers, images, pictures, plan);
        ClassLabels labels = new(pass.Logits.Values.argmax(1));
        long[] own = labels.Values.cpu().data<long>().ToArray();
        float[] whole = classifier.Card.Confidence.Of(pass.Logits, labels).to(float32).cpu().data<float>().ToArray();
        List<ImageRecord> records = [];
        for (int e = 0; e < explainers.Length; e++)
        {
            using var perExplainer = NewDisposeScope();
            long before = classifier.ForwardPasses;
            ExplanationMaps maps = explainers[e].Explain(classifier, pass, labels);
            double passes = 1 + (classifier.ForwardPasses - before) / (double)pictures.Length;
            ScaledMaps scaled = explainers[e].ToImage(maps, pass.Pixels.Values.size(2), pass.Pixels.Values.size(3));
            ScoredMaps judged = new(classifier, pass, scaled, labels, [.. pictures.Select(p => p.Boxes)], plan);
            IExplainer explainer = explainers[e];
            ClassSpecificity classes = new(
                judged, other => explainer.ToImage(explainer.Explain(classifier, pass, other), pass.Pixels.Values.size(2), pass.Pixels.Values.size(3)), [.. pictures.Select(p => p.Index)]);
            List<MeasureScore>[] scores = Scores(judged, classes, pictures.Length, plan);
            for (int i = 0; i < pictures.Length; i++)
            {
                ImageEntry entry = images.Entries[pictures[i].Index];
                records.Add(new(pictures[i].Index, entry.Name, plan.Explainers[e], (int)own[i], entry.Label, whole[i], passes, scaled.IsDegenerate(i), scores[i]));
            }
        }
        return records;
    }

    // One image whose logits are not finite must not take its neighbours with it.
    private static List<ImageRecord> OneByOne(IClassifier classifier, IExplainer[] explainers, ImageList images, EvaluationPicture[] pictures, EvaluationPlan plan)
        => pictures.Length == 1
            ? [ImageRecord.OfSkipped(pictures[0].Index, images.Entries[pictures[0].Index].Name, "numeric")]
            : [.. pictures.SelectMany(picture => Measured(classifier, explainers, images, [picture], plan))];

    private static List<MeasureScore>[] Scores(ScoredMaps judged, ClassSpecificity classes, int images, EvaluationPlan plan)
    {
        List<MeasureScore>[] scores = [.. Enumerable.Range(0, images).Select(_ => new List<MeasureScore>())];
        foreach (string measure in plan.Measures)
            foreach (BatchScore score in EvaluationMeasures.Of(measure, judged, classes))
                for (int i = 0; i < images; i++)
                    if (score.Values[i] is { } value) scores[i].Add(new(measure, score.Share, value));
        return scores;
    }

    private static IEnumerable<int> Complete(IEnumerable<ImageRecord> records, EvaluationPlan plan)
        => records.GroupBy(record => record.Index)
            .Where(group => group.Any(r => r.Skipped is not null) || plan.Explainers.All(explainer => group.Any(r => r.Explainer == explainer)))
            .Select(group => group.Key);

    private static RecordHeader Header(LoadedModel model, ImageList images, EvaluationPlan plan)
    {
        string settings = string.Create(CultureInfo.InvariantCulture, $"""
            {string.Join(',', plan.Explainers)}|{string.Join(',', plan.Measures)}|{string.Join(',', plan.KeptShares.Select(s => s.Value))}|{plan.Masking}|{JsonSerializer.Serialize(plan.Road)}|{plan.FlowSteps}|{plan.Options.Rise}|{plan.Boxes.Count}|{plan.Seed}
            """);
        string weights = plan.Explainers.Any(ExplainerCatalogue.IsTrained) ? model.JointSha256 : model.Card.Sha256 ?? model.JointSha256;       // another attention changes nothing for the others
        return new(1, model.Card.Name, weights, images.Fingerprint(), settings);
    }
}
