"""A stack of blocks against Keras, PyTorch, slow loops and its own promises."""

from __future__ import annotations

import contextlib
import inspect
import itertools
import json
import math
import os
import re
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import reference
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from explorer import figures
from explorer import pipeline as pipelines
from explorer.activations import ACTIVATIONS
from explorer.code.pipeline import PIPELINE_SNIPPETS, pipeline_code
from explorer.code.preparation import Preparation
from explorer.convolution.kernel_parameter import KernelParameter
from explorer.convolution.kernels import KERNELS
from explorer.parameters import Choice, WholeNumber
from explorer.pipeline import (
    BLOCKS,
    MAX_BLOCKS,
    MAX_KERNEL,
    MAX_MAPS,
    MAX_PRODUCTS,
    MAX_VALUES,
    OFFERED,
    PRESETS,
    Pipeline,
    PipelineRun,
    bank_kernels,
    bank_weights,
    from_json,
    from_text,
    menu,
    run,
    shapes,
    to_json,
    to_text,
    trace,
)

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

Array = NDArray[np.float32]
FILES = {"photo.png": (23, 17), "large.png": (128, 128)}  # name: (width, height)


def photo(width: int, height: int) -> NDArray[np.uint8]:
    """Smooth waves with noise on them: no two places are alike."""
    rng = np.random.default_rng(width * height)
    rows, columns = np.mgrid[:height, :width]
    waves = 127 + 60 * np.sin(rows / 7) + 60 * np.cos(columns / 5)
    levels = waves[..., np.newaxis] + rng.normal(0, 20, (height, width, 3))
    return np.clip(levels, 0, 255).astype(np.uint8)


def picture(file: str = "photo.png") -> Array:
    return photo(*FILES[file]).astype(np.float32) / 255


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("pipeline")
    for name, size in FILES.items():
        Image.fromarray(photo(*size)).save(path / name)
    with contextlib.chdir(path):
        yield path


def execute(script: str) -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(compile(script, "script.py", "exec"), names)
    return names


def written(framework: str, pipeline: Pipeline, file: str = "photo.png", save: str | None = None) -> str:
    size = FILES[file]
    return pipeline_code(
        framework, pipeline, preparation=Preparation(size, file=file, loaded=size), save=save
    )


def assert_close(found: Any, expected: Array, script: str) -> None:
    """Maps agree to a few roundings of their largest number."""
    assert found.dtype == np.float32, script
    assert found.shape == expected.shape, script
    scale = max(1.0, float(np.abs(expected).max()))
    np.testing.assert_allclose(found, expected, rtol=0, atol=2e-5 * scale, err_msg=script)


def assert_keras_agrees(pipeline: Pipeline, file: str = "photo.png") -> PipelineRun:
    """Every step's maps, scaled ones included, are those of the script's model."""
    keras = pytest.importorskip("keras")
    found = run(pipeline, picture(file))
    script = written("keras", pipeline, file)
    names = execute(script)
    model = names["model"]
    layers = {layer.name: layer for layer in model.layers}
    outputs = [
        layers.get(f"block_{step.number}_maps", layers[f"block_{step.number}"]) for step in found.steps
    ]
    every = keras.Model(model.inputs[0], [layer.output for layer in outputs])
    maps = every(picture(file)[np.newaxis])
    for step, array in zip(found.steps, maps, strict=True):
        made = keras.ops.convert_to_numpy(array)[0]
        assert_close(made.reshape(1, 1, -1) if made.ndim == 1 else made, step.maps, script)
    assert_close(result(names), found.steps[-1].maps, script)
    return found


def result(names: dict[str, Any]) -> Any:
    """What a script ends with: maps, or a row of numbers as so many maps of one cell."""
    return names["answer"].reshape(1, 1, -1) if "answer" in names else names["feature_map"]


def assert_pytorch_agrees(pipeline: Pipeline, file: str = "photo.png", every: bool = False) -> None:
    """The last step's maps, or with `every` those of all, are those of the script's model."""
    pytest.importorskip("torch")
    found = run(pipeline, picture(file))
    depths = range(1 if every else len(found.steps), len(found.steps) + 1)
    for depth in depths:
        script = written("pytorch", Pipeline(pipeline.blocks[:depth]), file)
        assert_close(result(execute(script)), found.steps[depth - 1].maps, script)


def assert_both_agree(blocks: list[dict[str, Any]]) -> None:
    pipeline = from_json(blocks)
    assert_keras_agrees(pipeline)
    assert_pytorch_agrees(pipeline)


@pytest.mark.parametrize(
    "text",
    [
        "flatten~~dense~~softmax",
        "pooling~pooling=global_average~~dense~units=4~seed=3~~activation~~dense~units=3~~softmax",
        "flatten~~flatten~~activation~activation=tanh~~normalisation~over=maps",
        "flatten~~dense~units=6~~activation~scales=2_0~~dense~units=2",
        "flatten~~dense~units=6~~convolution~bank=5x1_2~~pooling~pooling=global_max~~flatten",
        "softmax~~pooling~pool_size=3~~flatten~~dense~units=5~~upsampling",
    ],
)
def test_answers_equal_the_frameworks(folder: Path, text: str) -> None:
    """Rows of numbers are those of Keras and PyTorch, also where maps come after a row again."""
    pipeline = from_text(f"convolution~bank=5x3_7~strides=3~~activation~~{text}")
    assert_keras_agrees(pipeline)
    assert_pytorch_agrees(pipeline)


MIXED = [{"name": "sobel_x"}, {"name": "roberts_falling"}, {"weights": [[1.5, 0, -2, 0.25, 1]]}]
RANDOM = {"filters": 5, "kernel_size": 3, "seed": 7}
FIRST = {"kind": "convolution", "bank": {"filters": 3, "kernel_size": 2, "seed": 1}}


