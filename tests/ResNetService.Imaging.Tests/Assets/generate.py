"""Makes the images in this folder and expected.json, with Pillow as the reference. Written for Pillow 9.4 and TurboJPEG 2.1; needs nothing else.

The pictures are computed, so the files are our own. Where Pillow cannot write a variant, its bytes are put together here.
"""
import ctypes
import hashlib
import io
import json
import os
import struct
import zlib
from pathlib import Path

from PIL import Image, ImageOps

HERE = Path(__file__).parent
WIDTH, HEIGHT = 23, 17
decode = {}


def value(x, y, c):
    """The test pattern, which TestPattern.cs computes too: fine structure, hard edges, every value."""
    return (x * 37 + y * 91 + c * 53 + ((x * y) >> 3) * 17) & 255


def pattern(width, height):
    return Image.frombytes("RGB", (width, height), bytes(value(x, y, c) for y in range(height) for x in range(width) for c in range(3)))


def smooth(width=WIDTH, height=HEIGHT):
    """For lossy formats, and for whatever needs few colours."""
    pixels = bytes(v for y in range(height) for x in range(width) for v in (x * 255 // (width - 1), y * 255 // (height - 1), (x * y * 5) & 255))
    return Image.frombytes("RGB", (width, height), pixels)


def alpha():
    return Image.frombytes("L", (WIDTH, HEIGHT), bytes((x * 11 + y * 15) & 255 for y in range(HEIGHT) for x in range(WIDTH)))


def expected(image):
    """convert("RGB") with the two stated deviations: alpha is composited on white, 16-bit grayscale keeps its upper byte."""
    if image.mode.startswith("I;16"):
        words = struct.unpack(f"{'>' if image.mode.endswith('B') else '<'}{image.width * image.height}H", image.tobytes())
        image = Image.frombytes("L", image.size, bytes(w >> 8 for w in words))
    if image.mode in ("LA", "PA", "RGBA") or "transparency" in image.info:
        rgba = image.convert("RGBA")
        image = Image.new("RGB", rgba.size, (255, 255, 255))
        image.paste(rgba.convert("RGB"), mask=rgba.getchannel("A"))
    return image.convert("RGB")


def record(name, data, want=None, frames=1):
    """Writes a file; what it must decode to is what Pillow reads from it, unless given."""
    (HERE / name).write_bytes(data)
    if want is None:
        image = Image.open(io.BytesIO(data))
        image.load()
        if image.format != "TIFF":  # which Pillow turns while loading
            image = ImageOps.exif_transpose(image)
        want = expected(image)
    decode[name] = {"width": want.width, "height": want.height, "frames": frames, "sha256": hashlib.sha256(want.tobytes()).hexdigest()}


def save(name, image, frames=1, **options):
    buffer = io.BytesIO()
    image.save(buffer, **options)
    record(name, buffer.getvalue(), frames=frames)


def orientation(value):
    exif = Image.Exif()
    exif[0x0112] = value
    return exif.tobytes()


def turbo_jpeg(image, subsampling):
    """Pillow writes neither these subsamplings nor arithmetic coding, which the environment asks libjpeg-turbo for."""
    library = ctypes.CDLL("libturbojpeg.so.0")
    library.tjInitCompress.restype = ctypes.c_void_p
    data, length = ctypes.c_void_p(), ctypes.c_ulong()
    assert library.tjCompress2(
        ctypes.c_void_p(library.tjInitCompress()), image.tobytes(), image.width, 0, image.height, 0,
        ctypes.byref(data), ctypes.byref(length), subsampling, 75, 0) == 0
    return ctypes.string_at(data, length.value)


def jpeg():
    rgb = smooth()
    record("rgb-440.jpg", turbo_jpeg(rgb, subsampling=4))
    record("rgb-411.jpg", turbo_jpeg(rgb, subsampling=5))
    os.environ["TJ_ARITHMETIC"] = "1"
    record("arithmetic.jpg", turbo_jpeg(rgb, subsampling=2))
    del os.environ["TJ_ARITHMETIC"]
    save("rgb-444.jpg", rgb, format="JPEG", subsampling=0)
    save("rgb-422.jpg", rgb, format="JPEG", subsampling=1)
    save("rgb-420.jpg", rgb, format="JPEG", subsampling=2)
    save("progressive.jpg", rgb, format="JPEG", progressive=True)
    save("gray.jpg", rgb.convert("L"), format="JPEG")
    save("cmyk-adobe.jpg", rgb.convert("CMYK"), format="JPEG")
    for turn in range(1, 9):
        save(f"orientation-{turn}.jpg", smooth(19, 11), format="JPEG", quality=60, exif=orientation(turn))
    save("orientation-9.jpg", smooth(19, 11), format="JPEG", quality=60, exif=orientation(9))


def png_chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_file(depth, colour, interlace, rows, extra=b""):
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, depth, colour, 0, 0, interlace)
    return (b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + extra
            + png_chunk(b"IDAT", zlib.compress(b"".join(b"\0" + row for row in rows))) + png_chunk(b"IEND", b""))


def adam7(image):
    pixels = image.load()
    for x0, y0, dx, dy in ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)):
        for y in range(y0, HEIGHT, dy):
            row = bytes(v for x in range(x0, WIDTH, dx) for v in pixels[x, y])
            if row:
                yield row


