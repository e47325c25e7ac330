"""How the explorer reads a file, as a part of a program: upright, in sRGB, over its ground, and small."""

from __future__ import annotations

from explorer.images.grounds import CHECKER, LIGHT, SQUARES

READER = f'''\
TURNS = {{
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}}  # what turns a picture upright, by its EXIF orientation


def read(path, longest):
    """Return a picture, uint8 (H, W, 3): upright, in sRGB, over its ground, no side longer than asked."""
    data = Path(path).read_bytes()
    picture = Image.open(io.BytesIO(data))
    if picture.format in ("JPEG", "MPO"):
        picture.draft(None, fitted(picture.size, longest))  # a much larger one is decoded small
    picture.load()
    turn = TURNS.get(picture.getexif().get(0x0112))
    sides = fitted(picture.size, longest)
    profile = picture.info.get("icc_profile")
    if picture.mode in ("I", "F"):
        raise ValueError("its numbers declare no white; save it with 8 or 16 bits")
    if picture.mode.startswith("I;16") or (picture.format == "PNG" and data[24] == 16):
        colour, alpha = deep(picture, data, sides)
        levels = np.rint(255 * colour).astype(np.uint8)
        levels = Image.fromarray(levels if levels.shape[2] == 3 else levels[..., 0])
        moved = np.float32(to_srgb(levels, profile).convert("RGB")) - np.float32(levels.convert("RGB"))
        colour = np.clip(colour + moved / 255, 0, 1)
    else:
        mode = "L" if picture.mode in ("1", "L", "LA", "La") else "RGB"
        mode = "CMYK" if picture.mode == "CMYK" else mode + "A" * picture.has_transparency_data
        picture = picture.convert(mode)
        picture = picture if picture.size == sides else picture.resize(sides, Image.Resampling.HAMMING)
        alpha = np.float32(picture.getchannel("A") if mode[-1] == "A" else [[255]])[..., np.newaxis] / 255
        colour = np.float32(to_srgb(picture.convert(mode.rstrip("A")), profile).convert("RGB")) / 255
    upright = Image.fromarray(np.rint(255 * over_ground(colour, alpha)).astype(np.uint8))
    return np.asarray(upright if turn is None else upright.transpose(turn))


def fitted(size, longest):
    """Return a width and a height in proportion, with no side longer than asked."""
    most = max(size)
    return tuple(max(1, (2 * side * min(longest, most) + most) // (2 * most)) for side in size)


def deep(picture, data, sides):
    """Return the colours of a picture of 16 bits and how opaque they are, from 0 to 1."""
    if picture.format == "PNG":  # of whose colours Pillow keeps 8 bits
        stored = np.atleast_3d(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED))
    else:
        stored = np.atleast_3d(np.asarray(picture))
    colour = stored[..., 2::-1] if stored.shape[2] > 1 else stored
    most = 65535 if colour.min() == colour.max() else colour.max()
    white = next(2**bits - 1 for bits in (8, 10, 12, 14, 16) if most < 2**bits)  # of the bits that it uses
    opaque = stored[..., 3:] if stored.shape[2] == 4 else np.full((*stored.shape[:2], 1), 65535)
    opaque = np.float32(opaque) / 65535
    colour = np.float32(colour) / np.float32(white)
    if picture.size != sides:  # what is transparent has no say
        alpha = shrunk(opaque, sides)
        colour, opaque = shrunk(colour * opaque, sides) / np.where(alpha, alpha, 1), alpha
    return np.clip(colour, 0, 1), opaque


def shrunk(fractions, sides):
    """Return fractions (H, W, C) with other sides (width, height)."""
    planes = [Image.fromarray(np.ascontiguousarray(plane)) for plane in np.moveaxis(fractions, 2, 0)]
    small = [np.asarray(plane.resize(sides, Image.Resampling.HAMMING)) for plane in planes]
    return np.clip(np.stack(small, axis=-1), 0, 1)


def to_srgb(picture, profile):
    """Bring a picture (L, RGB or CMYK) to sRGB, where its colour profile says anything else."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile or b""))
        mode = {{"GRAY": "L", "RGB ": "RGB", "CMYK": "CMYK"}}[source.profile.xcolor_space]
        given = picture.convert("RGB") if (picture.mode, mode) == ("L", "RGB") else picture
        srgb = ImageCms.createProfile("sRGB")
        changed = ImageCms.profileToProfile(given, source, srgb, outputMode="RGB")
    except (ImageCms.PyCMSError, KeyError, OSError, ValueError):
        return picture  # there is no profile, or a damaged one, or one for other colours
    moved = np.abs(np.int16(changed) - np.int16(picture.convert("RGB"))).max()
    if mode != "CMYK" and moved <= 1:
        return picture
    return changed.getchannel("G") if picture.mode == "L" else changed


def over_ground(colour, alpha):
    """Lay colours over white, or over a grey checker where the visible ink is light."""
    luma = colour @ np.float32([[0.299], [0.587], [0.114]])
    ground = np.float32(1)
    if np.sum(luma * alpha) >= {LIGHT} * np.sum(alpha * np.ones_like(luma)) > 0:
        rows, columns = np.indices(luma.shape[:2]) // max(1, max(luma.shape) // {SQUARES})
        ground = np.float32({list(CHECKER)})[(rows + columns) % 2][..., np.newaxis]
    return colour * alpha + ground * (1 - alpha)
'''
"""The function `read(path, longest)` and what it needs: the levels that `explorer.images.load` comes to.

It reads what Pillow reads and colours of 16 bits with OpenCV; HEIC, and TIFF of floats or with zero as white
at 16 bits, are read by `explorer.images` alone.
"""