@pytest.mark.parametrize("padding", ["valid", "same", 0, 1, 6])
@pytest.mark.parametrize("strides", [1, 2, 3, 4])
def test_convolution_equals_the_frameworks(folder: Path, strides: int, padding: str | int) -> None:
    """Maps are those of the exported layers for each stride, padding, dilation and kind of bank."""
    for dilation, bank in itertools.product((1, 2, 4), (MIXED, {"filters": 2, "kernel_size": 4, "seed": 3})):
        block = {"kind": "convolution", "bank": bank, "strides": strides, "padding": padding}
        assert_both_agree([FIRST, block | {"dilation_rate": dilation, "bias": 0.125}])


@pytest.mark.parametrize("pooling", ["max", "average"])
@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("pool_size", [1, 2, 3, 4, 5, 8])
def test_pooling_equals_the_frameworks(folder: Path, pool_size: int, padding: str, pooling: str) -> None:
    """Maps are those of the exported layers for each window and stride, odd padding included."""
    for strides in (1, 2, 3, 4, 7):
        block = {"kind": "pooling", "pooling": pooling, "pool_size": pool_size, "strides": strides}
        # Below zero too, where a 0 from the padding would win.
        assert_both_agree([FIRST | {"bias": -2}, block | {"padding": padding}])


@pytest.mark.parametrize(
    "block",
    [
        *({"kind": "activation", "activation": name} for name in OFFERED),
        *({"kind": "pooling", "pooling": name} for name in ("global_max", "global_average")),
        *({"kind": "normalisation", "over": over} for over in ("map", "maps")),
        *(
            {"kind": "upsampling", "size": size, "interpolation": how}
            for size in (2, 3, 4)
            for how in ("nearest", "bilinear")
        ),
    ],
    ids=lambda block: "-".join(str(value) for value in block.values()),
)
def test_other_blocks_equal_the_frameworks(folder: Path, block: dict[str, Any]) -> None:
    """Maps are those of the exported layers, with maps switched off and scaled."""
    assert_both_agree([FIRST, block | {"scales": {"0": 0, "2": 1.5}}])


@pytest.mark.parametrize("over", ["map", "maps"])
def test_a_single_number_is_normalised_to_zero(folder: Path, over: str) -> None:
    """Where mean and value are one number nothing is left, in the frameworks too."""
    blocks = [{"kind": "convolution"}, {"kind": "pooling", "pooling": "global_average"}]
    blocks.append({"kind": "normalisation", "over": over})
    assert_both_agree(blocks)
    assert run(from_json(blocks), picture()).steps[-1].maps.tolist() == [[[0.0]]]


@pytest.mark.parametrize("over", ["map", "maps"])
@pytest.mark.parametrize("size", [1e-30, 1.0, 1e20, 3e38])
def test_numbers_of_all_sizes_are_normalised(over: str, size: float) -> None:
    """Distances from the mean that float32 cannot hold are normalised like others."""
    maps = np.full((5, 4, 2), -size, np.float32)
    maps[0, :, 0] = maps[:2, :, 1] = size
    group = maps.astype(np.float64)
    axes = (0, 1) if over == "map" else (0, 1, 2)
    expected = group - group.mean(axes, keepdims=True)
    expected /= np.sqrt(group.var(axes, keepdims=True) + 1e-3)
    found = from_json([{"kind": "normalisation", "over": over}]).blocks[0].apply(maps)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, rtol=1e-5)


@pytest.mark.parametrize("name", PRESETS)
def test_presets_equal_the_frameworks(folder: Path, name: str) -> None:
    """Every step of every preset has the maps of the exported models."""
    pipeline = PRESETS[name].pipeline
    found = assert_keras_agrees(pipeline, "large.png")
    assert_pytorch_agrees(Pipeline(pipeline.blocks[: len(found.steps)]), "large.png", every=True)


# Keras copies its variables to the file in a way that NumPy 2 warns of.
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_saved_model_gives_the_same_maps(folder: Path) -> None:
    """The file that the script saves loads back to a model of the same maps."""
    keras = pytest.importorskip("keras")
    blocks = [*to_json(PRESETS["lenet"].pipeline), {"kind": "normalisation", "scales": {"3": 0}}]
    script = written("keras", from_json(blocks), save="pipeline.keras")
    expected = execute(script)["feature_map"]
    model = keras.saving.load_model("pipeline.keras")
    maps = keras.ops.convert_to_numpy(model(picture()[np.newaxis])[0])
    np.testing.assert_array_equal(maps, expected)


def test_keras_counts_the_same_parameters(folder: Path) -> None:
    """Weights and biases are as many as the exported layer has."""
    pytest.importorskip("keras")
    pipeline = from_json([FIRST, {"kind": "convolution", "bank": MIXED}, {"kind": "normalisation"}])
    model = execute(written("keras", pipeline))["model"]
    steps = run(pipeline, picture()).steps
    counted = [step.weights + step.biases for step in steps]
    assert counted == [layer.count_params() for layer in model.layers]
    assert counted == [2 * 2 * 3 * 3 + 3, 3 * 5 * 3 * 3 + 3, 0]


def test_code_of_an_early_end_says_so(folder: Path) -> None:
    """The script of a pipeline that collapses has the blocks before it, and the reason as a comment."""
    for framework in PIPELINE_SNIPPETS:
        script = written(framework, from_json([{"kind": "pooling"}, {"kind": "pooling", "pool_size": 8}] * 2))
        comments = " ".join(line.removeprefix("# ") for line in script.splitlines() if line.startswith("# "))
        assert "The pipeline ends before block 3" in comments
        assert "block_3" not in script
        assert "MaxPool" in script or "np.nanmax" in script


