namespace TTame.Core.Training;

/// <summary>Where a training stands.</summary>
/// <param name="Epoch">Counts from 1.</param>
/// <param name="Epochs">Epochs in all.</param>
/// <param name="Step">Steps done over all epochs.</param>
/// <param name="TotalSteps">Steps in all.</param>
/// <param name="Last">Loss terms of the last step.</param>
/// <param name="EpochMean">Mean loss terms of the epoch so far.</param>
/// <param name="LearningRate">Of the last step.</param>
/// <param name="ImagesPerSecond">Over the last steps; 0 until two have been done.</param>
/// <param name="Remaining">At that rate; null until two steps have been done.</param>
/// <param name="Unreadable">Images that could not be read so far.</param>
public sealed record TrainingProgress(
    int Epoch, int Epochs, int Step, int TotalSteps, LossParts Last, LossParts EpochMean,
    double LearningRate, double ImagesPerSecond, TimeSpan? Remaining, int Unreadable);

/// <summary>Measures images per second over the last steps with an injected clock.</summary>
/// <param name="clock">Where time comes from.</param>
internal sealed class RateMeter(TimeProvider clock)
{
    private const int Window = 50;
    private readonly Queue<(long Time, int Images)> marks = [];
    private long images;

    /// <summary>Notes that images have been trained on.</summary>
    public void Add(int count)
    {
        images += count;
        marks.Enqueue((clock.GetTimestamp(), count));
        if (marks.Count > Window) images -= marks.Dequeue().Images;
    }

    /// <summary>Images per second between the first and the last mark; 0 with fewer than two marks.</summary>
    public double PerSecond()
    {
        if (marks.Count < 2) return 0;
        (long first, int firstImages) = marks.Peek();
        double seconds = clock.GetElapsedTime(first).TotalSeconds;
        return seconds > 0 ? (images - firstImages) / seconds : 0;
    }
}
