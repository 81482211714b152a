using System.CommandLine;
using TTame.Core.Imaging;

namespace TTame.Cli.Commands;

/// <summary><c>ttame near-duplicates --images DIR --of LIST…</c>: what a training list must not share with a test list.</summary>
internal static class NearDuplicatesCommand
{
    private const int DefaultDistance = 8;

    public static Command Build()
    {
        var images = List("--images", "Pictures to look through: folders, tars or list files.");
        var others = List("--of", "Pictures that must not be among them, whole, resized, compressed anew, slightly cropped or mirrored.");
        var most = CommonOptions.Count("--distance", $"Differing bits of {PerceptualHash.Length} up to which two pictures count as one.", DefaultDistance, least: 0);
        var command = new Command("near-duplicates", "Lists pictures that another list holds too, by a perceptual hash: distance, picture and its twin, with tabs between, a line each.") { images, others, most };
        command.SetAction((parsed, cancel) => Task.Run(() => Run(parsed.GetRequiredValue(images), parsed.GetRequiredValue(others), parsed.GetValue(most), cancel), cancel));
        return command;
    }

    private static int Run(string[] images, string[] others, int most, CancellationToken cancel)
    {
        using ImageList pictures = Open(images), against = Open(others);
        IReadOnlyList<NearestPicture> nearest = NearDuplicates.Nearest(pictures, against, cancel);
        NearestPicture[] twins = [.. nearest.Where(pair => pair.Distance <= most)];
        foreach (NearestPicture pair in twins) Console.WriteLine(FormattableString.Invariant($"{pair.Distance}\t{pair.Picture}\t{pair.Like}"));
        string closest = nearest.Where(pair => pair.Distance > most).MinBy(pair => pair.Distance) is { } next
            ? FormattableString.Invariant($" The nearest of the others: {next.Picture} and {next.Like}, {next.Distance} bits.") : "";
        Screen.Note(FormattableString.Invariant($"{twins.Length} of {nearest.Count} pictures within {most} bits of one of {against.Entries.Count}.{closest}"));
        return ExitCode.Done;
    }

    private static ImageList Open(string[] paths) => ImageList.Concat([.. paths.Select(path => ImageList.Open(path))]);

    private static Option<string[]> List(string name, string description) => new(name) { Required = true, AllowMultipleArgumentsPerToken = true, HelpName = "DIR|TAR|LIST", Description = description };
}