def png():
    rgb = pattern(WIDTH, HEIGHT)
    rgba = rgb.copy()
    rgba.putalpha(alpha())
    gray = rgb.convert("L")
    save("rgb.png", rgb, format="PNG")
    save("rgba.png", rgba, format="PNG")
    save("gray.png", gray, format="PNG")
    save("gray-alpha.png", rgba.convert("LA"), format="PNG")
    save("bilevel.png", gray.convert("1"), format="PNG")
    save("palette-8.png", smooth().quantize(200), format="PNG")
    save("palette-4.png", smooth().quantize(16), format="PNG", bits=4)
    save("palette-2.png", smooth().quantize(4), format="PNG", bits=2)
    save("palette-transparent.png", smooth().quantize(32), format="PNG", transparency=bytes(range(0, 256, 8)))
    save("gray-transparent.png", gray, format="PNG", transparency=gray.getpixel((3, 3)))
    save("rgb-transparent.png", rgb, format="PNG", transparency=rgb.getpixel((3, 3)))
    save("orientation-6.png", rgb, format="PNG", exif=orientation(6))
    save("animated.png", rgb, format="PNG", save_all=True, append_images=[rgb.transpose(Image.Transpose.ROTATE_180)], frames=2)
    words = [b"".join(struct.pack(">H", value(x, y, c) * 256 + 99) for x in range(WIDTH) for c in range(4)) for y in range(HEIGHT)]
    record("rgba-16.png", png_file(16, 6, 0, words))
    record("rgb-16.png", png_file(16, 2, 0, [b"".join(row[i:i + 6] for i in range(0, len(row), 8)) for row in words]))
    record("gray-16.png", png_file(16, 0, 0, [b"".join(row[i:i + 2] for i in range(0, len(row), 8)) for row in words]),
           Image.frombytes("L", (WIDTH, HEIGHT), bytes(value(x, y, 0) for y in range(HEIGHT) for x in range(WIDTH))).convert("RGB"))
    record("interlaced.png", png_file(8, 2, 1, adam7(rgb)))
    text = png_chunk(b"tEXt", b"Title\0text") + png_chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"text" * 50)) + png_chunk(b"iCCP", b"none\0\0" + zlib.compress(b"no profile"))
    record("texts.png", png_file(8, 2, 0, [rgb.tobytes()[y * WIDTH * 3:(y + 1) * WIDTH * 3] for y in range(HEIGHT)], text), rgb)


def webp():
    rgb = smooth()
    turned = rgb.transpose(Image.Transpose.ROTATE_180)
    rgba = rgb.copy()
    rgba.putalpha(alpha())
    save("lossy.webp", rgb, format="WEBP")
    save("lossless.webp", pattern(WIDTH, HEIGHT), format="WEBP", lossless=True)
    save("lossless-alpha.webp", rgba, format="WEBP", lossless=True, exact=True)
    save("orientation-8.webp", rgb, format="WEBP", exif=orientation(8))
    save("animated.webp", rgb, format="WEBP", save_all=True, append_images=[turned, turned.transpose(Image.Transpose.FLIP_TOP_BOTTOM)], frames=3)


