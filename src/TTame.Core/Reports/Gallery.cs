namespace TTame.Core.Reports;

/// <summary>A page of explained pictures: everything that <see cref="GalleryPage"/> shows, already computed.</summary>
/// <param name="Title">Title of the page.</param>
/// <param name="Model">The model that explained.</param>
/// <param name="Device">What computed, in words; null where it does not matter.</param>
/// <param name="Legend">Colours of the map from its least to its greatest value, <c>#rrggbb</c>.</param>
/// <param name="Entries">One entry per picture, in the order of the page.</param>
public sealed record Gallery(string Title, GalleryModel Model, string? Device, IReadOnlyList<string> Legend, IReadOnlyList<GalleryEntry> Entries);

/// <summary>The model behind a gallery.</summary>
/// <param name="Name">Name.</param>
/// <param name="Hash8">First 8 hexadecimal digits of its joint SHA-256; null where there is none.</param>
/// <param name="Trained">How its attention mechanism was trained, one sentence; null where the card does not say.</param>
public sealed record GalleryModel(string Name, string? Hash8, string? Trained);

/// <summary>One picture and its explanations.</summary>
/// <param name="Name">File or blob name.</param>
/// <param name="Picture">The picture, upright.</param>
/// <param name="Overlays">Explained classes by rank.</param>
/// <param name="Top">The most confident classes, most confident first.</param>
/// <param name="Faithfulness">How faithful the predicted class's map is; null where it was not measured.</param>
/// <param name="Credit">Who made the picture, under which licence; null where nobody needs naming.</param>
/// <param name="Notes">What a reader should know, for example that the picture was turned.</param>
public sealed record GalleryEntry(
    string Name, GalleryPicture Picture, IReadOnlyList<GalleryOverlay> Overlays, IReadOnlyList<GalleryClass> Top,
    GalleryFaithfulness? Faithfulness, GalleryCredit? Credit, IReadOnlyList<string> Notes);

/// <summary>A picture to show.</summary>
/// <param name="Source">Address: relative and percent-encoded, or a data URI.</param>
/// <param name="Width">Width, pixels.</param>
/// <param name="Height">Height, pixels.</param>
public sealed record GalleryPicture(string Source, int Width, int Height);

/// <summary>The explanation of one class, drawn over the picture.</summary>
/// <param name="Rank">Rank among the explained classes, from 1.</param>
/// <param name="Class">The class with the confidence in it.</param>
/// <param name="Picture">The overlay.</param>
/// <param name="Degenerate">Whether the map is constant, so that it points nowhere.</param>
public sealed record GalleryOverlay(int Rank, GalleryClass Class, GalleryPicture Picture, bool Degenerate);

/// <summary>A class with the classifier's confidence in it.</summary>
/// <param name="Id">Class id.</param>
/// <param name="Name">Class name; null where the model has none.</param>
/// <param name="Confidence">Confidence, [0, 1].</param>
public sealed record GalleryClass(int Id, string? Name, double Confidence)
{
    /// <summary>The name, or the id where there is none.</summary>
    public string Title => Name ?? $"class {Id}";
}

/// <summary>What is left of the confidence in the predicted class when the picture is masked with its map.</summary>
/// <param name="Class">The predicted class; its confidence is the whole picture's.</param>
/// <param name="Shares">One per kept share, largest first.</param>
public sealed record GalleryFaithfulness(GalleryClass Class, IReadOnlyList<GalleryShare> Shares);

/// <summary>Confidence at one kept share.</summary>
/// <param name="KeptShare">Kept share, (0, 1].</param>
/// <param name="Confidence">Confidence in the predicted class, [0, 1].</param>
/// <param name="Drop">Share of confidence lost, [0, 1]; lower is better.</param>
/// <param name="Increase">Whether confidence rose.</param>
public sealed record GalleryShare(double KeptShare, double Confidence, double Drop, bool Increase);

/// <summary>Credit of a picture.</summary>
/// <param name="Text">What the picture shows and who made it.</param>
/// <param name="Licence">Name of the licence.</param>
/// <param name="LicenceAddress">Address of the licence text; null where the name is all.</param>
/// <param name="Source">Address of the original; null where there is none.</param>
public sealed record GalleryCredit(string Text, string Licence, string? LicenceAddress, string? Source);
