"""Each script is run as a reader would run it, beside the picture, and compared with the screen."""

from __future__ import annotations

import contextlib
import inspect
import io
import itertools
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from explorer import images
from explorer.code.preparation import LOADED_SIDE, Preparation
from explorer.code.sliding_windows import SNIPPETS, code
from explorer.convolution.experiments import RECTIFIERS, Convolution, Pooling
from explorer.convolution.pooling import POOLINGS

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

Array = NDArray[np.float32]

NEEDS = {"tensorflow": "tensorflow", "keras": "keras", "pytorch": "torch"}
ORIENTATION = 0x0112  # the EXIF tag
PAD_MODES = ("constant", "edge", "reflect", "symmetric", "wrap")
FILES = {"photo.png": (23, 17), "tiny.png": (16, 5)}  # name: (width, height)


@pytest.fixture(params=SNIPPETS)
def framework(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    if name in NEEDS:
        pytest.importorskip(NEEDS[name])
    return name


def photo(width: int, height: int, bands: int = 3) -> Image.Image:
    """Smooth shapes with noise on them: neighbours differ, and no two places are alike."""
    rng = np.random.default_rng(width * height)
    rows, columns = np.mgrid[:height, :width]
    waves = 127 + 60 * np.sin(rows / 7) + 60 * np.cos(columns / 5)
    levels = waves[..., np.newaxis] + rng.normal(0, 20, (height, width, bands))
    pixels = np.clip(levels, 0, 255).astype(np.uint8)
    return Image.fromarray(pixels[..., 0] if bands == 1 else pixels)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("script")
    for name, size in FILES.items():
        photo(*size).save(path / name)
    with contextlib.chdir(path):
        yield path


def run(script: str) -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(compile(script, "script.py", "exec"), names)
    return names


def seen_by(file: str, *, colour: bool, size: int | None = None) -> tuple[Array, Preparation]:
    """Give what the operation sees of a file, and the record that says how it came about."""
    loaded = images.load(file)
    seen = images.prepare(loaded, size=size or max(loaded.shape[:2]), colour=colour)
    return seen, Preparation.between(loaded, seen, file=file)


def assert_equals_screen(
    framework: str, experiment: Convolution | Pooling, file: str, *, colour: bool
) -> None:
    seen, preparation = seen_by(file, colour=colour)
    expected = experiment.feature_map(seen)
    script = code(framework, experiment, preparation=preparation)
    feature_map = run(script)["feature_map"]
    # Pixels are at most 1: no sum is larger than this, and float32 rounds in proportion to it.
    if isinstance(experiment, Pooling):
        scale = float(np.prod(experiment.window)) ** 0.5 if experiment.kind == "l2" else 1.0
    else:
        scale = abs(experiment.gain) * float(np.abs(experiment.kernel).sum()) + abs(experiment.bias)
    assert isinstance(feature_map, np.ndarray), script
    assert feature_map.dtype == np.float32, script
    assert feature_map.shape == expected.shape, script
    np.testing.assert_allclose(feature_map, expected, rtol=0, atol=1e-5 * scale, err_msg=script)


def weights(rows: int, columns: int, seed: int = 0) -> Array:
    return np.random.default_rng(seed).normal(size=(rows, columns)).astype(np.float32)


@pytest.mark.parametrize("colour", [False, True], ids=["grey", "colour"])
@pytest.mark.parametrize("padding", ["valid", "same", 1, 6])
def test_script_equals_screen(folder: Path, framework: str, padding: Any, colour: bool) -> None:
    """The script gives the map on the screen, for each kernel size, stride, dilation and border."""
    sizes = [(1, 1), (2, 2), (3, 3), (4, 2), (1, 5)]
    for size, strides, dilation in itertools.product(sizes, (1, 2, 3), (1, 2)):
        for mode in PAD_MODES if padding != "valid" else PAD_MODES[:1]:
            experiment = Convolution(
                weights(*size), strides=strides, padding=padding, dilation_rate=dilation, pad_mode=mode
            )
            assert_equals_screen(framework, experiment, "photo.png", colour=colour)


@pytest.mark.parametrize("mode", PAD_MODES)
@pytest.mark.parametrize("padding", ["same", 6])
@pytest.mark.parametrize("strides", [1, 8])
def test_kernel_larger_than_the_picture(
    folder: Path, framework: str, padding: Any, mode: str, strides: int
) -> None:
    """The border may be wider than the picture, which most libraries refuse to mirror or wrap."""
    kernel = weights(8, 14) if padding == 6 else weights(5, 9)
    experiment = Convolution(
        kernel, strides=strides, padding=padding, dilation_rate=1 if padding == 6 else 6, pad_mode=mode
    )
    assert_equals_screen(framework, experiment, "tiny.png", colour=True)


@pytest.mark.parametrize("activation", RECTIFIERS)
@pytest.mark.parametrize(("gain", "bias"), [(1.0, 0.0), (-1.5, 0.0), (1.0, -0.25), (0.05, 0.1), (0.0, 2.0)])
@pytest.mark.parametrize("flip", [False, True])
def test_after_the_sum(
    folder: Path, framework: str, activation: str, gain: float, bias: float, flip: bool
) -> None:
    """The script turns the kernel when asked, then does gain, bias and activation in this order."""
    experiment = Convolution(weights(3, 2), flip=flip, gain=gain, bias=bias, activation=activation)
    assert_equals_screen(framework, experiment, "photo.png", colour=True)


@pytest.mark.parametrize("colour", [False, True], ids=["grey", "colour"])
def test_largest_kernel(folder: Path, framework: str, colour: bool) -> None:
    """A kernel of 31 x 31 weights with gaps of 6 is wrapped into short lines and still equal."""
    experiment = Convolution(weights(31, 31), dilation_rate=6, pad_mode="symmetric")
    assert_equals_screen(framework, experiment, "photo.png", colour=colour)
    script = code(framework, experiment, preparation=Preparation((23, 17)))
    assert max(len(line) for line in script.splitlines()) <= 110


@pytest.mark.parametrize("colour", [False, True], ids=["grey", "colour"])
@pytest.mark.parametrize("kind", POOLINGS)
@pytest.mark.parametrize(("padding", "ceil_mode"), [("same", False), (1, True)])
def test_a_pooled_map_of_a_filter(
    folder: Path, framework: str, kind: str, padding: Any, ceil_mode: bool, colour: bool
) -> None:
    """The script filters the picture first and pools what came of it, negative sums included."""
    filtered = Convolution(weights(3, 2), strides=2, gain=-1.5, bias=0.1)
    experiment = Pooling(kind, (3, 2), padding=padding, ceil_mode=ceil_mode)
    seen, preparation = seen_by("photo.png", colour=colour)
    expected = experiment.feature_map(filtered.feature_map(seen))
    script = code(framework, experiment, preparation=preparation, filtered=filtered)
    feature_map = run(script)["feature_map"]
    assert feature_map.shape == expected.shape, script
    np.testing.assert_allclose(feature_map, expected, rtol=0, atol=2e-4, err_msg=script)


KERNELS = st.tuples(st.integers(1, 7), st.integers(1, 7), st.integers(0, 2**32 - 1)).map(
    lambda t: weights(*t)
)
EXPERIMENTS = st.builds(
    Convolution,
    KERNELS,
    strides=st.integers(1, 8),
    padding=st.one_of(st.just("same"), st.just("valid"), st.integers(0, 6)),
    dilation_rate=st.integers(1, 6),
    pad_mode=st.sampled_from(PAD_MODES),
    flip=st.booleans(),
    bias=st.sampled_from([0.0, 0.3, -2.0]),
    gain=st.sampled_from([1.0, 0.05, -4.0]),
    activation=st.sampled_from(list(RECTIFIERS)),
)


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(experiment=EXPERIMENTS, file=st.sampled_from(list(FILES)), colour=st.booleans())
def test_any_experiment(
    folder: Path, framework: str, experiment: Convolution, file: str, colour: bool
) -> None:
    """Whatever is set, the script equals the screen, or both say that the kernel does not fit."""
    width, height = FILES[file]
    try:
        experiment.output_shape((height, width, 3))
    except ValueError:
        with pytest.raises(ValueError, match="kernel"):
            code(framework, experiment, preparation=Preparation((width, height), colour))
    else:
        assert_equals_screen(framework, experiment, file, colour=colour)


# Pooling


@pytest.mark.parametrize("kind", POOLINGS)
@pytest.mark.parametrize("padding", ["valid", "same", 1])
def test_pooling_equals_screen(folder: Path, framework: str, padding: Any, kind: str) -> None:
    """The script gives the pooled map on the screen, for each window, stride, dilation and way to count."""
    sizes = [(2, 2), (3, 3), (4, 2), (1, 5)]
    choices = itertools.product(sizes, (None, 1, 2, 3), (1, 2), (False, True), (False, True))
    for size, strides, dilation, count_padding, ceil_mode in choices:
        if kind != "average" and count_padding:
            continue
        experiment = Pooling(kind, size, strides, padding, dilation, count_padding, ceil_mode)
        if places(experiment, FILES["photo.png"]):
            assert_equals_screen(framework, experiment, "photo.png", colour=True)


def places(experiment: Pooling, size: tuple[int, int]) -> bool:
    """Whether every window finds a pixel of a picture (width, height)."""
    try:
        experiment.output_shape((size[1], size[0], 3))
    except ValueError:
        return False
    return True


@settings(
    max_examples=80,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    experiment=st.builds(
        Pooling,
        st.sampled_from(list(POOLINGS)),
        st.tuples(st.integers(1, 8), st.integers(1, 8)),
        st.one_of(st.none(), st.integers(1, 8)),
        st.one_of(st.just("same"), st.just("valid"), st.integers(0, 6)),
        st.integers(1, 6),
        st.booleans(),
        st.booleans(),
    ),
    file=st.sampled_from(list(FILES)),
    colour=st.booleans(),
)
def test_any_pooling(folder: Path, framework: str, experiment: Pooling, file: str, colour: bool) -> None:
    """Whatever is set, the script equals the screen, or both say that the window does not fit."""
    if places(experiment, FILES[file]):
        assert_equals_screen(framework, experiment, file, colour=colour)
    else:
        with pytest.raises(ValueError, match=r"(?i)window"):
            code(framework, experiment, preparation=Preparation(FILES[file], colour))


def test_pooling_says_what_the_library_says() -> None:
    """Plain settings are one call of the library's own pooling, and "same" goes by its name."""
    preparation = Preparation((64, 48), loaded=(64, 48))
    halved = {name: code(name, Pooling(), preparation=preparation) for name in SNIPPETS}
    assert "feature_map = windows.max(axis=(3, 4))" in halved["numpy"]
    assert 'tf.nn.max_pool2d(image[np.newaxis], (2, 2), (2, 2), "VALID")[0]' in halved["tensorflow"]
    assert "keras.ops.max_pool(image[np.newaxis], (2, 2))[0]" in halved["keras"]
    assert "F.max_pool2d(x, (2, 2))[0]" in halved["pytorch"]
    for script in halved.values():
        assert re.search("pad|ones|dilated|strid|ceil", script.partition("image = ")[2]) is None
    same = Pooling("average", 3, 1, "same")
    assert '"SAME"' in code("tensorflow", same, preparation=preparation)
    assert 'padding="same"' in code("keras", same, preparation=preparation)
    counted = code("pytorch", same, preparation=preparation)
    assert "x, (3, 3), stride=(1, 1), padding=1, count_include_pad=False" in counted


# The picture


def prepared_as_screen(file: str, preparation: Preparation, **chosen: Any) -> Array:
    """Run the Pillow lines, check their levels, and give them."""
    expected = images.prepare(images.load(file), **chosen)
    script = code("numpy", Convolution(np.ones((1, 1), np.float32)), preparation=preparation)
    image: Array = run(script)["image"]
    assert preparation.shape == expected.shape
    assert image.dtype == np.float32
    np.testing.assert_array_equal(image, expected, err_msg=script)
    return image


@pytest.mark.parametrize("colour", [False, True], ids=["grey", "colour"])
@pytest.mark.parametrize("resample", images.RESAMPLING)
@pytest.mark.parametrize("size", [16, 40, 60, 97, 200])
@pytest.mark.parametrize("suffix", ["png", "jpg"])
def test_levels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str, size: int, resample: str, colour: bool
) -> None:
    """Shrunk, enlarged or left alone, every level is the one that the operation sees."""
    monkeypatch.chdir(tmp_path)
    photo(97, 60).save(file := f"photo.{suffix}")
    final = (size, (2 * 60 * size + 97) // (2 * 97))
    preparation = Preparation(final, colour, file, resample, loaded=(97, 60))
    prepared_as_screen(file, preparation, size=size, colour=colour, resample=resample)
    unknown = Preparation(final, colour, file, resample)  # the size of the file is not known
    prepared_as_screen(file, unknown, size=size, colour=colour, resample=resample)


@pytest.mark.parametrize("colour", [False, True], ids=["grey", "colour"])
@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "PA"])
@pytest.mark.parametrize("size", [20, 64])
def test_kinds_of_png(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: str, size: int, colour: bool
) -> None:
    """Black and white, grey, palettes and colours, with and without transparency, give the levels seen."""
    monkeypatch.chdir(tmp_path)
    picture = photo(64, 48)
    if mode in ("LA", "RGBA"):
        picture = picture.convert(mode)
        picture.putalpha(photo(64, 48, 1))
        picture.save("photo.png")
    elif mode == "PA":
        picture.quantize(16).save("photo.png", transparency=3)
    else:
        picture.convert(mode).save("photo.png")
    preparation = Preparation(
        (size, size * 3 // 4),
        colour,
        "photo.png",
        loaded=(64, 48),
        grey_source=mode in ("1", "L", "LA"),
        alpha=mode in ("LA", "RGBA", "PA"),
    )
    image = prepared_as_screen("photo.png", preparation, size=size, colour=colour)
    assert len(np.unique(image)) > 1


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_kinds_of_jpeg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: str) -> None:
    """A grey JPEG stays grey, and one for printing becomes red, green and blue."""
    monkeypatch.chdir(tmp_path)
    photo(64, 48).convert(mode).save("photo.jpg")
    preparation = Preparation((32, 24), True, "photo.jpg", loaded=(64, 48), grey_source=mode == "L")
    assert prepared_as_screen("photo.jpg", preparation, size=32).shape[2] == (1 if mode == "L" else 3)


