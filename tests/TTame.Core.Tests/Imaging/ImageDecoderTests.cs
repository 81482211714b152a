using TTame.Core.Imaging;
using TTame.Testing;

namespace TTame.Core.Tests.Imaging;

public sealed class ImageDecoderTests
{
    [Theory]
    [Trait("Kind", "Oracle")]
    [InlineData("chelsea")]
    [InlineData("coffee")]
    [InlineData("camera_gray")]
    public void Decode_OfPhotograph_IsWithinToleranceOfPillow(string name)
    {
        var decoded = Decode(File.ReadAllBytes(Path.Combine(Ground.Golden, "images", name + ".jpg")));
        var pillow = Decode(File.ReadAllBytes(Path.Combine(Ground.Golden, "images", name + "_decoded.png"))).Image;

        int[] differences = [.. decoded.Image.Pixels.Zip(pillow.Pixels, (a, b) => Math.Abs(a - b))];

        Assert.True(differences.Average() <= 1, $"mean {differences.Average()}");
        Assert.True(differences.Count(d => d > 6) <= 0.01 * differences.Length);
    }

    [Fact]
    [Trait("Kind", "Property")]
    public void Decode_OfWrittenPng_GivesThePixelsBack()
    {
        var picture = Pictures.Noise(37, 23, 1);

        Assert.Equal(picture.Pixels, Decode(Pictures.Png(picture)).Image.Pixels);
    }

    private static DecodedImage Decode(byte[] file) => ImageDecoder.Decode(file, ImageLimits.Default);
}
