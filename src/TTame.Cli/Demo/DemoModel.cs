using TTame.Core.Attention;

namespace TTame.Cli.Demo;

/// <summary>What the demo's page says of the model.</summary>
internal static class DemoModel
{
    /// <summary>How the model was trained, or null where its card does not say.</summary>
    public static string? Trained(string models, string name) => new ModelLibrary(models, new()).List().FirstOrDefault(card => card.Name == name) is { } card ? TrainingNote.Of(card) : null;
}
