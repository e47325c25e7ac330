"""Networks that were trained on ImageNet: their weights, and what each of their layers makes of a picture.

    picture -> what the network sees (8 bits) -> scaled -> every layer -> logits -> softmax -> 1000 classes

Records, labels, and finding, checking and downloading weights need no framework. What runs a network imports
Keras when it is called, and keeps two networks. Before class: ``python -m explorer.imagenet fetch NAME``.
"""

from __future__ import annotations

import argparse
import base64
import csv
import dataclasses
import functools
import gc
import hashlib
import io
import math
import os
import re
import shutil
import sys
import threading
import uuid
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from http.client import HTTPException
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.activations import softmax
from explorer.errors import ExplorerError

Array: TypeAlias = NDArray[np.float32]
Pixels: TypeAlias = NDArray[np.uint8]
Scales: TypeAlias = Mapping[str, Mapping[int, float]]

FITS = ("resize", "crop")
"""How a picture becomes square: "resize" distorts it, "crop" cuts the largest square out of its centre."""

WEIGHTS = ("auto", "random", "unverified")
"""Which weights: the verified file, else random ones; random ones; the file whatever its hash."""

KEPT_NETWORKS = 2
KEPT_BYTES = 400_000_000  # of layer outputs: the last two pictures of the widest network here
SEED = 2012  # of random weights
TIMEOUT = 20.0  # seconds without a byte after which a download is given up

_ADDRESS = "https://storage.googleapis.com/tensorflow/"


class NetworkError(ExplorerError):
    """What a network cannot do, in a sentence for the reader."""


class WeightsError(ExplorerError):
    """Why weights cannot be used or had, in a sentence for the reader."""


@dataclass(frozen=True)
class Network:
    """A network of `keras.applications` with 1000 classes.

    Attributes:
        name: Key in `NETWORKS`.
        title: Name to show.
        builder: The function of `keras.applications` that builds it.
        options: What that function is called with, besides `weights`.
        size: Side of its input in pixels.
        mode: How pixels are scaled before they come in: "tf", "torch", "caffe", or "none" where the network's
            first layers do it.
        file: The file of its weights, under Keras's name.
        md5: The MD5 of that file as Keras checks it, or None where Keras checks none.
        megabytes: Size of that file, in 2**20 bytes.
        parameters: How many numbers it has learned, those of the batch normalisation included.
        top1: Published share of validation photographs whose class came first, in percent.
        top5: The same for the first five, or None where it was not published.
        year: When the paper appeared.
        paper: Its title and authors.
        link: Where to read it.
        url: Where Keras has the file from.
        source: Where top1 and top5 are from.
    """

    name: str
    title: str
    builder: str
    options: Mapping[str, Any]
    size: int
    mode: str
    file: str
    md5: str | None
    megabytes: float
    parameters: int
    top1: float
    top5: float | None
    year: int
    paper: str
    link: str
    url: str
    source: str

    @property
    def preprocessing(self) -> str:
        """Say how pixels are scaled, in a sentence."""
        return _PREPROCESSING[self.mode]


_PREPROCESSING = {
    "tf": "Each value from 0 to 255 is divided by 127.5, then 1 is subtracted: −1 is black and 1 is white.",
    "torch": "Each value is divided by 255; then the mean of the ImageNet photographs in its channel is "
    "subtracted, and the rest is divided by their standard deviation.",
    "caffe": "Red and blue change places, then the mean of the ImageNet photographs is subtracted from each "
    "channel; nothing is divided.",
    "none": "Values from 0 to 255 go in as they are: the first layers of the network scale them.",
}

_PAGE = "Keras Applications, keras.io/api/applications"

