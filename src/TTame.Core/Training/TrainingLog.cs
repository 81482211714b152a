using TTame.Core.Imaging;

namespace TTame.Core.Training;

/// <summary>Keeps the account of a chunk: steps, loss sums per epoch, unreadable images; and makes progress reports of it.</summary>
internal sealed class TrainingLog
{
    private readonly CheckpointState start;
    private readonly ImageList images;
    private readonly RateMeter rate;
    private readonly int stepsPerEpoch;
    private readonly List<EpochLoss> history;
    private readonly List<UnreadableImage> unreadable;
    private readonly HashSet<string> known;

    public TrainingLog(CheckpointState start, ImageList images, TimeProvider clock)
    {
        (this.start, this.images, rate, Step) = (start, images, new RateMeter(clock), start.Step);
        stepsPerEpoch = start.Recipe.StepsPerEpoch(start.Images);
        history = [.. start.History];
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
        while (history.Count <= epoch) history.Add(new(0, default));
        if (parts is { } p) history[epoch] = new(history[epoch].Steps + 1, history[epoch].Sum + p);
        rate.Add(batch.Windows.Count + batch.Unreadable.Count);
        Step++;
        double perSecond = rate.PerSecond();
        double imagesLeft = (double)(start.TotalSteps - Step) * Math.Min(start.Recipe.BatchSize, start.Images);
        return new(epoch + 1, start.Recipe.Epochs, Step, start.TotalSteps, parts ?? default, history[epoch].Mean(), learningRate, perSecond,
            perSecond > 0 ? TimeSpan.FromSeconds(imagesLeft / perSecond) : null, unreadable.Count);
    }

    /// <summary>The state after the chunk.</summary>
    public CheckpointState Close(ulong randomState) => start with { Step = Step, RandomState = randomState, History = history, Unreadable = unreadable };
}
