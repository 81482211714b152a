using Spectre.Console;
using TTame.Core.Training;

namespace TTame.Cli.Train;

/// <summary>Shows a training as it goes: a bar where there is a terminal, lines where there is none.</summary>
internal sealed class TrainingDisplay(ProgressTask bar) : IProgress<TrainingProgress>
{
    private const int StepsPerLine = 25;

    /// <inheritdoc/>
    public void Report(TrainingProgress value)
    {
        bar.MaxValue = value.TotalSteps;
        bar.Value = value.Step;
        bar.Description = Markup.Escape(Text(value));
        if (Screen.IsLive || (value.Step % (value.Epoch == 0 ? 8 * StepsPerLine : StepsPerLine) != 0 && value.Step != value.TotalSteps)) return;
        Screen.Note(value.Epoch == 0 ? Text(value) : $"step {value.Step} of {value.TotalSteps}, {Text(value)}");
    }

    /// <summary>Epoch, loss with its parts, speed, time left.</summary>
    internal static string Text(TrainingProgress value)
    {
        if (value.Epoch == 0) return $"start in closed form: {value.Step} of {value.TotalSteps} images, {value.ImagesPerSecond:0.0} images/s{(value.Remaining is { } rest ? $", {Readable(rest)} left" : "")}";
        var mean = value.EpochMean;
        string left = value.Remaining is { } time ? $", {Readable(time)} left" : "";
        return $"epoch {value.Epoch} of {value.Epochs}: loss {mean.Total:0.000} (cross-entropy {mean.CrossEntropy:0.000}, area {mean.Area:0.000}, variation {mean.Variation:0.00000}), {value.ImagesPerSecond:0.0} images/s{left}"
            + (value.Unreadable > 0 ? $", {value.Unreadable} unreadable" : "");
    }

    private static string Readable(TimeSpan time) => time.TotalMinutes >= 60 ? $"{(int)time.TotalHours} h {time.Minutes} min" : time.TotalSeconds >= 60 ? $"{(int)time.TotalMinutes} min" : $"{(int)time.TotalSeconds} s";
}