NETWORKS: dict[str, Network] = {
    network.name: network
    for network in (
        Network(
            name="MobileNetV2",
            title="MobileNetV2",
            builder="MobileNetV2",
            options={"input_shape": (224, 224, 3)},
            size=224,
            mode="tf",
            file="mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224.h5",
            md5=None,
            megabytes=14,
            parameters=3_538_984,
            top1=71.3,
            top5=90.1,
            year=2018,
            paper="Sandler and others, MobileNetV2: Inverted Residuals and Linear Bottlenecks, CVPR 2018",
            link="https://arxiv.org/abs/1801.04381",
            url=(
                _ADDRESS + "keras-applications/mobilenet_v2/"
                "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224.h5"
            ),
            source=_PAGE,
        ),
        Network(
            name="MobileNet-0.25-128",
            title="MobileNet, a quarter as wide, 128 px",
            builder="MobileNet",
            options={"alpha": 0.25, "input_shape": (128, 128, 3)},
            size=128,
            mode="tf",
            file="mobilenet_2_5_128_tf.h5",
            md5=None,
            megabytes=2,
            parameters=475_544,
            top1=41.5,
            top5=66.3,
            year=2017,
            paper=(
                "Howard and others, MobileNets: Efficient Convolutional Neural Networks for Mobile Vision "
                "Applications, 2017"
            ),
            link="https://arxiv.org/abs/1704.04861",
            url=_ADDRESS + "keras-applications/mobilenet/mobilenet_2_5_128_tf.h5",
            source="MobileNet_v1, github.com/tensorflow/models, research/slim",
        ),
        Network(
            name="MobileNetV3Small",
            title="MobileNetV3 Small",
            builder="MobileNetV3Small",
            options={"input_shape": (224, 224, 3)},
            size=224,
            mode="none",
            file="weights_mobilenet_v3_small_224_1.0_float.h5",
            md5="8768d4c2e7dee89b9d02b2d03d65d862",
            megabytes=10.2,
            parameters=2_554_968,
            top1=68.1,
            top5=None,
            year=2019,
            paper="Howard and others, Searching for MobileNetV3, ICCV 2019",
            link="https://arxiv.org/abs/1905.02244",
            url=_ADDRESS + "keras-applications/mobilenet_v3/weights_mobilenet_v3_small_224_1.0_float.h5",
            source="Keras, documentation of MobileNetV3Small",
        ),
        Network(
            name="EfficientNetV2B0",
            title="EfficientNetV2-B0",
            builder="EfficientNetV2B0",
            options={"input_shape": (224, 224, 3)},
            size=224,
            mode="none",
            file="efficientnetv2-b0.h5",
            md5="21ecbf6da12460d5c40bb2f29ceb2188",
            megabytes=28.3,
            parameters=7_200_312,
            top1=78.7,
            top5=94.3,
            year=2021,
            paper="Tan and Le, EfficientNetV2: Smaller Models and Faster Training, ICML 2021",
            link="https://arxiv.org/abs/2104.00298",
            url=_ADDRESS + "keras-applications/efficientnet_v2/efficientnetv2-b0.h5",
            source=_PAGE,
        ),
        Network(
            name="ResNet50",
            title="ResNet-50",
            builder="ResNet50",
            options={"input_shape": (224, 224, 3)},
            size=224,
            mode="caffe",
            file="resnet50_weights_tf_dim_ordering_tf_kernels.h5",
            md5="2cb95161c43110f7111970584f804107",
            megabytes=98.4,
            parameters=25_636_712,
            top1=74.9,
            top5=92.1,
            year=2015,
            paper="He and others, Deep Residual Learning for Image Recognition, CVPR 2016",
            link="https://arxiv.org/abs/1512.03385",
            url=_ADDRESS + "keras-applications/resnet/resnet50_weights_tf_dim_ordering_tf_kernels.h5",
            source=_PAGE,
        ),
        Network(
            name="VGG16",
            title="VGG-16",
            builder="VGG16",
            options={"input_shape": (224, 224, 3)},
            size=224,
            mode="caffe",
            file="vgg16_weights_tf_dim_ordering_tf_kernels.h5",
            md5="64373286793e3c8b2b4e3219cbf3544b",
            megabytes=528,
            parameters=138_357_544,
            top1=71.3,
            top5=90.1,
            year=2014,
            paper=(
                "Simonyan and Zisserman, Very Deep Convolutional Networks for Large-Scale Image Recognition, "
                "ICLR 2015"
            ),
            link="https://arxiv.org/abs/1409.1556",
            url=_ADDRESS + "keras-applications/vgg16/vgg16_weights_tf_dim_ordering_tf_kernels.h5",
            source=_PAGE,
        ),
        Network(
            name="DenseNet121",
            title="DenseNet-121",
            builder="DenseNet121",
            options={"input_shape": (224, 224, 3)},
            size=224,
            mode="torch",
            file="densenet121_weights_tf_dim_ordering_tf_kernels.h5",
            md5="9d60b8095a5708f2dcce2bca79d332c7",
            megabytes=32,
            parameters=8_062_504,
            top1=75.0,
            top5=92.3,
            year=2016,
            paper="Huang and others, Densely Connected Convolutional Networks, CVPR 2017",
            link="https://arxiv.org/abs/1608.06993",
            url=_ADDRESS + "keras-applications/densenet/densenet121_weights_tf_dim_ordering_tf_kernels.h5",
            source=_PAGE,
        ),
        Network(
            name="NASNetMobile",
            title="NASNet Mobile",
            builder="NASNetMobile",
            options={"input_shape": (224, 224, 3)},
            size=224,
            mode="tf",
            file="nasnet_mobile.h5",
            md5="020fb642bf7360b370c678b08e0adf61",
            megabytes=23.8,
            parameters=5_326_716,
            top1=74.4,
            top5=91.9,
            year=2017,
            paper=(
                "Zoph and others, Learning Transferable Architectures for Scalable Image Recognition, "
                "CVPR 2018"
            ),
            link="https://arxiv.org/abs/1707.07012",
            url=_ADDRESS + "keras-applications/nasnet/NASNet-mobile.h5",
            source=_PAGE,
        ),
    )
}
"""Networks by name, the default first. Files and hashes are those of Keras 3.15."""


def network(name: str) -> Network:
    """Give the record of a network.

    Raises:
        NetworkError: If there is none of this name.

    >>> network("VGG16").size
    224
    """
    if name not in NETWORKS:
        raise NetworkError(f"There is no network {name!r}; choose one of {', '.join(NETWORKS)}.")
    return NETWORKS[name]


# Labels


@dataclass(frozen=True)
class Label:
    """A class of ImageNet: its place among the 1000 outputs, its WordNet id, and its name (names repeat)."""

    index: int
    wnid: str
    text: str


def _read_labels() -> tuple[Label, ...]:
    with Path(__file__).with_name("labels.csv").open(encoding="utf-8", newline="") as file:
        return tuple(Label(int(row["index"]), row["wnid"], row["label"]) for row in csv.DictReader(file))


LABELS: tuple[Label, ...] = _read_labels()
"""The 1000 classes in the order of a network's outputs."""


def search(text: str, limit: int = 20) -> list[Label]:
    """Find classes by a part of their name, by WordNet id or by index, the best matches first.

    >>> [label.index for label in search("crane")], search("tian_c")[0].text, search("285")[0].text
    ([134, 517], 'Egyptian cat', 'Egyptian cat')
    """
    wanted = " ".join(text.replace("_", " ").casefold().split())
    ranked = ((_match(label, wanted), label.index) for label in LABELS)
    return [LABELS[index] for rank, index in sorted(ranked) if rank < _NO_MATCH][:limit]


_NO_MATCH = 4


def _match(label: Label, wanted: str) -> int:
    """Rank a label from 0 for "this one" to `_NO_MATCH`."""
    name = label.text.casefold()
    if wanted in (name, label.wnid, str(label.index)):
        return 0
    if name.startswith(wanted):
        return 1
    return 2 if f" {wanted}" in name else 3 if wanted in name else _NO_MATCH


# What a network sees