@pytest.mark.parametrize(
    ("framework", "blocks", "save", "words"),
    [
        ("jax", [{"kind": "pooling"}], None, "keras, pytorch"),
        ("pytorch", [{"kind": "pooling"}], "pipeline.keras", "choose Keras"),
        ("keras", [], None, "add one"),
        (
            "keras",
            [{"kind": "convolution", "strides": 4, "dilation_rate": 4, "padding": "valid"}],
            None,
            "9 × 9",
        ),
    ],
)
def test_code_refuses_in_a_sentence(framework: str, blocks: list[Any], save: str | None, words: str) -> None:
    """What cannot be written is refused with what to do."""
    with pytest.raises(ValueError, match=words):
        pipeline_code(framework, from_json(blocks), preparation=Preparation((8, 8)), save=save)


# What a run says


def loops(block: Any, maps: Array) -> NDArray[np.float64]:
    """Compute a convolution one product at a time."""
    weights = block.weights(maps.shape[2])
    bias = np.broadcast_to(block.bias, weights.shape[3])
    return reference.conv2d(maps, weights, bias, block.strides, block.padding, block.dilation_rate)


def test_convolution_equals_loops() -> None:
    """The short cut of a bank that is alike on all maps gives the sum over all maps."""
    blocks = [FIRST, {"kind": "convolution", "bank": MIXED, "strides": 2, "bias": [0.5, -1, 2]}]
    found = run(from_json(blocks), picture())
    for step, before in zip(found.steps, (0, 1), strict=True):
        np.testing.assert_allclose(step.maps, loops(step.block, found.maps(before)), atol=1e-5)


def test_a_kernel_on_several_maps_filters_their_mean() -> None:
    """The identity kernel on a colour picture is the mean of its channels."""
    step = run(from_json([{"kind": "convolution", "bank": [{"name": "identity"}]}]), picture()).steps[0]
    np.testing.assert_allclose(step.maps[..., 0], picture().mean(axis=2), atol=1e-6)
    np.testing.assert_allclose(step.block.weights(3)[1, 1, :, 0], [1 / 3] * 3, rtol=1e-6)


def test_smaller_kernels_stand_where_same_padding_puts_them() -> None:
    """A kernel gives the same map alone and beside a larger one, even sizes included."""
    for name in ("roberts_falling", "sobel_y"):
        alone = run(from_json([{"kind": "convolution", "bank": [{"name": name}]}]), picture()).steps[0]
        beside = [{"name": name}, {"name": "box", "rows": 6, "columns": 5}]
        both = run(from_json([{"kind": "convolution", "bank": beside}]), picture()).steps[0]
        np.testing.assert_allclose(both.maps[..., 0], alone.maps[..., 0], atol=1e-6)


def test_random_banks_stay_as_they_are() -> None:
    """Further kernels and other blocks leave the weights of a random bank alone; the seed does not."""
    few, many = (bank_weights(pipelines.Random(count, 3, 5), 2) for count in (2, 6))
    np.testing.assert_array_equal(few, many[..., :2])
    assert not np.array_equal(few, bank_weights(pipelines.Random(2, 3, 6), 2))
    block = {"kind": "convolution", "bank": RANDOM}
    alone, after = from_json([block]).blocks[0], from_json([{"kind": "pooling"}, block]).blocks[1]
    np.testing.assert_array_equal(alone.weights(3), after.weights(3))
    large = bank_weights(pipelines.Random(16, 11, 0), 16)
    assert float(large.std()) == pytest.approx(math.sqrt(2 / (11 * 11 * 16)), rel=0.02)


@pytest.mark.parametrize("over", ["map", "maps"])
def test_normalisation_by_hand(over: str) -> None:
    """Each value less the mean, over the root of variance and 0.001."""
    maps = np.array([[[1.0, 10.0], [3.0, 10.0]]], np.float32)
    step = run(from_json([{"kind": "normalisation", "over": over}]), maps).steps[0]
    if over == "map":
        expected = [[[-1 / math.sqrt(1.001), 0], [1 / math.sqrt(1.001), 0]]]
    else:  # mean 6, deviations -5, 4, -3, 4
        expected = [
            [[-5 / math.sqrt(16.501), 4 / math.sqrt(16.501)], [-3 / math.sqrt(16.501), 4 / math.sqrt(16.501)]]
        ]
    np.testing.assert_allclose(step.maps, expected, rtol=1e-6)


def test_formulas_parameters_and_multiply_adds_by_hand() -> None:
    """Shapes, counts and formulas are those worked out by hand."""
    blocks = [
        {"kind": "convolution", "bank": RANDOM, "strides": 2, "padding": 1},
        {"kind": "activation"},
        {"kind": "pooling", "pool_size": 3, "strides": 2},
        {"kind": "upsampling", "size": 3},
        {"kind": "pooling", "pooling": "global_max"},
    ]
    steps = run(from_json(blocks), picture()).steps
    assert [step.maps.shape for step in steps] == [(9, 12, 5), (9, 12, 5), (4, 5, 5), (12, 15, 5), (1, 1, 5)]
    assert [step.formulas for step in steps] == [
        (
            r"H' = \left\lfloor \frac{17 + 1 + 1 - 3}{2} \right\rfloor + 1 = 9",
            r"W' = \left\lfloor \frac{23 + 1 + 1 - 3}{2} \right\rfloor + 1 = 12",
            "C' = 5",
        ),
        ("H' = H = 9", "W' = W = 12", "C' = C = 5"),
        (
            r"H' = \left\lfloor \frac{9 + 0 + 0 - 3}{2} \right\rfloor + 1 = 4",
            r"W' = \left\lfloor \frac{12 + 0 + 0 - 3}{2} \right\rfloor + 1 = 5",
            "C' = C = 5",
        ),
        (r"H' = 3 \cdot 4 = 12", r"W' = 3 \cdot 5 = 15", "C' = C = 5"),
        ("H' = 1", "W' = 1", "C' = C = 5"),
    ]
    assert [(step.weights, step.biases, step.multiply_adds) for step in steps] == [
        (3 * 3 * 3 * 5, 5, 9 * 12 * 3 * 3 * 3 * 5),
        *[(0, 0, 0)] * 4,
    ]
    assert [step.field.whole for step in steps] == [False] * 4 + [True]
    assert steps[-1].field.size[0] >= 17
    assert steps[2].field.size == (7, 7)
    assert steps[2].field.jump == (4, 4)


