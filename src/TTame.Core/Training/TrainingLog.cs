using TTame.Core.Imaging;

namespace TTame.Core.Training;

/// <summary>Keeps the account of a chunk: steps, loss sums per epoch, unreadable images; and makes progress reports of it.</summary>
internal sealed class TrainingLog
{
    private readonly CheckpointState start;
    private readonly ImageList images;
    private readonly RateMeter rate;
    private readonly int stepsPerEpoch;
    private readonly List<EpochLoss> history, curve;
    private readonly List<UnreadableImage> unreadable;
    private readonly HashSet<string> known;

    public TrainingLog(CheckpointState start, ImageList images, TimeProvider clock)
    {
        (this.start, this.images, rate, Step) = (start, images, new RateMeter(clock), start.Step);
        stepsPerEpoch = start.Recipe.StepsPerEpoch(start.Images);
        history = [.. start.History];
        curve = [.. start.Curve];
        unreadable = [.. start.Unreadable];
        known = [.. unreadable.Select(u => u.Name)];
    }

    /// <summary>The number of the next step.</summary>
    public int Step { get; private set; }

    /// <summary>Enters a step.</summary>
    /// <param name="batch">What was trained on and what could not be read.</param>
    /// <param name="parts">Null where nothing in the batch could be read: the schedule goes on, nothing is learned.</param>
    /// <param name="learningRate">In force during the step.</param>
    public TrainingProgress Add(TrainingBatch batch, LossParts? parts, double learningRate)
    {
        foreach ((int image, string reason) in batch.Unreadable)
            if (known.Add(images.Entries[image].Name)) unreadable.Add(new(images.Entries[image].Name, reason));
        int epoch = Step / stepsPerEpoch;
        Enter(history, epoch, parts);
        Enter(curve, Step / start.StepsPerPoint, parts);
        rate.Add(batch.Windows.Count + batch.Unreadable.Count);
        Step++;
        double perSecond = rate.PerSecond();
        double imagesLeft = (double)(start.TotalSteps - Step) * Math.Min(start.Recipe.BatchSize, start.Images);
        return new(epoch + 1, start.Recipe.Epochs, Step, start.TotalSteps, parts ?? default, history[epoch].Mean(), learningRate, perSecond,
            perSecond > 0 ? TimeSpan.FromSeconds(imagesLeft / perSecond) : null, unreadable.Count);
    }

    private static void Enter(List<EpochLoss> sums, int place, LossParts? parts)
    {
        while (sums.Count <= place) sums.Add(new(0, default));
        if (parts is { } p) sums[place] = new(sums[place].Steps + 1, sums[place].Sum + p);
    }

    /// <summary>The state after the chunk.</summary>
    public CheckpointState Close(ulong randomState) => start with { Step = Step, RandomState = randomState, History = history, Curve = curve, Unreadable = unreadable };
}
