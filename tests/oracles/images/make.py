"""Makes the encoded pictures beside this file (Pillow 9.4.0, libwebp 1.2.4, libtiff 4.5.0). All show picture(): 32x24, red 8x, green 10y, blue xy mod 256."""
import os

from PIL import Image

HERE = os.path.dirname(os.path.abspath(__file__))


def picture():
    image = Image.new("RGB", (32, 24))
    for y in range(24):
        for x in range(32):
            image.putpixel((x, y), (8 * x, 10 * y, x * y % 256))
    return image


def save(image, name, **options):
    image.save(os.path.join(HERE, name), **options)


if __name__ == "__main__":
    rgb = picture()
    half = rgb.convert("RGBA")
    half.putalpha(Image.linear_gradient("L").resize((32, 24)))
    save(rgb, "lossy.webp", quality=80)
    save(half, "lossy-alpha.webp", quality=80)
    save(rgb, "lossless.webp", lossless=True)
    save(half, "lossless-alpha.webp", lossless=True, exact=True)
    save(rgb, "animated.webp", save_all=True, append_images=[rgb.rotate(90)], quality=80)
    save(rgb, "lzw.tif", compression="tiff_lzw")
    save(rgb, "packbits.tif", compression="packbits")
    save(rgb, "deflate.tif", compression="tiff_adobe_deflate")
    save(rgb, "jpeg-in-tiff.tif", compression="jpeg")
    save(rgb.convert("1"), "fax.tif", compression="group4")
    save(rgb.convert("LAB"), "lab.tif")
    save(rgb.convert("CMYK"), "cmyk.tif")
    save(rgb.convert("F"), "float.tif")
    save(rgb, "progressive.jpg", progressive=True, quality=90)
    save(rgb, "baseline.jpg", quality=90)
    save(rgb.quantize(64), "palette.gif")
    save(rgb.quantize(64), "interlaced.gif", interlace=1)