@pytest.mark.parametrize(
    ("blocks", "place", "sentence"),
    [
        ("convolution~bank=own=1x1_2", (0, 1), "1 product adds up to 2. It is 1 · 2 = 2."),
        (
            "convolution~bank=own=1x2_1_3~padding=1",
            (1, 0),
            "2 products add up to 0. 1 of them is 0, from the padding. The largest: 0 · 3 = 0.",
        ),
        (
            "pooling~pooling=average~pool_size=1",
            (0, 1),
            "1 cell adds up to 2; divided by 1 that is 2. The largest part: 2.",
        ),
        (
            "upsampling~interpolation=bilinear",
            (0, 0),
            "The nearest cell is 0. The largest part: 0 · 1 = 0.",
        ),
        ("pooling", (0, 0), "5 is the largest of 4 cells."),
    ],
)
def test_one_of_a_kind_is_no_plural(blocks: str, place: tuple[int, int], sentence: str) -> None:
    """One product, one cell and one padded cell are said as one, and several as several."""
    found = run(from_text(blocks), np.arange(16.0).reshape(4, 4, 1))
    assert trace(found, 1, *place, 0).path[0].sentence == sentence


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("shape", [(16, 4, 1), (16, 16, 1), (64, 43, 3), (171, 256, 1), (512, 512, 1)])
def test_a_preset_speaks_of_sizes_as_they_come(name: str, shape: tuple[int, int, int]) -> None:
    """How far the poolings come, and what is back at the end, is what `shapes` gives."""
    preset = PRESETS[name]
    after, stopped = shapes(preset.pipeline, shape)
    said = preset.said(shape)
    assert said.startswith(preset.why)
    assert preset.sized is None or not re.search(r"\d", preset.why)
    if name == "too_much":
        assert ("no longer fits" in said) == (stopped is not None and after[-1][:2] != shape[:2])
    if preset.sized and stopped is None:
        assert f"{after[-1][0]} × {after[-1][1]}" in said
    else:
        assert preset.sized or said == preset.why


@pytest.mark.parametrize("name", PRESETS)
def test_presets_on_a_picture_of_128_pixels(name: str) -> None:
    """Each preset runs to its end, but for the one that shows what too much pooling does."""
    preset = PRESETS[name]
    found = run(preset.pipeline, picture("large.png"))
    assert len(preset.pipeline.blocks) <= MAX_BLOCKS
    if name == "too_much":
        assert found.stopped is not None
        assert found.stopped.block == 7
        assert found.steps[-1].maps.shape == (1, 1, 1)
    else:
        assert found.stopped is None
        assert all(step.maps.std() > 0 for step in found.steps)


@pytest.mark.parametrize(
    ("blocks", "block", "words"),
    [
        (
            [{"kind": "pooling"}, {"kind": "pooling", "pool_size": 8}] * 2,
            3,
            "covers 2 × 2 cells, but the incoming maps have only 1 × 2.",
        ),
        (
            [
                {
                    "kind": "convolution",
                    "padding": 1,
                    "dilation_rate": 4,
                    "bank": [{"name": "box", "rows": 11}],
                }
            ],
            1,
            "covers 41 × 9 cells",
        ),
        ([{"kind": "upsampling", "size": 4}] * 8, 3, f"{MAX_VALUES:,}"),
        (
            [
                {"kind": "upsampling", "size": 4},
                {"kind": "upsampling", "size": 4},
                {"kind": "convolution", "bank": {"filters": 16, "kernel_size": 1}},
                {"kind": "convolution", "bank": {"filters": 16, "kernel_size": 11}},
            ],
            4,
            f"{MAX_PRODUCTS:,}",
        ),
        (
            [{"kind": "convolution", "bias": 1000, "bank": [{"weights": [[1000] * 11] * 11}]}] * 8,
            8,
            "grow beyond what 32 bits can hold",
        ),
    ],
    ids=["pooling", "dilation", "values", "products", "overflow"],
)
def test_a_pipeline_that_ends_early_says_where_and_why(blocks: list[Any], block: int, words: str) -> None:
    """The sentence names the block and the reason; the steps before it are those of the shorter pipeline."""
    found = run(from_json(blocks), picture())
    assert found.stopped is not None
    assert found.stopped.block == block
    assert len(found.steps) == block - 1
    assert found.stopped.sentence.startswith(f"The pipeline ends before block {block} (")
    assert "Choose" in found.stopped.sentence
    assert words in found.stopped.sentence
    shorter = run(from_json(blocks[: block - 1]), picture())
    assert shorter.stopped is None
    for step, same in zip(found.steps, shorter.steps, strict=True):
        np.testing.assert_array_equal(step.maps, same.maps)


@pytest.mark.parametrize(
    "image", [np.zeros((4, 4)), np.zeros((0, 4, 3)), np.full((4, 4, 1), np.nan), "x", [[]]]
)
def test_no_picture_is_refused(image: Any) -> None:
    """Only a picture (H, W, C) of finite numbers is run on."""
    with pytest.raises(ValueError, match="The picture"):
        run(Pipeline(), image)


