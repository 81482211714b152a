namespace TTame.Core.Imaging;

/// <summary>A picture as a viewer shows it, and what its file said.</summary>
/// <param name="Image">Upright RGB: turned by the file's orientation, alpha laid over white.</param>
/// <param name="Facts">What the file said.</param>
public sealed record DecodedImage(RgbImage Image, ImageFacts Facts);

/// <summary>What a file says of its first picture.</summary>
/// <param name="Format"><c>JPEG</c>, <c>PNG</c>, <c>WebP</c>, <c>GIF</c> or <c>TIFF</c>.</param>
/// <param name="EncodedWidth">Columns as stored, before the turn.</param>
/// <param name="EncodedHeight">Rows as stored, before the turn.</param>
/// <param name="Orientation">EXIF orientation 1-8; 1 where the file states none or another value.</param>
/// <param name="HadAlpha">Whether the format says that pixels may be transparent.</param>
/// <param name="HasColourProfile">Whether an ICC profile is embedded. It is not applied.</param>
/// <param name="Frames">Frames or pages in the file, of which the first is read.</param>
public sealed record ImageFacts(string Format, int EncodedWidth, int EncodedHeight, int Orientation, bool HadAlpha, bool HasColourProfile, int Frames);