def gif():
    rgb = smooth()
    turned = rgb.transpose(Image.Transpose.ROTATE_180).quantize(16)
    save("palette.gif", rgb.quantize(64), format="GIF", interlace=0)
    save("interlaced.gif", rgb.quantize(64), format="GIF", interlace=1)
    save("gray.gif", rgb.convert("L").quantize(8), format="GIF")
    save("transparent.gif", rgb.quantize(16), format="GIF", transparency=5)
    save("animated.gif", rgb.quantize(16), format="GIF", save_all=True, append_images=[turned, turned.transpose(Image.Transpose.FLIP_TOP_BOTTOM)], frames=3)


def bmp_file(width, height, bits, rows, compression=0, palette=b"", masks=(), header=40):
    """rows: bytes of the pixel area, in file order."""
    if header == 12:
        info = struct.pack("<IHHHH", 12, width, height, 1, bits)
    else:
        info = struct.pack("<IiiHHIIiiII", header, width, height, 1, bits, compression, len(rows), 2835, 2835, len(palette) // 4, 0)
        info += b"".join(struct.pack("<I", mask) for mask in masks)
        info += bytes(max(0, header - len(info)))
    offset = 14 + len(info) + len(palette)
    return b"BM" + struct.pack("<IHHI", offset + len(rows), 0, 0, offset) + info + palette + rows


def bmp_rows(image, bits, pack, top_down=False):
    pixels = image.load()
    rows = b""
    for y in range(image.height) if top_down else reversed(range(image.height)):
        row = pack([pixels[x, y] for x in range(image.width)])
        rows += row + bytes(-len(row) % 4)
    return rows


def packed(bits):
    def pack(indices):
        text = "".join(format(i, f"0{bits}b") for i in indices)
        text += "0" * (-len(text) % 8)
        return bytes(int(text[i:i + 8], 2) for i in range(0, len(text), 8))
    return pack


def run_lengths(indices, nibbles):
    """Runs of equal pixels, literals between them, as BI_RLE8 and BI_RLE4 have them."""
    out, i = b"", 0
    while i < len(indices):
        run = 1
        while i + run < len(indices) and indices[i + run] == indices[i] and run < 255:
            run += 1
        if run > 1 or len(indices) - i < 3:
            out += bytes([run, indices[i] * 17 if nibbles else indices[i]])
            i += run
            continue
        literal = indices[i:i + 5]
        data = packed(4)(literal) if nibbles else bytes(literal)
        out += bytes([0, len(literal)]) + data + bytes(len(data) % 2) if len(literal) >= 3 else b"".join(bytes([1, v * 17 if nibbles else v]) for v in literal)
        i += len(literal)
    return out


def bmp():
    rgb = pattern(WIDTH, HEIGHT)
    few = smooth().quantize(16)
    colours = few.getpalette()[:48]
    quads = b"".join(bytes([colours[i + 2], colours[i + 1], colours[i], 0]) for i in range(0, 48, 3))
    triples = b"".join(bytes([colours[i + 2], colours[i + 1], colours[i]]) for i in range(0, 48, 3))
    bilevel = rgb.convert("1", dither=Image.Dither.NONE).convert("L").point(lambda v: v // 255)
    bgr = lambda row: b"".join(bytes([b, g, r]) for r, g, b in row)
    save("rgb-24.bmp", rgb, format="BMP")
    record("top-down.bmp", bmp_file(WIDTH, -HEIGHT, 24, bmp_rows(rgb, 24, bgr, top_down=True)))
    record("rgb-32.bmp", bmp_file(WIDTH, HEIGHT, 32, bmp_rows(rgb, 32, lambda row: b"".join(bytes([b, g, r, 77]) for r, g, b in row))))
    record("palette-1.bmp", bmp_file(WIDTH, HEIGHT, 1, bmp_rows(bilevel, 1, packed(1)), palette=b"\x20\x40\x60\0\xf0\xd0\xb0\0"))
    record("palette-4.bmp", bmp_file(WIDTH, HEIGHT, 4, bmp_rows(few, 4, packed(4)), palette=quads), few.convert("RGB"))
    record("palette-8.bmp", bmp_file(WIDTH, HEIGHT, 8, bmp_rows(few, 8, bytes), palette=quads), few.convert("RGB"))
    core = bmp_file(WIDTH, HEIGHT, 4, bmp_rows(few, 4, packed(4)), palette=triples, header=12)
    record("os2-core-4.bmp", core, few.convert("RGB"))
    for name, depths, masks in (("rgb-565.bmp", (5, 6, 5), (0xF800, 0x7E0, 0x1F)), ("rgb-555.bmp", (5, 5, 5), ())):
        shifts = (depths[1] + depths[2], depths[2], 0)
        pack = lambda row: b"".join(struct.pack("<H", sum((v >> (8 - d)) << s for v, d, s in zip(p, depths, shifts))) for p in row)
        record(name, bmp_file(WIDTH, HEIGHT, 16, bmp_rows(rgb, 16, pack), compression=3 if masks else 0, masks=masks))
    rgba = rgb.copy()
    rgba.putalpha(alpha())
    bgra = bmp_rows(rgba, 32, lambda row: b"".join(bytes([b, g, r, a]) for r, g, b, a in row))
    record("rgba-32.bmp", bmp_file(WIDTH, HEIGHT, 32, bgra, compression=3, masks=(0xFF0000, 0xFF00, 0xFF, 0xFF000000), header=108), expected(rgba))
    for name, bits, kind in (("rle-8.bmp", 8, 1), ("rle-4.bmp", 4, 2)):
        blocks = few.resize((8, 6), Image.Resampling.NEAREST).resize((WIDTH, HEIGHT), Image.Resampling.NEAREST)
        blocks.paste(few.crop((0, 0, WIDTH, 5)), (0, 4))
        lines = [list(blocks.crop((0, y, WIDTH, y + 1)).tobytes()) for y in reversed(range(HEIGHT))]
        coded = b"".join(run_lengths(line, bits == 4) + b"\0\0" for line in lines) + b"\0\1"
        record(name, bmp_file(WIDTH, HEIGHT, bits, coded, compression=kind, palette=quads), blocks.convert("RGB"))


def tiff_file(entries, data, big=False, order="<"):
    head = (b"II" if order == "<" else b"MM") + (struct.pack(order + "HHHQ", 43, 8, 0, 16) if big else struct.pack(order + "HI", 42, 8))
    offset = len(head) + (8 + 20 * len(entries) + 8 if big else 2 + 12 * len(entries) + 4)
    out = head + struct.pack(order + ("Q" if big else "H"), len(entries))
    for tag, kind, count, v in entries:
        v = offset if v is None else v
        out += struct.pack(order + ("HHQ" if big else "HHI"), tag, kind, count)
        width = 8 if big else 4
        out += struct.pack(order + {1: "B", 3: "H", 4: "I"}[kind], v).ljust(width, b"\0")
    return out + bytes(8 if big else 4) + data


def tiff_entries(bits, photometric, samples, length, sample_format=1):
    return [(256, 3, 1, WIDTH), (257, 3, 1, HEIGHT), (258, 3, 1, bits), (259, 3, 1, 1), (262, 3, 1, photometric), (273, 4, 1, None),
            (277, 3, 1, samples), (278, 3, 1, HEIGHT), (279, 4, 1, length), (339, 3, 1, sample_format)]


def tiff():
    rgb = pattern(WIDTH, HEIGHT)
    gray = rgb.convert("L")
    rgba = rgb.copy()
    rgba.putalpha(alpha())
    save("rgb.tif", rgb, format="TIFF")
    save("rgb-lzw.tif", rgb, format="TIFF", compression="tiff_lzw")
    save("rgb-deflate.tif", rgb, format="TIFF", compression="tiff_adobe_deflate")
    save("rgb-packbits.tif", rgb, format="TIFF", compression="packbits")
    save("rgb-jpeg.tif", smooth(), format="TIFF", compression="jpeg")
    save("rgba.tif", rgba, format="TIFF")
    save("gray.tif", gray, format="TIFF")
    save("gray-alpha.tif", rgba.convert("LA"), format="TIFF")
    save("bilevel.tif", gray.convert("1"), format="TIFF")
    save("bilevel-fax4.tif", gray.convert("1"), format="TIFF", compression="group4")
    save("palette.tif", smooth().quantize(64), format="TIFF")
    save("cmyk.tif", rgb.convert("CMYK"), format="TIFF")
    save("orientation-3.tif", rgb, format="TIFF", tiffinfo={274: 3}, compression="tiff_lzw")
    save("pages.tif", rgb, format="TIFF", save_all=True, append_images=[gray, gray], frames=3)
    floats = [value(x, y, 0) * 2.5 - 90.25 for y in range(HEIGHT) for x in range(WIDTH)]
    save("gray-float.tif", Image.frombytes("F", (WIDTH, HEIGHT), struct.pack(f"<{len(floats)}f", *floats)), format="TIFF")
    save("gray-int32.tif", Image.frombytes("I", (WIDTH, HEIGHT), struct.pack(f"<{len(floats)}i", *map(int, floats))), format="TIFF")
    save("gray-16.tif", Image.frombytes("I;16", (WIDTH, HEIGHT), struct.pack(f"<{len(floats)}H", *(int(v * 50 + 5000) for v in floats))), format="TIFF")
    record("gray-big-endian.tif", tiff_file(tiff_entries(8, 1, 1, WIDTH * HEIGHT), gray.tobytes(), order=">"))
    record("gray-bigtiff.tif", tiff_file(tiff_entries(8, 1, 1, WIDTH * HEIGHT), gray.tobytes(), big=True), gray.convert("RGB"))
    record("white-is-zero.tif", tiff_file(tiff_entries(8, 0, 1, WIDTH * HEIGHT), gray.tobytes()))


def resize_and_crop(image, resize, crop, filter_):
    """torchvision 0.14's Resize(int) and CenterCrop(int) on a Pillow image."""
    shorter, longer = sorted(image.size)
    target = (resize, int(resize * longer / shorter))
    image = image.resize(target if image.width <= image.height else target[::-1], filter_)
    padded = Image.new("RGB", (max(image.width, crop), max(image.height, crop)))
    padded.paste(image, (max(crop - image.width, 0) // 2, max(crop - image.height, 0) // 2))
    left, top = round((padded.width - crop) / 2), round((padded.height - crop) / 2)
    return padded.crop((left, top, left + crop, top + crop))


def resizes():
    sizes = [(1, 1), (2, 1), (1, 2), (1, 50), (50, 1), (3, 5), (7, 7), (31, 17), (17, 31), (64, 48), (223, 224), (224, 224), (225, 223),
             (256, 256), (257, 255), (300, 10), (10, 300), (320, 240), (101, 997), (640, 427)]
    for width, height in sizes:
        image = pattern(width, height)
        for resize, crop in ((256, 224), (235, 224), (32, 32), (7, 5), (20, 33), (9, 8)):
            for name, filter_ in (("Bilinear", Image.Resampling.BILINEAR), ("Bicubic", Image.Resampling.BICUBIC)):
                result = resize_and_crop(image, resize, crop, filter_)
                yield [width, height, resize, crop, name, hashlib.sha256(result.tobytes()).hexdigest()]


if __name__ == "__main__":
    for make in (jpeg, png, webp, gif, bmp, tiff):
        make()
    lines = ",\n".join(f"    {json.dumps(name)}: {json.dumps(decode[name])}" for name in sorted(decode))
    cases = ",\n".join(f"    {json.dumps(case)}" for case in resizes())
    (HERE / "expected.json").write_text(f'{{\n  "decode": {{\n{lines}\n  }},\n  "resize": [\n{cases}\n  ]\n}}\n')