def test_earlier_steps_are_taken_over() -> None:
    """After a change of a block the steps before it are the very same, and no other picture's are taken."""
    image = picture()
    blocks = to_json(PRESETS["random"].pipeline)
    first = run(from_json(blocks), image)
    blocks[4]["activation"] = "tanh"
    second = run(from_json(blocks), image, first)
    assert second.steps[:4] == first.steps[:4]
    fresh = run(from_json(blocks), image.copy(), first)
    for step, again in zip(second.steps, fresh.steps, strict=True):
        np.testing.assert_array_equal(step.maps, again.maps)
        assert step.field == again.field
        assert step is not again
    shorter = run(from_json(blocks[:2]), image, second)
    assert shorter.steps == second.steps[:2]


def test_steps_cannot_be_changed() -> None:
    """A step may serve several runs, so its maps are read-only; the caller's picture is left alone."""
    image = picture()
    found = run(PRESETS["edges"].pipeline, image)
    with pytest.raises(ValueError, match="read-only"):
        found.steps[0].maps[...] = 0
    assert image.flags.writeable


def test_a_map_switched_off_is_a_map_of_zeros() -> None:
    """What comes after a map that is off, or scaled, is what comes after zeros, or scaled numbers."""
    blocks = to_json(PRESETS["random"].pipeline)
    whole = run(from_json(blocks), picture())
    blocks[1]["scales"] = {"2": 0, "5": 1.5}
    found = run(from_json(blocks), picture())
    by_hand = whole.steps[1].maps.copy()
    by_hand[..., 2] = 0
    by_hand[..., 5] *= np.float32(1.5)
    np.testing.assert_array_equal(found.steps[1].maps, by_hand)
    rest = run(from_json(blocks[2:]), by_hand)
    for step, same in zip(found.steps[2:], rest.steps, strict=True):
        np.testing.assert_array_equal(step.maps, same.maps)
    assert not np.array_equal(found.steps[3].maps, whole.steps[3].maps)


# Where numbers come from

SEEN = [
    {"kind": "convolution", "bank": RANDOM, "strides": 2},
    {"kind": "activation", "activation": "tanh"},
    {"kind": "pooling", "pooling": "average", "pool_size": 2, "strides": 1, "padding": "same"},
    {"kind": "upsampling", "size": 3, "interpolation": "bilinear"},
    {"kind": "convolution", "bank": RANDOM, "dilation_rate": 2, "padding": 2},
    {"kind": "pooling", "pooling": "average", "pool_size": 3, "strides": 3},
]


@pytest.mark.parametrize("depth", range(1, len(SEEN) + 1))
@pytest.mark.parametrize("corner", [(0.0, 0.0), (0.5, 0.4), (1.0, 1.0)])
def test_rectangle_holds_what_moves_a_number(depth: int, corner: tuple[float, float]) -> None:
    """Pixels outside the rectangle never move the number; those along each of its sides do."""
    pipeline, image = from_json(SEEN[:depth]), picture().astype(np.float32)
    found = run(pipeline, image)
    rows, columns, _ = found.maps(depth).shape
    row, column = int(corner[0] * (rows - 1)), int(corner[1] * (columns - 1))
    top, left, bottom, right = trace(found, depth, row, column, 1).rectangle
    inside = np.zeros(image.shape[:2], bool)
    inside[top:bottom, left:right] = True
    rng = np.random.default_rng(depth)

    def moved(where: NDArray[np.bool_]) -> bool:
        noise = rng.random(image.shape, np.float32) * where[..., np.newaxis]
        return bool(
            run(pipeline, image + noise).maps(depth)[row, column, 1] != found.maps(depth)[row, column, 1]
        )

    assert not moved(~inside)
    for side in (
        np.s_[top, left:right],
        np.s_[bottom - 1, left:right],
        np.s_[top:bottom, left],
        np.s_[top:bottom, right - 1],
    ):
        edge = np.zeros_like(inside)
        edge[side] = True
        assert moved(edge)


def test_normalised_numbers_see_past_their_field() -> None:
    """After a normalisation a pixel outside the rectangle moves the number, and the field says so."""
    pipeline = from_json([{"kind": "convolution"}, {"kind": "normalisation"}, {"kind": "activation"}])
    image = picture()
    found = run(pipeline, image)
    assert [step.field.normalised for step in found.steps] == [False, True, True]
    row, column = np.unravel_index(found.steps[1].maps.argmax(), (17, 23))
    top, left, _, _ = trace(found, 2, int(row), int(column), 0).rectangle
    assert (top, left) != (0, 0)
    image = image.copy()
    image[0, 0] += 1
    assert run(pipeline, image).steps[1].maps[row, column, 0] != found.steps[1].maps[row, column, 0]


def test_trace_by_hand() -> None:
    """The path of one number names the product, the winner and the pixel that made it."""
    image = np.arange(16, dtype=np.float32).reshape(4, 4, 1) / 10
    blocks = [
        {"kind": "convolution", "bank": [{"weights": [[1, -2]]}], "padding": "valid", "bias": 0.5},
        {"kind": "pooling", "pool_size": 2, "strides": 1, "scales": {"0": 0.5}},
    ]
    found = trace(run(from_json(blocks), image), 2, 0, 0, 0)
    # Row 0 of the convolution: 0 - 0.2 + 0.5 = 0.3, 0.1 - 0.4 + 0.5 = 0.2; row 1 is 0.4 less.
    assert found.rectangle == (0, 0, 2, 3)
    assert [(cause.step, cause.row, cause.column, cause.map) for cause in found.path] == [
        (2, 0, 0, 0),
        (1, 0, 0, 0),
        (0, 0, 1, 0),
    ]
    assert [cause.sentence for cause in found.path] == [
        "0.3 is the largest of 4 cells. The map is scaled: 0.5 · 0.3 = 0.15.",
        "2 products add up to −0.2; with the bias 0.5, that is 0.3. The largest: 0.1 · −2 = −0.2.",
        "The pixel in row 1, column 2: brightness 0.1.",
    ]