def test_opaque_file_said_to_be_transparent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lines for transparency change no level of a picture that has none."""
    monkeypatch.chdir(tmp_path)
    photo(64, 48).save("photo.png")
    for loaded in (None, (64, 48)):
        preparation = Preparation((64, 48), True, "photo.png", loaded=loaded, alpha=True)
        prepared_as_screen("photo.png", preparation, size=64)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("side", [90, 1500, LOADED_SIDE])
def test_orientation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, orientation: int, side: int) -> None:
    """Photographs held in any of eight ways stand upright, large ones too."""
    monkeypatch.chdir(tmp_path)
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    photo(side, side // 2 + 1).save("photo.jpg", exif=exif)
    height, width, _ = images.load("photo.jpg").shape
    rows, columns, _ = images.prepare(images.load("photo.jpg"), size=48).shape
    assert (height > width) == (orientation > 4)
    preparation = Preparation((columns, rows), True, "photo.jpg", loaded=(width, height))
    prepared_as_screen("photo.jpg", preparation, size=48)


def test_loaded_side_is_the_one_of_load() -> None:
    """The script shrinks large pictures to the side that `load` shrinks them to."""
    assert inspect.signature(images.load).parameters["max_side"].default == LOADED_SIDE


def test_large_picture_with_halves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """2048 x 1365 shrinks to 1024 x 683, for a half counts as a whole pixel."""
    monkeypatch.chdir(tmp_path)
    photo(2048, 1365).save("photo.png")
    assert images.load("photo.png").shape == (683, 1024, 3)
    preparation = Preparation((256, 171), True, "photo.png", loaded=(1024, 683))
    prepared_as_screen("photo.png", preparation, size=256)


# The words


SETTINGS = [
    Convolution(
        weights(*size), strides=strides, padding=padding, dilation_rate=dilation, pad_mode=mode, flip=flip
    )
    for size in ((3, 3), (4, 2))
    for strides in (1, 2)
    for padding in ("valid", "same", 2)
    for dilation in (1, 3)
    for mode in PAD_MODES
    for flip in (False, True)
] + [
    Pooling(kind, (3, 2), strides, padding, dilation, count_padding, ceil_mode)
    for kind in POOLINGS
    for strides in (None, 4)
    for padding in ("valid", "same", 1)
    for dilation in (1, 2)
    for count_padding in (False, True)
    for ceil_mode in (False, True)
]


def test_scripts_are_clean(tmp_path: Path) -> None:
    """Ruff finds no unused import or variable, no unknown name and no unsorted import in any script."""
    pytest.importorskip("ruff")
    preparations = [
        Preparation((23, 17)),
        Preparation((23, 17), loaded=(23, 17)),
        Preparation((23, 17), False, resample="lanczos", alpha=True),
        Preparation((23, 17), False, grey_source=True, loaded=(1024, 757)),
    ]
    for (name, experiment), preparation in itertools.product(
        itertools.product(SNIPPETS, SETTINGS), preparations
    ):
        script = code(name, experiment, preparation=preparation)
        number = SETTINGS.index(experiment), preparations.index(preparation)
        (tmp_path / f"{name}_{number[0]}_{number[1]}.py").write_text(script + "\n")
    found = subprocess.run(
        [
            sys.executable,
            "-m",
            "ruff",
            "check",
            "--isolated",
            "--no-cache",
            "--select=E4,E7,E9,F,I,W",
            tmp_path,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stdout[:2000] + found.stderr


def test_every_activation_has_words() -> None:
    """Each library says every activation but the one that does nothing."""
    for snippet in SNIPPETS.values():
        assert set(snippet.rectifiers) == set(RECTIFIERS) - {"none"}


def literal(script: str) -> Array:
    """Run the lines of the kernel alone."""
    start = script.index("kernel = np.array")
    stop = script.index("np.float32)", start) + len("np.float32)")
    kernel: Array = run("import numpy as np\n" + script[start:stop])["kernel"]
    return kernel


@given(
    kernel=st.tuples(st.integers(1, 4), st.integers(1, 31)).flatmap(
        lambda size: st.lists(
            st.lists(
                st.floats(width=32, allow_nan=False, allow_infinity=False), min_size=size[1], max_size=size[1]
            ),
            min_size=size[0],
            max_size=size[0],
        )
    )
)
@settings(deadline=None)
def test_literal_restores_the_kernel(kernel: list[list[float]]) -> None:
    """The weights written down read back as the same float32 numbers, tiny and huge ones included."""
    experiment = Convolution(np.array(kernel, np.float32))
    script = code("numpy", experiment, preparation=Preparation((64, 64)))
    restored = literal(script)
    assert restored.dtype == np.float32
    np.testing.assert_array_equal(restored, experiment.kernel)


def test_literal_is_short() -> None:
    """Whole weights have no point, 0 has no sign, and columns stand under each other."""
    kernel = np.array([[-1, -0.0, 1], [0.1, 1 / 3, 12]], np.float32)
    script = code("numpy", Convolution(kernel), preparation=Preparation((64, 64)))
    assert "    [        -1,          0,          1],\n    [       0.1, 0.33333334,         12],\n" in script


def lines_of(framework: str, experiment: Convolution, **chosen: Any) -> str:
    preparation = Preparation(**{"size": (64, 48), "loaded": (64, 48)} | chosen)
    return code(framework, experiment, preparation=preparation)


def test_plain_settings_leave_no_trace(framework: str) -> None:
    """What is not set is not in the script: no stride, dilation, padding, flip, gain, bias or resampling."""
    script = lines_of(framework, Convolution(weights(3, 3), padding="valid"))
    for word in (
        "dilat",
        "pad(",
        "border",
        "[::-1",
        "relu",
        "maximum",
        "resize",
        "rint",
        "anchor",
        "groups=1",
    ):
        assert word not in script
    assert " * feature_map" not in script
    assert "feature_map +" not in script


def test_same_is_said_as_the_library_says_it() -> None:
    """TensorFlow and Keras know "same" with a stride; the others get the numbers: none before, one after."""
    experiment = Convolution(weights(3, 3), strides=2)
    assert 'padding="SAME"' in lines_of("tensorflow", experiment)
    assert 'padding="same"' in lines_of("keras", experiment)
    assert "np.pad(image, ((0, 1), (0, 1), (0, 0)))" in lines_of("numpy", experiment)
    assert "F.pad(x, (0, 1, 0, 1))" in lines_of("pytorch", experiment)
    assert "[1::2, 1::2]" in lines_of("opencv", experiment)


def test_even_kernel_moves_the_anchor() -> None:
    """OpenCV lays an even kernel one pixel further up and left than "same" wants it."""
    script = lines_of("opencv", Convolution(weights(4, 2)))
    assert "    image, -1, kernel, anchor=(0, 1), borderType=cv2.BORDER_CONSTANT\n" in script
    assert "anchor" not in lines_of("opencv", Convolution(weights(3, 5)))


def test_stride_with_dilation_spreads_the_kernel() -> None:
    """Depthwise layers refuse a stride beside a dilation, so the gaps become zeros in the kernel."""
    experiment = Convolution(weights(3, 3), strides=2, dilation_rate=2)
    for framework in ("tensorflow", "keras"):
        script = lines_of(framework, experiment)
        assert "dilated = np.zeros((5, 5), np.float32)" in script
        assert "dilations" not in script
        assert "dilation_rate" not in script


def test_file_name_is_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name with quotes, backslashes and other letters opens that file and nothing else."""
    monkeypatch.chdir(tmp_path)
    name = 'my "first" \\n été 猫 🐈.png'
    photo(20, 16).save(name)
    prepared_as_screen(name, Preparation((20, 16), True, name, loaded=(20, 16)), size=20)


