using TTame.Core.Imaging;
using TTame.Functions.Hosting;

namespace TTame.Functions.Explain;

/// <summary>A picture with the part of it that a model sees.</summary>
/// <param name="Picture">Upright, with its facts.</param>
/// <param name="Input">The part that the model sees.</param>
/// <param name="Took">Time of decoding and preparing.</param>
public sealed record PreparedPicture(DecodedImage Picture, ModelInput Input, TimeSpan Took);

/// <summary>Decodes and prepares pictures away from the inference thread, a few at a time, so that memory is bounded by that number and not by the number of events.</summary>
/// <param name="settings">Limits.</param>
public sealed class PicturePreparation(ServiceSettings settings) : IDisposable
{
    private readonly SemaphoreSlim gate = new(Math.Max(1, Environment.ProcessorCount));

    private readonly ImageLimits limits = LimitsOf(settings);

    /// <summary>What a file may cost, by the app's settings.</summary>
    public static ImageLimits LimitsOf(ServiceSettings settings) => new()
    {
        MaxBytes = settings.MaxBytes, MaxPixels = settings.MaxPixels, MaxFrames = settings.MaxFrames, DecodeTimeout = settings.DecodeTimeout,
    };

    /// <summary>The picture in <paramref name="file"/> and what a model of that input sees of it.</summary>
    /// <exception cref="Core.Primitives.ImageContentException">It is no picture that is read; see its code.</exception>
    public Task<PreparedPicture> PrepareAsync(ReadOnlyMemory<byte> file, InputSpec input, CancellationToken cancellation)
        => WithinGateAsync(() =>
        {
            long started = System.Diagnostics.Stopwatch.GetTimestamp();
            var picture = ImageDecoder.Decode(file, limits, cancellation);
            return new PreparedPicture(picture, Preprocessing.Prepare(picture.Image, input), System.Diagnostics.Stopwatch.GetElapsedTime(started));
        }, cancellation);

    /// <summary>Runs work on pictures on the pool, as many at once as there are processors.</summary>
    public async Task<T> WithinGateAsync<T>(Func<T> work, CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation);
        try
        {
            return await Task.Run(work, cancellation);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => gate.Dispose();
}
