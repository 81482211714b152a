using TTame.Core.Attention;
using TTame.Core.Evaluation;
using TTame.Core.Imaging;
using TTame.Core.Primitives;

namespace TTame.Cli.Explain;

/// <summary>Explains files batch by batch. One that cannot be explained does not hold up the others.</summary>
internal sealed class ExplainRun(ExplainRequest request, LoadedModel model)
{
    private readonly ResultFiles results = new(request, model);

    /// <summary>Explains all files.</summary>
    /// <param name="done">Called with each file as soon as its results are written.</param>
    /// <param name="cancel">Stops between batches.</param>
    public void Run(Action<ExplainedFile> done, CancellationToken cancel)
    {
        foreach (var batch in request.Files.Chunk(request.BatchSize))
        {
            cancel.ThrowIfCancellationRequested();
            var prepared = batch.AsParallel().AsOrdered().Select(f => Prepare(f, cancel)).ToList();
            foreach (var (file, _, failure) in prepared)
                if (failure is not null) done(new(file, null, failure));
            Explain([.. prepared.Where(p => p.Picture is not null).Select(p => p.Picture!)], done);
        }
    }

    private void Explain(List<PreparedFile> pictures, Action<ExplainedFile> done)
    {
        if (pictures.Count == 0) return;
        var outcomes = ExplanationBatch.Compute(model, [.. pictures.Select(p => new ExplainTask(p.Input.Crop, request.Classes, request.Measure))], model.Classifier.Classes);
        foreach (var written in pictures.Zip(outcomes).AsParallel().AsOrdered().Select(p => Write(p.First, p.Second))) done(written);
    }

    private ExplainedFile Write(PreparedFile picture, PictureOutcome outcome) => outcome.Error switch
    {
        null => new(picture.File, results.Write(picture, outcome.Explanation!), null),
        ClassSelectionException wrong => throw wrong,                      // the same for every picture: the option is at fault
        var error => new(picture.File, null, new ImageContentException("numeric", error.Message)),
    };

    private (PictureFile File, PreparedFile? Picture, ImageContentException? Failure) Prepare(PictureFile file, CancellationToken cancel)
    {
        try
        {
            var limits = ImageLimits.Default;
            long length = new FileInfo(file.Path).Length;
            if (length > limits.MaxBytes) throw new ImageContentException(ImageCodes.TooLarge, $"The file has {length} bytes, at most {limits.MaxBytes} are read.");
            var picture = ImageDecoder.Decode(File.ReadAllBytes(file.Path), limits, cancel);
            return (file, new(file, picture, Preprocessing.Prepare(picture.Image, model.Card.Input)), null);
        }
        catch (ImageContentException rejected)
        {
            return (file, null, rejected);
        }
    }
}