@pytest.mark.parametrize("pooling", ["max", "average"])
def test_padding_is_no_winner(pooling: str) -> None:
    """Where all numbers are below zero, a pooling's padding neither wins nor counts."""
    blocks = [{"kind": "pooling", "pooling": pooling, "pool_size": 3, "strides": 1, "padding": "same"}]
    found = run(from_json(blocks), -1 - picture())
    first = trace(found, 1, 0, 22, 0).path[0]
    assert first.numbers["count"] == 4
    assert first.numbers["value"] < -1
    assert first.numbers["result"] == pytest.approx(first.value, rel=1e-6)


def test_trace_ends_in_the_padding() -> None:
    """A number made of zeros around the picture says so, and its rectangle is empty."""
    block = {"kind": "convolution", "padding": 6, "bias": 0.25}
    found = trace(run(from_json([block]), picture()), 1, 0, 0, 0)
    assert found.rectangle == (0, 0, 0, 0)
    assert [cause.title for cause in found.path][1:] == ["Padding"]
    assert found.path[0].value == 0.25
    assert found.path[1].row is None


def test_trace_of_the_picture_is_a_pixel() -> None:
    """Step 0 is the picture itself."""
    found = trace(run(Pipeline(), picture()), 0, 3, 4, 2)
    assert found.rectangle == (3, 4, 4, 5)
    assert [cause.value for cause in found.path] == [picture()[3, 4, 2]]
    assert "blue" in found.path[0].sentence


@pytest.mark.parametrize(
    "place",
    [
        (3, 0, 0, 0),
        (-1, 0, 0, 0),
        (1, 17, 0, 0),
        (1, 0, -1, 0),
        (1, 0, 0, 1),
        (1, 0.5, 0, 0),
        (1, True, 0, 0),
    ],
)
def test_no_number_is_refused(place: tuple[Any, ...]) -> None:
    """A place that no step has gets a sentence."""
    with pytest.raises(ValueError, match=r"There is no|has no map|whole number"):
        trace(run(from_json([{"kind": "convolution"}]), picture()), *place)


# The JSON-able form and the address

numbers = st.floats(-1000, 1000, width=32) | st.integers(-3, 3)


def own_kernels(most: int = 4) -> st.SearchStrategy[dict[str, Any]]:
    sides = st.tuples(st.integers(1, most), st.integers(1, most))
    return sides.flatmap(
        lambda size: st.fixed_dictionaries(
            {
                "weights": st.lists(
                    st.lists(numbers, min_size=size[1], max_size=size[1]), min_size=size[0], max_size=size[0]
                )
            },
            optional={"name": st.just("custom")},
        )
    )


@st.composite
def named_kernels(draw: st.DrawFn) -> dict[str, Any]:
    kernel = KERNELS[draw(st.sampled_from(sorted(KERNELS)))]
    sizes = [size for size in kernel.offered(MAX_KERNEL) if size[0] >= 3 or kernel.fixed] or [kernel.size]
    rows, columns = draw(st.sampled_from(sizes))
    entry: dict[str, Any] = {"name": kernel.name, "rows": rows, "columns": columns}
    if draw(st.booleans()):
        entry["arguments"] = {
            argument.name: draw(
                st.integers(int(argument.low), int(argument.high))
                if isinstance(argument.default, int)
                else st.floats(argument.low, argument.high)
            )
            for argument in kernel.arguments
            if argument.name != "wavelength"  # at which a phase may leave all weights alike
        }
    try:
        kernel.make((rows, columns), **entry.get("arguments", {}))
    except ValueError:
        entry.pop("arguments", None)
    return entry


@st.composite
def valid_blocks(draw: st.DrawFn) -> dict[str, Any]:
    """Draw each argument of a kind from its record, or leave it out."""
    kind = BLOCKS[draw(st.sampled_from(sorted(BLOCKS)))]
    block: dict[str, Any] = {"kind": kind.kind}
    for argument in kind.arguments:
        if not draw(st.booleans()):
            continue
        match argument:
            case WholeNumber():
                value = draw(st.integers(int(argument.low), int(argument.high)))
            case Choice():
                value = draw(st.sampled_from(list(argument.options)))
            case pipelines.BankParameter():
                random = {
                    record.name: st.integers(
                        int(record.low), min(int(record.high), 9 if record.name != "seed" else 99)
                    )
                    for record in pipelines.RANDOM
                }
                entries = st.lists(named_kernels() | own_kernels(), min_size=1, max_size=4)
                value = draw(entries | st.fixed_dictionaries({}, optional=random))
            case pipelines.BiasParameter():
                bank = block.get("bank", [0])
                count = bank.get("filters", 8) if isinstance(bank, dict) else len(bank)
                value = draw(numbers | st.lists(numbers, min_size=count, max_size=count))
            case pipelines.ScalesParameter():
                keys = st.integers(0, MAX_MAPS - 1).map(str)
                value = draw(st.dictionaries(keys, st.floats(0, 2) | st.sampled_from([0, 1, 2]), max_size=3))
        block[argument.name] = value
    return block


valid = st.lists(valid_blocks(), max_size=MAX_BLOCKS)
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@unhurried
@given(valid)
def test_forms_round_trip(blocks: list[dict[str, Any]]) -> None:
    """A pipeline comes back the same from its JSON-able form, through JSON itself, and from its address."""
    pipeline = from_json(blocks)
    assert from_json(json.loads(json.dumps(to_json(pipeline)))) == pipeline
    text = to_text(pipeline)
    assert from_text(text) == pipeline
    assert set(text) <= set(string.ascii_letters + string.digits + ".,-_~=")


