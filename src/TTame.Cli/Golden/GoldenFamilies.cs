using TTame.Cli.Golden.Families;

namespace TTame.Cli.Golden;

/// <summary>Every family that is built. A file of a set that none of them reads is reported as skipped.</summary>
internal static class GoldenFamilies
{
    /// <summary>All families.</summary>
    public static IReadOnlyList<IGoldenFamily> All { get; } =
    [
        new ManifestFamily(),
        new PreprocFamily(),
        new ResizeFamily(),
        new RngFamily(),
        new WeightsFamily(),
        new ImagesFamily(),
        new ForwardFamily(),
        new AttentionFamily(),
        new ToyFamily(),
        new CamsFamily(),
        new RiseFamily(),
        new AttributionFamily(),
        new LCamFamily(),
        new RoadFamily(),
        new FormulasFamily(),
        new ScheduleFamily(),
        new FaithfulnessFamily(),
        new TrainFamily(),
        new TraceFamily(),
    ];
}
