using TTame.Core.Imaging;
using TTame.Core.Metrics;
using TTame.Core.Primitives;

namespace TTame.Core.Evaluation;

/// <summary>One image of the list, as the classifier will see it, or why not.</summary>
/// <param name="Index">Place in the list.</param>
/// <param name="Crop">Null where it can't be read.</param>
/// <param name="Boxes">In the pixels of the crop; null where none are known.</param>
/// <param name="Refused">Code of the refusal; null where it was read.</param>
internal sealed record EvaluationPicture(int Index, RgbImage? Crop, IReadOnlyList<PixelBox>? Boxes, string? Refused)
{
    /// <summary>Reads, decodes, resizes and crops.</summary>
    public static EvaluationPicture Load(ImageList images, int index, InputSpec input, EvaluationPlan plan)
    {
        try
        {
            RgbImage picture = ImageDecoder.Decode(images.Read(index, plan.Limits.MaxBytes), plan.Limits).Image;
            ModelInput prepared = Preprocessing.Prepare(picture, input);
            return new(index, prepared.Crop, plan.Boxes.GetValueOrDefault(images.Entries[index].Name)?.Select(box => InCrop(box, picture, prepared.Window)).ToList(), null);
        }
        catch (ImageContentException refused)
        {
            return new(index, null, null, refused.Code);
        }
        catch (IOException lost)
        {
            return new(index, null, null, lost is FileNotFoundException or DirectoryNotFoundException ? "missing" : "unreadable");
        }
    }

    private static PixelBox InCrop(PixelBox box, RgbImage picture, CropWindow window)
    {
        double x = (double)window.ResizedWidth / picture.Width, y = (double)window.ResizedHeight / picture.Height;
        return new(
            (int)Math.Round(box.Left * x) - window.Left, (int)Math.Round(box.Top * y) - window.Top,
            (int)Math.Round(box.Right * x) - window.Left, (int)Math.Round(box.Bottom * y) - window.Top);
    }
}