@settings(unhurried, max_examples=60)
@given(valid, st.data())
def test_any_pipeline_runs_and_every_number_has_its_path(
    blocks: list[dict[str, Any]], data: st.DataObject
) -> None:
    """No pipeline raises; the numbers along a path are those in the maps, each made of the next one."""
    pipeline = from_json(blocks)
    found = run(pipeline, picture()[:12, :14])
    assert len(found.steps) == (found.stopped.block - 1 if found.stopped else len(pipeline.blocks))
    known, stopped = shapes(pipeline, (12, 14, 3))
    assert [step.maps.shape for step in found.steps] == known[: len(found.steps)]
    assert stopped is None or found.stopped is not None
    step = data.draw(st.integers(0, len(found.steps)))
    row, column, number = (data.draw(st.integers(0, size - 1)) for size in found.maps(step).shape)
    path = trace(found, step, row, column, number).path
    for cause, cause_before in itertools.pairwise(path):
        maps, before = found.maps(cause.step), found.maps(cause.step - 1)
        assert cause.value == maps[cause.row, cause.column, cause.map]
        factors = found.steps[cause.step - 1].block.factors(maps.shape[2])
        factor = 1.0 if factors is None else float(factors[cause.map])
        scale = max(1.0, float(np.abs(before).max())) * _gain(
            found.steps[cause.step - 1].block, before.shape[2]
        )
        assert factor * cause.numbers["result"] == pytest.approx(cause.value, rel=1e-4, abs=1e-5 * scale)
        if "product" in cause.numbers:
            product = cause.numbers["weight"] * cause.numbers["value"]
            assert cause.numbers["product"] == pytest.approx(product, rel=1e-9)
        if cause.weights is not None:  # of a window; an upsampling has products alone
            made = float((cause.patch.astype(float) * cause.weights).sum())
            assert cause.numbers["sum"] == pytest.approx(made, rel=1e-4, abs=1e-5 * scale)
        if cause_before.row is not None:
            assert cause.numbers["value"] == cause_before.value
    end = path[-1]
    assert end.step == 0 or end.row is None
    if end.row is not None:
        assert end.value == found.image[end.row, end.column, end.map]


def _gain(block: Any, channels: int) -> float:
    """Say how much larger than its inputs the rounded terms of a block may be."""
    if block.kind == "convolution":
        return (
            1
            + float(np.abs(block.weights(channels)).sum(axis=(0, 1, 2)).max())
            + float(np.abs(block.biases).max())
        )
    return 1 / math.sqrt(pipelines.EPSILON) if block.kind == "normalisation" else 1.0


NAMES = [
    "kind",
    "bank",
    "name",
    "weights",
    "rows",
    "arguments",
    "strides",
    "padding",
    "bias",
    "scales",
    "size",
    "over",
]
WORDS = [
    *BLOCKS,
    *list(OFFERED)[:2],
    "sobel_x",
    "gabor",
    "custom",
    "valid",
    "same",
    "max",
    "1",
    "-1",
    "",
    "sigma",
]
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(WORDS)
    | st.text(max_size=5)
    | st.just(10**400)
)
anything = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=3), inner, max_size=4)
    ),
    max_leaves=12,
)


def assert_read_or_refused(read: Any, value: Any) -> None:
    try:
        pipeline = read(value)
    except ValueError as error:
        sentence = str(error)
        assert sentence.endswith(".")
        assert len(sentence) < 900
    else:
        assert isinstance(pipeline, Pipeline)
        assert from_json(to_json(pipeline)) == pipeline == from_text(to_text(pipeline))


@unhurried
@given(
    anything
    | st.lists(
        st.fixed_dictionaries(
            {"kind": st.sampled_from(sorted(BLOCKS))}, optional={n: anything for n in NAMES[1:]}
        )
    )
)
@example([{"kind": "convolution", "bank": [{"name": "gaussian", "arguments": {"sigma": float("nan")}}]}])
@example([{"kind": "convolution", "bias": [1, 2]}])
@example([{"kind": "convolution", "strides": 1.0, "dilation_rate": True}])
@example(
    [
        {
            "kind": "convolution",
            "bank": [{"name": "motion_blur", "rows": 1, "columns": 5, "arguments": {"angle": 90}}],
        }
    ]
)
def test_any_json_is_read_or_refused_in_a_sentence(value: Any) -> None:
    """Nothing that can come over the wire makes anything but a pipeline or a ValueError with a sentence."""
    assert_read_or_refused(from_json, value)


@unhurried
@given(valid, st.data())
def test_a_spoilt_pipeline_is_read_or_refused(blocks: list[dict[str, Any]], data: st.DataObject) -> None:
    """One value of a good pipeline put out of order is a sentence, or another good pipeline."""
    whole = to_json(from_json(blocks))
    place: Any = whole
    while isinstance(place, dict | list) and place:
        key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
        if not isinstance(place[key], dict | list) or not place[key] or data.draw(st.booleans()):
            place[key] = data.draw(scalars)
            break
        place = place[key]
    assert_read_or_refused(from_json, whole)


