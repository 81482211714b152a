using TTame.Core.Imaging;
using TTame.Core.Primitives;

namespace TTame.Core.Training;

/// <summary>Makes training windows from the files of an image list.</summary>
/// <param name="images">The training list.</param>
/// <param name="input">The classifier's input.</param>
/// <param name="recipe">Without open choices; its augmentation and seed decide the window.</param>
/// <param name="limits">What a file may cost.</param>
public sealed class TrainingCrops(ImageList images, InputSpec input, Recipe recipe, ImageLimits limits)
{
    /// <summary>Keeps what was decoded and resized; null keeps nothing.</summary>
    public DecodedCache? Decoded { get; init; }

    /// <summary>Decodes one image and cuts the window of an epoch.</summary>
    /// <param name="image">Index in the list.</param>
    /// <param name="epoch">Counts from 0.</param>
    /// <returns>The window, or null and the reason where the file is no readable picture.</returns>
    public (RgbImage? Window, string? Unreadable) Load(int image, int epoch)
    {
        try
        {
            RgbImage source = Decoded?.Find(image) ?? Source(image);
            return (recipe.Augmentation == Augmentation.Centre ? source : RandomWindow(source, image, epoch), null);
        }
        catch (ImageContentException refused)
        {
            return (null, refused.Code);
        }
        catch (IOException missing)
        {
            return (null, missing is FileNotFoundException or DirectoryNotFoundException ? "missing" : "unreadable");
        }
    }

    // What is the same in every epoch: the centre, or the resized picture that windows are cut from.
    private RgbImage Source(int image)
    {
        RgbImage picture = ImageDecoder.Decode(images.Read(image, limits.MaxBytes), limits).Image;
        RgbImage source = recipe.Augmentation == Augmentation.Centre ? Preprocessing.Prepare(picture, input).Crop : Resized(picture);
        Decoded?.Keep(image, source);
        return source;
    }

    private RgbImage Resized(RgbImage picture)
    {
        RgbImage resized = input.Resize is { } side ? Preprocessing.ResizeShorterSide(picture, side) : picture;
        return resized.Width < input.Size || resized.Height < input.Size ? Preprocessing.ResizeShorterSide(picture, input.Size) : resized;
    }

    private RgbImage RandomWindow(RgbImage resized, int image, int epoch)
    {
        (int left, int top, bool flip) = EpochOrder.Window(resized.Width - input.Size, resized.Height - input.Size, recipe.Seed, epoch, image);
        RgbImage window = Preprocessing.Crop(resized, left, top, input.Size, input.Size);
        return flip && recipe.Augmentation == Augmentation.CropAndFlip ? window.Mirrored() : window;
    }
}