def seen(name: str, image: Array | Pixels, fit: str = "resize") -> Pixels:
    """Give the 8-bit pixels that a network sees, before they are scaled.

    Fractions are rounded to the nearest of 256 levels; then Pillow's bilinear filter, which averages over
    what it shrinks, makes the picture as large as the input. Grey becomes three equal channels.

    Args:
        name: A key of `NETWORKS`.
        image: (H, W, C), C = 1 or 3: floats in [0, 1] as `explorer.images` gives them, or uint8 levels. What
            `seen` gave comes back as it is.
        fit: One of `FITS`.

    Returns:
        uint8 (size, size, 3), red before green before blue.

    Raises:
        NetworkError: If the network, the picture or the fit is none of these.

    >>> seen("MobileNetV2", np.full((10, 20, 1), 0.5, np.float32))[0, 0]
    array([128, 128, 128], dtype=uint8)
    """
    size = network(name).size
    if fit not in FITS:
        raise NetworkError(f"There is no fit {fit!r}; choose one of {', '.join(FITS)}.")
    levels = _levels(image)
    rows, columns = levels.shape[:2]
    side = min(rows, columns)
    top, left = (rows - side) / 2, (columns - side) / 2
    box = (left, top, left + side, top + side) if fit == "crop" else (0, 0, columns, rows)
    picture = Image.fromarray(np.repeat(levels, 3 // levels.shape[2], axis=2))
    return np.array(picture.resize((size, size), Image.Resampling.BILINEAR, box=box))


def _levels(image: Any) -> Pixels:
    """Check a picture and give its levels, uint8 (H, W, C)."""
    shape: tuple[int, ...] = getattr(image, "shape", ())
    if not isinstance(image, np.ndarray) or len(shape) != 3 or shape[2] not in (1, 3) or image.size == 0:
        came = f"an array {shape}" if isinstance(image, np.ndarray) else f"a {type(image).__name__}"
        raise NetworkError(
            f"A picture was expected as an array (H, W, C) with 1 or 3 channels, and {came} came; give what "
            "explorer.images.load or sample gives."
        )
    if image.dtype == np.uint8:
        return image
    if image.dtype.kind != "f" or not 0 <= image.min() <= image.max() <= 1:
        raise NetworkError(
            f"A picture was expected with values from 0 to 1, or with uint8 levels, and {image.dtype} values "
            f"from {image.min():g} to {image.max():g} came; divide levels by 255."
        )
    levels: Pixels = np.rint(image * np.float32(255)).astype(np.uint8)
    return levels


_MEAN = np.array([0.485, 0.456, 0.406], np.float32)
_DEVIATION = np.array([0.229, 0.224, 0.225], np.float32)
_MEAN_LEVELS = np.array([103.939, 116.779, 123.68], np.float32)  # blue, green, red


def preprocess(name: str, pixels: NDArray[Any]) -> Array:
    """Scale what a network sees as its own `preprocess_input` of Keras does, into a new array.

    * "tf": `x / 127.5 - 1`
    * "torch": `(x / 255 - mean) / deviation` for each channel
    * "caffe": `x[blue, green, red] - mean` for each channel
    * "none": `x`

    Args:
        name: A key of `NETWORKS`.
        pixels: (..., size, size, 3) with values from 0 to 255, such as `seen` gives; never changed.

    Returns:
        float32 of the same shape.

    Raises:
        NetworkError: If there is no such network, or if the array has another shape.

    >>> preprocess("MobileNetV2", np.zeros((224, 224, 3), np.uint8)).max()
    np.float32(-1.0)
    """
    record = network(name)
    if pixels.shape[-3:] != (record.size, record.size, 3):
        raise NetworkError(
            f"{record.title} takes {record.size} x {record.size} pixels of 3 channels, and an array of shape "
            f"{pixels.shape} came; give what seen gives."
        )
    values: Array = pixels.astype(np.float32)
    match record.mode:
        case "tf":
            values /= np.float32(127.5)
            values -= np.float32(1)
        case "torch":
            values /= np.float32(255)
            values -= _MEAN
            values /= _DEVIATION
        case "caffe":
            values = values[..., ::-1] - _MEAN_LEVELS
    return values


# Weights


@dataclass(frozen=True)
class Weights:
    """The weights that a network is opened with.

    Attributes:
        name: The network.
        path: Their file, or None for random ones.
        md5: The hash of that file.
        origin: Where the file lay, or "random".
        trained: Whether they were learned from photographs.
        complaint: What is wrong or missing and what to do, or nothing.
    """

    name: str
    path: Path | None
    md5: str | None
    origin: str
    trained: bool
    complaint: str = ""


def folders() -> list[tuple[Path, str]]:
    """Give the folders that are searched for weights, in order, each with what it is.

    They are those of `EXPLORER_WEIGHTS`, separated as in `PATH`, and Keras's own cache: `models` in
    `KERAS_HOME` or in `~/.keras`.
    """
    ours = [part for part in os.environ.get("EXPLORER_WEIGHTS", "").split(os.pathsep) if part.strip()]
    keras = os.path.join(os.environ.get("KERAS_HOME") or os.path.join("~", ".keras"), "models")
    named = [(folder, "EXPLORER_WEIGHTS") for folder in ours] + [(keras, "Keras's own cache")]
    return [(Path(os.path.expanduser(folder)), origin) for folder, origin in named]


def find_weights(name: str, weights: str = "auto") -> Weights:
    """Look for a network's file and verify it; no file is ever touched.

    Raises:
        NetworkError: If there is no such network.
        WeightsError: If `weights` is none of `WEIGHTS`, or if it is "unverified" and there is no file.

    >>> find_weights("VGG16", "random").trained
    False
    """
    record = network(name)
    if weights not in WEIGHTS:
        raise WeightsError(f"There are no weights {weights!r}; choose one of {', '.join(WEIGHTS)}.")
    if weights == "random":
        return Weights(name, None, None, "random", False)
    refused = ""
    for folder, origin in folders():
        path = folder / record.file
        try:
            md5 = md5_of(path)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            refused = refused or f"{path} cannot be read ({_reason(error)}); mend it or move it away."
            continue
        wrong = _wrong_hash(record, path, md5)
        if not wrong or weights == "unverified":
            return Weights(name, path, md5, origin, True, wrong)
        refused = refused or f"{wrong} It was not used; move it away, or say that it is to be used."
    missing = refused or f"No weights of {record.title} were found. {instructions(name)}"
    if weights == "unverified":
        raise WeightsError(missing)
    return Weights(name, None, None, "random", False, missing)


def instructions(name: str, folder: Path | None = None) -> str:
    """Say how to get a network's file by hand: its name, its address, and the folder to put it in."""
    record = network(name)
    return (
        f"Download {record.file} ({record.megabytes:g} MB) from {record.url} and put it into "
        f"{folder or home()}, or upload it."
    )


def home() -> Path:
    """Give the folder that a downloaded file goes into: the first of `folders` that can be written to.

    Where none can, it is Keras's own cache.
    """
    known = [folder for folder, _ in folders()]
    return next(filter(_can_be_written, known), known[-1])


def _can_be_written(folder: Path) -> bool:
    """Whether a file can be put into a folder, which need not be there yet."""
    there = next(each for each in (folder, *folder.parents) if os.path.exists(each))
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK)


def md5_of(path: Path) -> str:
    """Give the MD5 of a file, computed again only when its size or time has changed."""
    state = path.stat()
    return _md5(path, state.st_size, state.st_mtime_ns)


@lru_cache(maxsize=64)
def _md5(path: Path, size: int, changed: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "md5").hexdigest()


def _wrong_hash(record: Network, path: Path, md5: str) -> str:
    """Say that a file is not Keras's, or nothing if it is or Keras checks none."""
    if record.md5 in (None, md5):
        return ""
    return (
        f"{path} has the MD5 {md5}, and Keras's file for {record.title} has {record.md5}: it may be damaged, "
        "or another network's."
    )


def _reason(error: BaseException) -> str:
    """Put what went wrong into a few words."""
    why = getattr(error, "reason", None)
    if isinstance(why, BaseException):
        return _reason(why)
    words = " ".join(str(getattr(error, "strerror", None) or why or error).split())
    return words[:200] or type(error).__name__


# Getting weights


def download(
    name: str, folder: Path | None = None, *, progress: Callable[[int, int], object] | None = None
) -> Path:
    """Fetch a network's file into a folder, by default `home()`, and verify it.

    What has arrived lies in a `.part` file until the hash is right, so that an interrupted download goes on
    from there. Then it moves to its name in one step, if no file has this name. What has a wrong hash is kept
    aside.

    Args:
        name: A key of `NETWORKS`.
        folder: Where to put the file; made if it does not exist.
        progress: Called with the bytes that have arrived and the bytes in all. An exception of it stops the
            download.

    Returns:
        The path of the file; one that is there already and right is not fetched again.

    Raises:
        NetworkError: If there is no such network.
        WeightsError: If the file cannot be had or put there, or if another file has its name.
    """
    record = network(name)
    folder = Path(folder or home())
    path = folder / record.file
    with _fetching:
        try:
            if os.path.lexists(path):
                return _there(record, path)
            folder.mkdir(parents=True, exist_ok=True)
            part, expected = _fetch(record, path, progress or (lambda done, total: None))
            md5 = md5_of(part)
            if md5 != (record.md5 or expected or md5):
                aside = path.with_name(f"{path.name}.wrong-{md5}")
                part.replace(aside)
                raise WeightsError(
                    f"What came from {record.url} has the MD5 {md5} and should have "
                    f"{record.md5 or expected}; it was kept aside as {aside}. Try again later."
                )
            return _place(record, part, path)
        except (OSError, HTTPException) as error:
            raise WeightsError(
                f"The weights of {record.title} could not be fetched ({_reason(error)}); what has arrived is "
                f"kept. Try again, or by hand: {instructions(name, folder)}"
            ) from error


_fetching = threading.Lock()


def accept(
    name: str,
    source: bytes | os.PathLike[str] | str | BinaryIO,
    folder: Path | None = None,
    *,
    weights: str = "auto",
) -> Path:
    """Put a file that a person hands in where a network's weights are looked for, if it fits.

    Args:
        name: A key of `NETWORKS`.
        source: The bytes of an .h5 file, its path, or a file opened in binary mode; it stays as it is.
        folder: Where to put it, by default `home()`.
        weights: "unverified" takes it whatever its hash.

    Returns:
        The path of the new file, under Keras's name.

    Raises:
        NetworkError: If there is no such network.
        WeightsError: If it does not fit the network, has the wrong hash, or if another file has its name.
    """
    record = network(name)
    folder = Path(folder or home())
    path = folder / record.file
    given = folder / f"{path.stem}.{uuid.uuid4().hex}.h5"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            with given.open("xb") as copy:
                if isinstance(source, str | os.PathLike):
                    with open(source, "rb") as file:
                        shutil.copyfileobj(file, copy)
                else:
                    shutil.copyfileobj(io.BytesIO(source) if isinstance(source, bytes) else source, copy)
            wrong = _wrong_hash(record, given, md5_of(given))
            if wrong and weights != "unverified":
                raise WeightsError(
                    f"{wrong.replace(str(given), 'The file')} It was not taken; choose {record.file} from "
                    f"{record.url}, or say that it is to be taken all the same."
                )
            _load(_built(record)[0], record, given, "The file")
            return _place(record, given, path)
        finally:
            given.unlink(missing_ok=True)
    except OSError as error:
        raise WeightsError(
            f"The file could not be put into {folder} ({_reason(error)}); choose a folder that can be "
            "written, with EXPLORER_WEIGHTS."
        ) from error


def _fetch(record: Network, path: Path, progress: Callable[[int, int], object]) -> tuple[Path, str | None]:
    """Give a complete `.part` file and the MD5 that the server tells, if it tells one."""
    while True:
        part = max(_parts(path), key=lambda part: part.stat().st_size, default=None)
        start = part.stat().st_size if part else 0
        try:
            return _continue(record.url, path, part, start, progress)
        except (OSError, HTTPException) as error:
            if isinstance(error, HTTPError):
                error.close()
            if part and getattr(error, "code", None) == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                part.unlink()  # longer than the file that is there now
            elif max((part.stat().st_size for part in _parts(path)), default=0) <= start:
                raise  # nothing came


def _parts(path: Path) -> list[Path]:
    return list(path.parent.glob(f"{path.name}.*.part"))


def _continue(
    url: str, path: Path, part: Path | None, start: int, progress: Callable[[int, int], object]
) -> tuple[Path, str | None]:
    """Fetch what is missing after the first `start` bytes of `part`, or all if the file there is another."""
    # Asking for the last byte too tells a file that is complete from one that is not to be had in parts.
    first = max(start - 1, 0)
    request = Request(url, headers={"Range": f"bytes={first}-"} if first else {})
    with urlopen(request, timeout=TIMEOUT) as answer:
        headers = answer.headers
        version = headers.get("ETag") or headers.get("Last-Modified") or ""
        wanted = path.with_name(f"{path.name}.{hashlib.md5(version.encode()).hexdigest()[:8]}.part")
        partial = answer.status == HTTPStatus.PARTIAL_CONTENT
        if partial and (wanted != part or not version):
            answer.close()
            if part:
                part.unlink()  # the beginning of a file that is no longer there
            return _continue(url, path, None, 0, progress)
        done = first if partial else 0
        length = headers.get("Content-Length")
        total = done + int(length) if length else None
        # Another process may be fetching the same: both write the same bytes at the same places.
        with open(wanted, "r+b" if version and wanted.exists() else "wb") as file:
            file.seek(done)
            while chunk := answer.read(2**18):
                file.write(chunk)
                done += len(chunk)
                progress(done, total or done)
        if total and done < total:
            raise ConnectionError(f"the connection ended after {done} of {total} bytes")
        return wanted, _told_md5(headers.get_all("x-goog-hash", []))


def _told_md5(hashes: list[str]) -> str | None:
    """Read the MD5 in Google's header, as in `crc32c=AAAAAA==,md5=1B2M2Y8AsgTpgAmY7PhCfg==`."""
    told = [part.strip()[4:] for part in ",".join(hashes).split(",") if part.strip().startswith("md5=")]
    return base64.b64decode(told[0]).hex() if told else None


def _place(record: Network, part: Path, path: Path) -> Path:
    """Give a complete file its name in one step, unless a file has it."""
    try:
        try:
            os.link(part, path)
        except FileExistsError:
            raise
        except OSError:  # some disks know no second name for a file
            path.open("xb").close()
            try:
                part.replace(path)
            except OSError:
                path.unlink()
                raise
    except FileExistsError:
        _there(record, path, md5_of(part))
    part.unlink(missing_ok=True)
    return path


def _there(record: Network, path: Path, md5: str | None = None) -> Path:
    """Give the path of a file that has this name already, if it is the right one."""
    if (md5 or record.md5) not in (None, md5_of(path)):
        raise WeightsError(
            f"{path} is there already and is another file; it was left as it is. Move it away and try again."
        )
    return path


# Networks in memory


@dataclass(frozen=True, eq=False)
class Opened:
    """A network that is ready to run.

    Attributes:
        network: Which one.
        weights: With which weights; what they were asked for with, and complaints, are `find_weights`'s.
        model: The flat `keras.Model` exactly as `keras.applications` builds it, with the softmax at its end.
        logits: The symbolic tensor (None, 1000) before the softmax.
    """

    network: Network
    weights: Weights
    model: Any
    logits: Any

    @functools.cached_property
    def forward(self) -> Any:
        """The compiled function from scaled pixels (n, size, size, 3) to logits (n, 1000)."""
        return compiled(self, self.logits)

    @functools.cached_property
    def every(self) -> Any:
        """The compiled function from scaled pixels to the outputs of all layers, a list in their order."""
        return compiled(self, [layer.output for layer in self.model.layers])

    @functools.cached_property
    def scaled(self) -> Any:
        """The compiled function from scaled pixels, and factors for each layer's channels, to logits."""
        import tensorflow as tf

        walk = _Walk(self.model, self.logits)
        names = [layer.name for layer in self.model.layers]
        return tf.function(
            lambda pixels, factors: walk.run(
                pixels, after=lambda layer, value: value * factors[names.index(layer.name)]
            )
        )

    @functools.cached_property
    def ones(self) -> list[Any]:
        """A factor of 1 for every channel of each layer."""
        import tensorflow as tf

        return [tf.ones(layer.output.shape[-1]) for layer in self.model.layers]


def opened(name: str, weights: str = "auto") -> Opened:
    """Give a network that is ready to run; the last `KEPT_NETWORKS` that were asked for are kept.

    Raises:
        NetworkError: If there is no such network, or Keras is not set up for TensorFlow.
        WeightsError: If the file does not fit the network.
    """
    found = dataclasses.replace(find_weights(name, weights), complaint="")
    with _opening:
        if found not in _opened:
            while len(_opened) >= KEPT_NETWORKS:
                _opened.popitem(last=False)
                gc.collect()  # a model refers to itself, and the next may need its memory
            _opened[found] = _open(network(name), found)
        _opened.move_to_end(found)
        return _opened[found]


_opened: OrderedDict[Weights, Opened] = OrderedDict()
_opening = threading.RLock()


def _open(record: Network, weights: Weights) -> Opened:
    model, logits = _built(record)
    if weights.path:
        _load(model, record, weights.path, str(weights.path))
    else:
        _randomise(record, model, logits)
    return Opened(record, weights, model, logits)


def _built(record: Network) -> tuple[Any, Any]:
    """Build a network and its logits, with the layer names that a new process would give."""
    keras = _keras()

    def build() -> tuple[Any, Any]:
        model = getattr(keras.applications, record.builder)(weights=None, **record.options)
        return model, logits_of(model)

    # Keras counts the names that it makes up in each thread from the start.
    with ThreadPoolExecutor(1) as fresh:
        return fresh.submit(build).result()


def framework() -> str:
    """Import what runs the networks, which takes seconds the first time, and name it.

    Raises:
        NetworkError: If Keras is not set up for TensorFlow.
    """
    keras = _keras()
    import tensorflow as tf

    return f"TensorFlow {tf.__version__}, Keras {keras.__version__}"


def _keras() -> Any:
    import keras

    backend, order = keras.backend.backend(), keras.config.image_data_format()
    if (backend, order) != ("tensorflow", "channels_last"):
        raise NetworkError(
            f"Keras is set up for {backend} with {order}, and these networks run with tensorflow and "
            "channels_last; set KERAS_BACKEND and keras.json to that."
        )
    return keras


def _load(model: Any, record: Network, path: Path, called: str) -> None:
    try:
        model.load_weights(path)
    except Exception as error:  # h5py, Keras and TensorFlow raise unrelated types for files that do not fit
        raise WeightsError(
            f"{called} holds no weights that fit {record.title} ({_reason(error)}); download {record.file} "
            f"from {record.url}, or choose random weights."
        ) from error


def logits_of(model: Any) -> Any:
    """Give the symbolic logits (None, 1000) of a model of `keras.applications`."""
    import keras

    last = model.layers[-1]
    if isinstance(last, keras.layers.Dense):
        return keras.ops.add(keras.ops.matmul(last.input, last.kernel), last.bias)
    return last.input


def _randomise(record: Network, model: Any, logits: Any) -> None:
    """Give every kernel He's normal distribution, and fit normalisations and logits to random pictures.

    Otherwise what residual blocks add up would grow from block to block, and the softmax would be sure of
    one class.
    """
    import tensorflow as tf

    rng = np.random.default_rng(SEED)
    for layer in model.layers:
        layer.set_weights([untrained(variable, rng) for variable in layer.weights])

    def normalise(layer: Any, value: Any) -> None:
        if hasattr(layer, "moving_mean"):
            mean, variance = tf.nn.moments(value, (0, 1, 2))
            layer.moving_mean.assign(mean)
            layer.moving_variance.assign(variance)

    coarse = [
        Image.fromarray(rng.integers(0, 256, (side, side, 3), np.uint8)) for side in (1, 4, 16, 64, 224)
    ]
    pixels = np.stack([np.asarray(picture.resize((record.size, record.size))) for picture in coarse])
    values = _Walk(model, logits).run(preprocess(record.name, pixels), before=normalise)
    kernel = next(variable for variable in reversed(model.weights) if variable.name == "kernel")
    kernel.assign(kernel / np.std(values))


def untrained(weight: Any, rng: np.random.Generator) -> Array:
    """Draw one of a layer's weights as it is before training.

    Kernels are normal with a variance of 2 / fan-in, scales and variances are 1, biases and means 0.
    """
    shape = tuple(weight.shape)
    if len(shape) < 2:
        return np.full(shape, weight.name in ("gamma", "moving_variance"), np.float32)
    # A kernel with a single output for each input channel is a depthwise one, and sees that channel alone.
    fan = math.prod(shape[:2] if len(shape) == 4 and shape[3] == 1 else shape[:-1])
    values: Array = rng.standard_normal(shape, np.float32)
    values *= np.float32(math.sqrt(2 / fan))
    return values


def compiled(network: Opened, outputs: Any) -> Any:
    """Compile the way from scaled pixels (n, size, size, 3) to symbolic outputs."""
    import keras
    import tensorflow as tf

    model = keras.Model(network.model.input, outputs)
    size = network.network.size
    signature = [tf.TensorSpec((None, size, size, 3), tf.float32)]
    return tf.function(lambda pixels: model(pixels, training=False), input_signature=signature)


class _Walk:
    """A model's layers, one after the other, with something done before or after each.

    Between two layers there may be bare operations, as in MobileNetV3's hard swish; they run as they are.
    """

    def __init__(self, model: Any, logits: Any) -> None:
        import keras

        self._layers = list(model.layers)
        self._end = logits
        graph = keras.Model(model.input, [model.output, logits])
        self._made_by = {id(operation.output): operation for operation in graph.operations}
        self._between: dict[int, Any] = {}

    def sources(self, tensor: Any) -> list[Any]:
        """Give the layers whose outputs make up a symbolic tensor."""
        operation = self._made_by[id(tensor)]
        if operation in self._layers:
            return [operation]
        return list(
            dict.fromkeys(source for part in _listed(operation.input) for source in self.sources(part))
        )

    def run(
        self,
        pixels: Any,
        before: Callable[[Any, Any], None] = lambda layer, value: None,
        after: Callable[[Any, Any], Any] = lambda layer, value: value,
    ) -> Any:
        """Give the logits; `before` sees each layer's input, and `after` makes what its output becomes."""
        values: dict[int, Any] = {}
        for layer in self._layers:
            if layer is self._layers[-1]:
                break
            if layer is self._layers[0]:
                value = pixels
            else:
                taken = [self._value(tensor, values) for tensor in _listed(layer.input)]
                before(layer, taken[0])
                value = layer(taken if isinstance(layer.input, list) else taken[0], training=False)
            values[id(layer.output)] = after(layer, value)
        return self._value(self._end, values)

    def _value(self, tensor: Any, values: dict[int, Any]) -> Any:
        import keras

        if id(tensor) in values:
            return values[id(tensor)]
        outputs = [source.output for source in self.sources(tensor)]
        if id(tensor) not in self._between:
            self._between[id(tensor)] = keras.Model(outputs, tensor)
        return self._between[id(tensor)]([values[id(output)] for output in outputs])


def _listed(tensors: Any) -> list[Any]:
    return tensors if isinstance(tensors, list) else [tensors]


# Predictions


@dataclass(frozen=True)
class Prediction:
    """A class and how probable a network takes it to be."""

    index: int
    wnid: str
    label: str
    probability: float


def predict(
    name: str, image: Array | Pixels, top: int = 5, *, fit: str = "resize", weights: str = "auto"
) -> list[Prediction]:
    """Give the `top` most probable classes of a picture, the best first.

    Args:
        name: A key of `NETWORKS`.
        image: What `seen` takes.
        top: How many, 1 to 1000.
        fit: One of `FITS`.
        weights: One of `WEIGHTS`.

    Raises:
        NetworkError, WeightsError: If the network, the picture or another argument cannot be used.
    """
    return best(logits(name, image, fit=fit, weights=weights), top)


def best(logits: Array, top: int = 5) -> list[Prediction]:
    """Give the `top` greatest of 1000 logits as predictions with their softmax, the best first.

    >>> best(np.eye(1000, dtype=np.float32)[285] * 20, 1)[0].label
    'Egyptian cat'
    """
    if not 1 <= top <= len(LABELS):
        raise NetworkError(
            f"There are {len(LABELS)} classes, and the best {top} were asked for; ask for 1 to 1000."
        )
    probabilities = softmax(logits)
    order = np.argsort(-probabilities, kind="stable")[:top]
    return [
        Prediction(index, LABELS[index].wnid, LABELS[index].text, float(probabilities[index]))
        for index in map(int, order)
    ]


def logits(
    name: str,
    image: Array | Pixels,
    *,
    fit: str = "resize",
    weights: str = "auto",
    scales: Scales | None = None,
) -> Array:
    """Give what a network says of a picture before the softmax, float32 (1000,).

    Args:
        name: A key of `NETWORKS`.
        image: What `seen` takes.
        fit: One of `FITS`.
        weights: One of `WEIGHTS`.
        scales: `{layer: {channel: factor}}`: what the channels of layers are multiplied by before the next
            layers see them; 0 switches one off.

    Raises:
        NetworkError, WeightsError: If the network, the picture or another argument cannot be used.
    """
    network = opened(name, weights)
    batch = _batch(name, image, fit)
    result = network.scaled(batch, _factors(network, scales)) if scales else network.forward(batch)
    values: Array = result.numpy()[0]
    return values


def _batch(name: str, image: Array | Pixels, fit: str) -> Array:
    """Give a picture as a network takes it, (1, size, size, 3)."""
    return preprocess(name, seen(name, image, fit))[np.newaxis]


def _factors(network: Opened, scales: Scales) -> list[Any]:
    factors = list(network.ones)
    names = [layer.name for layer in network.model.layers]
    for layer, channels in scales.items():
        place = names.index(_layer(network, layer).name)
        if place == len(names) - 1:
            raise NetworkError(
                f"Nothing follows {layer}, the last layer; scale the channels of one before it."
            )
        values = factors[place].numpy()
        for channel, factor in channels.items():
            if not 0 <= channel < len(values) or not math.isfinite(factor):
                raise NetworkError(
                    f"Channel {channel} of {layer} was to be multiplied by {factor}; its channels are 0 to "
                    f"{len(values) - 1}, and factors are finite numbers."
                )
            values[channel] = factor
        factors[place] = values
    return factors


def _layer(network: Opened, name: str) -> Any:
    found = next((layer for layer in network.model.layers if layer.name == name), None)
    if found is None:
        raise _unknown(network.network, name)
    return found


# Layers


@dataclass(frozen=True)
class Layer:
    """A layer of a network.

    Attributes:
        name: Keras's name of it.
        kind: Keras's class of it.
        output_shape: (rows, columns, channels) or (numbers,).
        parameters: How many numbers it has learned.
        multiply_adds: How many products of a weight and a value it adds up for one picture.
        receptive: Of the receptive field of one output cell along a side, in pixels of the input: its size,
            how far it moves from cell to cell, and where that of the first cell starts (below 0 in the
            padding); None where every cell sees the whole picture.
        inputs: The layers whose outputs it takes.
        block: What it folds into, or nothing.
    """

    name: str
    kind: str
    output_shape: tuple[int, ...]
    parameters: int
    multiply_adds: int
    receptive: tuple[int, int, int] | None
    inputs: tuple[str, ...]
    block: str


def layers(name: str, *, weights: str = "auto") -> list[Layer]:
    """Describe every layer of a network, each after those whose outputs it takes."""
    return list(_structure(name, weights).layers)


def spatial_layers(name: str, *, weights: str = "auto") -> tuple[str, ...]:
    """Name the layers with more than one row or column, in their order."""
    shapes = {layer.name: layer.output_shape for layer in layers(name, weights=weights)}
    return tuple(name for name, shape in shapes.items() if len(shape) == 3 and max(shape[:2]) > 1)


def filters(name: str, layer: str, *, weights: str = "auto") -> Array:
    """Give the kernels of a layer.

    Returns:
        float32 (rows, columns, channels in, channels out) of a convolution; (rows, columns, channels,
        multiplier) where each channel has kernels of its own (a separable convolution's first half); (numbers
        in, numbers out) of a dense layer.

    Raises:
        NetworkError: If there is no such layer, or it has no kernels.
    """
    network = opened(name, weights)
    found = _layer(network, layer)
    kernels = [variable for variable in found.weights if "kernel" in variable.name]
    if not kernels:
        raise NetworkError(
            f"{layer} is a {type(found).__name__} layer without kernels; choose a convolution."
        )
    values: Array = kernels[0].numpy()
    return values


def field_of(
    name: str, layer: str, row: int, col: int, *, weights: str = "auto"
) -> tuple[int, int, int, int]:
    """Give the receptive field of an output cell: (top, left, bottom, right), the last two excluded.

    It is followed back layer by layer, so that it is exact at the edges: padding is no part of it. A cell
    that sees padding alone has the empty field (0, 0, 0, 0).

    Raises:
        NetworkError: If there is no such layer or cell.
    """
    structure = _structure(name, weights)
    if layer not in structure.sizes:
        raise _unknown(network(name), layer)
    rows, columns = structure.sizes[layer]
    if not (0 <= row < rows and 0 <= col < columns):
        raise NetworkError(
            f"{layer} has {rows} x {columns} cells, counted from 0, and ({row}, {col}) was asked for; choose "
            "another."
        )
    vertical, horizontal = structure.field(layer, row, 0), structure.field(layer, col, 1)
    if not vertical or not horizontal:
        return 0, 0, 0, 0
    return vertical[0], horizontal[0], vertical[1], horizontal[1]


@dataclass(frozen=True)
class _Step:
    """Which of its inputs an output cell of a layer needs, along both sides.

    Cell i needs `size` cells from `i * stride - before` on, or all if `size` is None.
    """

    size: tuple[int, int] | None = (1, 1)
    stride: tuple[int, int] = (1, 1)
    before: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class _Structure:
    """How the layers of a network hang together; `sizes` has the rows and columns of their outputs."""

    layers: tuple[Layer, ...]
    steps: Mapping[str, _Step]
    sizes: Mapping[str, tuple[int, int]]

    def field(self, layer: str, cell: int, axis: int) -> tuple[int, int] | None:
        """Give the input cells [first, last) that an output cell needs, or None if it sees padding alone."""
        needed = {layer: (cell, cell + 1)}
        for this in reversed(self.layers):
            if this.name not in needed or not this.inputs:
                continue
            low, high = needed[this.name]
            step = self.steps[this.name]
            for source in this.inputs:
                size = self.sizes[source][axis]
                first, last = 0, size
                if step.size and not (step == _Step() and size == 1):  # one cell is spread over all
                    first = max(low * step.stride[axis] - step.before[axis], 0)
                    last = min((high - 1) * step.stride[axis] - step.before[axis] + step.size[axis], size)
                if first < last:
                    others = needed.get(source, (first, last))
                    needed[source] = (min(first, others[0]), max(last, others[1]))
        return needed.get(self.layers[0].name)


_structures: dict[str, _Structure] = {}


def _structure(name: str, weights: str) -> _Structure:
    if network(name).name not in _structures:
        _structures[name] = _read_structure(opened(name, weights))
    return _structures[name]


def _read_structure(network: Opened) -> _Structure:
    walk = _Walk(network.model, network.logits)
    found: dict[str, Layer] = {}
    steps: dict[str, _Step] = {}
    sizes: dict[str, tuple[int, int]] = {}
    for layer in network.model.layers:
        shape = tuple(layer.output.shape[1:])
        taken = _listed(layer.input) if found else []
        inputs = tuple(dict.fromkeys(source.name for tensor in taken for source in walk.sources(tensor)))
        sizes[layer.name] = (shape[0], shape[1]) if len(shape) == 3 else (1, 1)
        steps[layer.name] = step = _step(layer, sizes[layer.name])
        kernels = [math.prod(variable.shape) for variable in layer.weights if "kernel" in variable.name]
        found[layer.name] = Layer(
            layer.name,
            type(layer).__name__,
            shape,
            layer.count_params(),
            math.prod(sizes[layer.name]) * sum(kernels),
            _receptive(step, [found[source].receptive for source in inputs]),
            inputs,
            "",
        )
    blocks = _blocks(network.network, found)
    return _Structure(
        tuple(dataclasses.replace(layer, block=blocks[layer.name]) for layer in found.values()), steps, sizes
    )


def _receptive(step: _Step, sources: Sequence[tuple[int, int, int] | None]) -> tuple[int, int, int] | None:
    """Give size, jump and start of a layer's field from those of its inputs'; the largest of several."""
    known = [source for source in sources if source]
    if not step.size or len(known) < len(sources):
        return None
    if not known:
        return 1, 1, 0
    jump = known[0][1]
    first = min(start for _, _, start in known) - step.before[0] * jump
    last = max(start + size for size, _, start in known) + (step.size[0] - 1 - step.before[0]) * jump
    return last - first, jump * step.stride[0], first


def _step(layer: Any, output: tuple[int, int]) -> _Step:
    kind = type(layer).__name__
    if kind in ("GlobalAveragePooling2D", "Flatten", "Reshape", "Dense"):
        return _Step(size=None)
    if kind == "ZeroPadding2D":
        return _Step(before=(layer.padding[0][0], layer.padding[1][0]))
    if kind == "Cropping2D":
        return _Step(before=(-layer.cropping[0][0], -layer.cropping[1][0]))
    window = getattr(layer, "kernel_size", None) or getattr(layer, "pool_size", None)
    if not window:
        return _Step()
    rates = getattr(layer, "dilation_rate", (1, 1))
    size = tuple((side - 1) * rate + 1 for side, rate in zip(window, rates, strict=True))
    before = (0, 0)
    if layer.padding == "same":
        missing = (
            (cells - 1) * stride + side - whole
            for cells, stride, side, whole in zip(
                output, layer.strides, size, layer.input.shape[1:3], strict=True
            )
        )
        before = tuple(max(cells, 0) // 2 for cells in missing)
    return _Step(size, tuple(layer.strides), before)


_BLOCK_NAMES = {
    "MobileNetV2": r"(block_\d+|expanded_conv)_",
    "MobileNet": r"conv_(?:pad|dw|pw)_(\d+)",
    "MobileNetV3Small": r"(expanded_conv(?:_\d+)?)_",
    "EfficientNetV2B0": r"(block\d[a-z])_",
    "ResNet50": r"(conv\d_block\d+)_",
    "VGG16": r"(block\d)_",
    "DenseNet121": r"(conv\d_block\d+|pool[2-4])_",
    "NASNetMobile": r"_(stem_\d|reduce_\d+|\d+)$",
}
_MADE_UP = re.compile(r"(activation|re_lu|zero_padding2d|cropping2d|concatenate)(_\d+)?")


def _blocks(network: Network, layers: Mapping[str, Layer]) -> dict[str, str]:
    """Tell the block of each layer by its name, or by a neighbour's where Keras made the name up."""
    before = {layer.name: layer.inputs[0] for layer in layers.values() if layer.inputs}
    after = {source: layer.name for layer in reversed(list(layers.values())) for source in layer.inputs}
    neighbour = after if network.builder == "NASNetMobile" else before  # NASNet begins with activations
    blocks = {}
    for layer in layers:
        named = layer
        while _MADE_UP.fullmatch(named):
            named = neighbour[named]
        match = re.search(_BLOCK_NAMES[network.builder], named)
        block = match[1] if match else ""
        blocks[layer] = f"block_{block}" if block.isdigit() else block
    return blocks


def _unknown(network: Network, layer: str) -> NetworkError:
    return NetworkError(
        f"{network.title} has no layer {layer!r}; choose one that layers({network.name!r}) names."
    )


# What the layers make of a picture


def layer_output(
    name: str, image: Array | Pixels, layer: str, *, fit: str = "resize", weights: str = "auto"
) -> Array:
    """Give what a layer makes of a picture, float32 (rows, columns, channels) or (numbers,).

    Raises:
        NetworkError, WeightsError: If the network, the picture, the layer or another argument cannot be used.
    """
    return layer_outputs(name, image, [layer], fit=fit, weights=weights)[layer]


def layer_outputs(
    name: str,
    image: Array | Pixels,
    layers: Iterable[str] | None = None,
    *,
    fit: str = "resize",
    weights: str = "auto",
) -> dict[str, Array]:
    """Give what layers make of a picture, by name; without `layers`, what all of them do.

    All come from one pass, and those of the last pictures are kept up to `KEPT_BYTES`; only those that were
    asked for become arrays, which are the caller's own.

    Raises:
        NetworkError, WeightsError: If the network, the picture, a layer or another argument cannot be used.
    """
    network = opened(name, weights)
    places = {layer.name: place for place, layer in enumerate(network.model.layers)}
    wanted = list(places) if layers is None else list(layers)
    for layer in wanted:
        if layer not in places:
            raise _unknown(network.network, layer)
    tensors = _tensors(network, seen(name, image, fit))
    return {layer: tensors[places[layer]].numpy()[0] for layer in wanted}


_outputs: OrderedDict[tuple[Weights, bytes], tuple[list[Any], int]] = OrderedDict()
_computing = threading.Lock()


def _tensors(network: Opened, pixels: Pixels) -> list[Any]:
    """Give the outputs of all layers as tensors, from one pass or from those kept."""
    key = network.weights, hashlib.sha256(pixels.tobytes()).digest()
    with _computing:
        if key not in _outputs:
            tensors = network.every(preprocess(network.network.name, pixels)[np.newaxis])
            size = sum(4 * math.prod(tensor.shape) for tensor in tensors)
            while _outputs and size + sum(kept for _, kept in _outputs.values()) > KEPT_BYTES:
                _outputs.popitem(last=False)
            _outputs[key] = tensors, size
        _outputs.move_to_end(key)
        return _outputs[key][0]


# The command


def main(arguments: Sequence[str] | None = None) -> int:
    """Fetch weights from the command line; the exit code is 0 if all went well."""
    parser = argparse.ArgumentParser(
        prog="python -m explorer.imagenet", description="Get ready for networks that know ImageNet."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    fetch = commands.add_parser("fetch", help="download the weights of networks and verify them")
    fetch.add_argument("names", nargs="+", choices=list(NETWORKS), metavar="NAME", help=", ".join(NETWORKS))
    fetch.add_argument("--folder", type=Path, help=f"where to put them (default: {home()})")
    chosen = parser.parse_args(arguments)
    for name in chosen.names:
        try:
            path = download(name, chosen.folder, progress=functools.partial(_show, name))
        except WeightsError as error:
            print(f"\n{error}", file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            print("\nStopped; the same command goes on from here.", file=sys.stderr)
            return 130
        print(f"\r{name}: {path}")
    return 0


def _show(name: str, done: int, total: int) -> None:
    print(f"\r{name}: {done / 2**20:.1f} of {total / 2**20:.1f} MB", end="", file=sys.stderr, flush=True)
