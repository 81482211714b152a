using TorchSharp;
using TTame.Core.Attention;
using TTame.Core.Backbones;
using TTame.Core.Imaging;
using TTame.Core.Primitives;
using TTame.Core.Training;
using TTame.Core.Training.ClosedForm;
using static TorchSharp.torch;

namespace TTame.Bench;

/// <summary>
/// What the closed-form start costs per photograph, in classifications: with m masks each is classified 1 + m times, and reading, pooling and summing should add less than 30 %.
/// EfficientNet-Lite0, 16 JPEGs of 500×375; a classification is that of one photograph, decoded and cut, and of its m masked copies at once.
/// </summary>
internal sealed class ClosedFormCost : IBenchmark
{
    private const int Photographs = 16, Rounds = 3;

    public string Name => "closed-form";

    public IEnumerable<Measurement> Run()
    {
        using LoadedModel model = EmbeddedModel.Load();
        using ImageList images = new MadeUpPhotographs(Photographs);
        Recipe recipe = Recipe.FewImages;
        ClosedFormPass pass = new(new(model.Classifier, images), recipe, AttentionVariant.Full);
        using TapSample sample = pass.Sample();
        int masks = recipe.ClosedForm.Masks.Count;
        double[] seconds = ProcessorTime.Least(
            Rounds,
            () => Sum(pass, sample, model.Classifier),
            () => Classify(model.Classifier, images, copies: masks),
            () => Classify(model.Classifier, images, copies: 0));
        yield return new($"summing, {masks} masks", 1000 * seconds[0] / Photographs, "ms processor time a photograph");
        yield return new($"{1 + masks} classifications", 1000 * seconds[1] / Photographs, "ms processor time a photograph");
        yield return new("summing / classifications", seconds[0] / seconds[1], "× (1 + m)");
        yield return new("one classification", 1000 * seconds[2] / Photographs, "ms processor time, decoding included");
        double solving = ProcessorTime.Least(1, () => Begin(model.Classifier, images)).Single();
        yield return new("sample, sums and solution", solving, $"s processor time for {Photographs} photographs");
        yield return new("of it beside the sums", solving - seconds[0], "s, whatever the number of photographs");
    }

    private static void Sum(ClosedFormPass pass, TapSample sample, IClassifier classifier)
    {
        using PartialEvidence part = PartialEvidence.Empty(classifier, first: 0);
        pass.Sum(sample, part, Photographs);
    }

    private static void Classify(IClassifier classifier, ImageList images, int copies)
    {
        using var frozen = no_grad();
        for (int i = 0; i < images.Entries.Count; i++)
        {
            using var scope = NewDisposeScope();
            RgbImage window = Preprocessing.Prepare(ImageDecoder.Decode(images.Read(i, long.MaxValue), ImageLimits.Default).Image, classifier.Card.Input).Crop;
            NormalizedImages input = Preprocessing.Standardise(Preprocessing.ToPixels([window], CPU), classifier.Card.Input);
            classifier.Classify(input);
            if (copies > 0) classifier.Classify(new(input.Values.repeat(copies, 1, 1, 1)));
        }
    }

    private static void Begin(IClassifier classifier, ImageList images)
    {
        using Checkpoint start = new ClosedFormPass(new(classifier, images), Recipe.FewImages, AttentionVariant.Full).Begin();
    }

    /// <summary>JPEGs in memory.</summary>
    private sealed class MadeUpPhotographs(int count) : ImageList
    {
        private readonly byte[][] files = [.. Enumerable.Range(0, count).Select(i => Jpeg(SyntheticImage.Make($"bench/{i}", 500, 375)))];

        public override IReadOnlyList<ImageEntry> Entries { get; } = [.. Enumerable.Range(0, count).Select(i => new ImageEntry($"{i}.jpg", null))];

        public override byte[] Read(int index, long limit) => files[index];

        private static byte[] Jpeg(RgbImage picture)
        {
            using MemoryStream stream = new();
            ImageWriter.WriteJpeg(picture, stream, 90);
            return stream.ToArray();
        }
    }
}