@unhurried
@given(valid.map(lambda blocks: to_text(from_json(blocks))), st.data())
@example("convolution~bank=own=3x0_1", None)
@example("convolution~bank=99999999999x3_0", None)
@example("~~", None)
def test_any_address_is_read_or_refused_in_a_sentence(text: str, data: st.DataObject | None) -> None:
    """A text with a piece changed is a pipeline or a ValueError with a sentence."""
    if data is not None:
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 4)))
        piece = data.draw(st.text(",.-_~=0123456789ex", max_size=4) | st.text(max_size=3))
        text = text[:start] + piece + text[end:]
    assert_read_or_refused(from_text, text)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("x", "list of at most 12 blocks"),
        ([{}] * 13, "at most 12 blocks; it is one of 13"),
        (
            [{"kind": "activation"}, {"kind": "dropout"}],
            "Block 2: The block 'dropout' does not exist; choose one of Convolution, Activation, ",
        ),
        (
            [{"kind": "activation", "alpha": 1}],
            "Block 1: Activation takes no 'alpha'; it takes activation, scales",
        ),
        ([{"kind": "convolution", "strides": 5}], "Stride takes 1 to 4, but 5 came; choose one"),
        ([{"kind": "convolution", "padding": True}], "Padding has no option 'True'"),
        ([{"kind": "convolution", "bank": []}], "1 to 16 kernels"),
        ([{"kind": "convolution", "bank": [{"name": "sobel"}]}], "The kernel 'sobel' does not exist"),
        ([{"kind": "convolution", "bank": [{"weights": [[1, 2], [3]]}]}], "differ in length"),
        (
            [{"kind": "convolution", "bank": [{"weights": [[1001]]}]}],
            "A weight is a number from −1000 to 1000, not 1001.",
        ),
        (
            [{"kind": "convolution", "bank": [{"name": "box", "rows": 12}]}],
            "Rows takes 1 to 11",
        ),
        ([{"kind": "convolution", "bank": {"filters": 17}}], "Kernels (filters) takes 1 to 16"),
        ([{"kind": "convolution", "bias": [1, 2]}], "The bias has 2 numbers for 1 kernels"),
        ([{"kind": "pooling", "scales": {"16": 0}}], "A step takes no '16'"),
        ([{"kind": "pooling", "scales": {"1": 2.5}}], "The factor of map 1 must be a number from 0 to 2"),
    ],
)
def test_refusals_say_what_came_and_what_to_do(value: Any, words: str) -> None:
    """Each refusal names the block, what came and what is possible."""
    with pytest.raises(ValueError, match=r"\.$") as caught:
        from_json(value)
    assert words in str(caught.value)


def test_a_kernel_setting_is_an_entry_of_a_bank() -> None:
    """What the kernel editor gives fits into a bank as it is, its weights where it is custom."""
    setting = KernelParameter(
        name="kernel",
        title="Kernel",
        preset="gaussian",
    )
    custom = setting.checked({"weights": [[0.1, 2]]})
    block = from_json([{"kind": "convolution", "bank": [setting.default, custom]}]).blocks[0]
    assert (
        block.bank[0]
        == from_json([{"kind": "convolution", "bank": [{"name": "gaussian"}]}]).blocks[0].bank[0]
    )
    np.testing.assert_array_equal(bank_kernels(block.bank[1:])[..., 0], np.float32([[0.1, 2]]))


def test_the_address_of_a_preset_is_readable() -> None:
    """Presets are short enough to read in an address."""
    assert to_text(PRESETS["lenet"].pipeline) == (
        "convolution~bank=6x5_1~~activation~activation=tanh~~pooling~pooling=average~~"
        "convolution~bank=16x5_2~padding=valid~~activation~activation=tanh~~pooling~pooling=average"
    )
    assert from_text("") == Pipeline()


def test_records_agree_with_the_classes() -> None:
    """Every kind makes a block of itself, arguments are its attributes, and defaults are in bounds."""
    for name, kind in BLOCKS.items():
        block = from_json([{"kind": name}]).blocks[0]
        assert type(block) is kind.make
        assert block.kind == name
        for argument in kind.arguments:
            assert getattr(block, argument.name) == argument.default
            assert argument.checked(argument.to_json(argument.default)) == argument.default
            text = argument.to_text(argument.default)
            assert argument.from_text(text) == argument.default
    assert set(OFFERED) <= set(ACTIVATIONS)
    json.dumps(menu())


def test_code_of_both_frameworks_covers_every_kind() -> None:
    """The scripts know each kind of block and each activation of the menu."""
    source = inspect.getsource(inspect.getmodule(pipeline_code))
    assert all(kind.make.__name__ in source for kind in BLOCKS.values())
    for framework in PIPELINE_SNIPPETS:
        for name in OFFERED:
            script = written(framework, from_json([{"kind": "activation", "activation": name}]))
            compile(script, "script.py", "exec")


def test_numbers_that_cancel_are_0_in_the_map_and_in_its_story():
    """Weights that sum to 0 on an even picture, and means of centred maps, make 0 in map and words alike."""
    even = np.full((9, 9, 3), 0.3, np.float32)
    stack = from_json([{"kind": "convolution", "bank": [{"weights": [[0.1, 0.2, -0.3]]}]}])
    found = run(stack, even)
    assert not found.maps(1)[:, 1:-1].any()
    first = trace(found, 1, 4, 4, 0).path[0]
    assert first.value == first.numbers["result"] == 0
    assert first.sentence.startswith("9 products add up to 0.")
    photograph = np.random.default_rng(3).integers(0, 256, (40, 50, 3)).astype(np.float32) / 255
    blocks = [{"kind": "normalisation"}, {"kind": "pooling", "pooling": "global_average"}]
    found = run(from_json(blocks), photograph)
    assert not found.maps(2).any()
    first = trace(found, 2, 0, 0, 0).path[0]
    assert first.value == 0
    assert "2,000 cells add up to 0; divided by 2,000 that is 0." in first.sentence


def test_the_last_number_of_a_sentence_is_the_headline():
    """What a convolution or a mean is said to make is the number of the map, digit for digit."""
    picture = np.random.default_rng(5).random((12, 12, 3), dtype=np.float32)
    blocks = [
        {
            "kind": "convolution",
            "bank": [{"name": "laplacian_of_gaussian"}, {"name": "sobel_x"}],
            "bias": 0.01,
        },
        {"kind": "normalisation"},
        {"kind": "pooling", "pooling": "average"},
    ]
    found = run(from_json(blocks), picture)
    for step, pattern in ((1, r"that is (\S+)\."), (2, r"= (\S+), with"), (3, r"that is (\S+)\.")):
        rows, columns, maps = found.maps(step).shape
        for row, column, number in itertools.product(range(rows), range(columns), range(maps)):
            first = trace(found, step, row, column, number).path[0]
            said = re.search(pattern, first.sentence)
            assert said
            assert said[1] == figures.format_number(first.value, 4)
