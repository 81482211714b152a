using TTame.Core.Evaluation;

namespace TTame.Cli.Explain;

/// <summary>What is said of one picture: names as in the service's commit record.</summary>
/// <param name="Source">The file's path as it was given or found.</param>
/// <param name="Model">Name and joint SHA-256 of the model.</param>
/// <param name="Device">What computed.</param>
/// <param name="Precision">Number format of the backbone.</param>
/// <param name="Picture">The picture as it was read.</param>
/// <param name="Window">The square that the model saw, in the upright picture's pixels.</param>
/// <param name="Top5">The most confident classes.</param>
/// <param name="Classes">The explained classes, in the order of the rows of <c>maps.npy</c>.</param>
/// <param name="Files">Its files, below the folder of all results.</param>
/// <param name="Faithfulness">Of the predicted class's map; null where it was not measured.</param>
internal sealed record ResultRecord(
    string Source, ResultModel Model, string Device, string Precision, ResultPicture Picture, ResultWindow Window,
    IReadOnlyList<ResultClass> Top5, IReadOnlyList<ResultClass> Classes, IReadOnlyList<string> Files, FaithfulnessRecord? Faithfulness);

internal sealed record ResultModel(string Name, string Sha256);

internal sealed record ResultPicture(string Format, int Width, int Height, int Orientation, bool HadAlpha, bool HasColourProfile, int Frames);

internal sealed record ResultWindow(double Left, double Top, double Width, double Height);

/// <summary>A class: <paramref name="Degenerate"/> and <paramref name="Overlay"/> only where it is explained.</summary>
internal sealed record ResultClass(int Rank, int Id, string Name, double Confidence, bool? Degenerate = null, string? Overlay = null);