def test_scripts_leave_nothing_behind(folder: Path) -> None:
    """A script prints nothing and writes no file."""
    before = sorted(folder.iterdir())
    _, preparation = seen_by("photo.png", colour=True)
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        run(code("numpy", Convolution(weights(3, 3)), preparation=preparation))
    assert printed.getvalue() == ""
    assert sorted(folder.iterdir()) == before


def test_unknown_framework() -> None:
    """A library that is not there is refused in a sentence that names those that are."""
    with pytest.raises(ValueError, match="There is no code for 'matlab'; choose one of numpy, opencv"):
        lines_of("matlab", Convolution(weights(3, 3)))


@pytest.mark.parametrize("weight", [np.nan, np.inf, -np.inf])
def test_weights_must_be_finite(framework: str, weight: float) -> None:
    """A weight that no literal can say is refused."""
    with pytest.raises(ValueError, match="infinite or not a number"):
        lines_of(framework, Convolution(np.array([[weight]], np.float32)))


def test_kernel_must_fit(framework: str) -> None:
    """Where the screen shows an error there is no script either."""
    with pytest.raises(ValueError, match="kernel"):
        lines_of(framework, Convolution(weights(3, 3), padding="valid"), size=(2, 2))


def test_unknown_filter() -> None:
    """A resampling filter that Pillow has not is refused in a sentence."""
    with pytest.raises(ValueError, match="no resampling filter 'cubic'; choose one of NEAREST"):
        Preparation((16, 16), resample="cubic")
