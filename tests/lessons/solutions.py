"""How every step of the shipped lessons with checks is done: settings by their names in the address.

What no address holds has a name of its own, as in `bench.State`: `epochs`, `drawn` and `board`.
"""

from __future__ import annotations

from math import cos, pi, sin
from typing import Any

THREE = "3~tanh,1~sigmoid"
FOUR = "4~tanh,1~sigmoid"


def _blocks(*blocks: str) -> str:
    return "~~".join(blocks)


STAR = tuple((0.5 + 0.42 * sin(4 * pi * tip / 5), 0.5 - 0.42 * cos(4 * pi * tip / 5)) for tip in range(6))
CROSS = ((0.5, 0.1), (0.5, 0.9), (0.5, 0.5), (0.1, 0.5), (0.9, 0.5))

LOADED = ("background",)
ON_BOTH = (*LOADED, ("fix", "horse", (13, 14), "train"), ("fix", "coin", (13, 14), "train"))
MISLABELLED = (*ON_BOTH, ("move", "horse", (1, 2, 3, 4, 5), "coin"))
GREY = ("photographs",)
ONE_CAT = (*GREY, ("fix", "cat", (1, 2, 4, 5, 6, 7, 8), "held"))
ONE_EACH = (
    *ONE_CAT,
    ("fix", "coffee", (1, 2, 4, 5, 6, 7, 8), "held"),
    ("fix", "rocket", (1, 2, 4, 5, 6, 7, 8), "held"),
)
FEWER = (
    *ON_BOTH,
    ("remove", "horse", (1, 2, 3, 4, 5, 6), None),
    ("remove", "coin", (1, 2, 3, 4, 5, 6), None),
)

BOX = "0,0,0,1_0,0,1,1_0,0,1,0_0,1,0,0_1,1,0,0"  # the first five patches
BLANK = "0,0,0,1_0,0,0,0_0,0,1,0_0,1,0,0_1,1,0,0_1,0,0,0"
OPPOSITE_KEYS = "1,-1,-1,-1,0,0_-1,-1,1,-1,0,0_1,1,-1,1,0,0_-1,1,1,1,0,0_0,0,0,0,1,0_0,0,0,0,0,1"
ALONE = "_".join("0,0,0,1,0,0" if row == 1 else "1,1,1,1,1,1" for row in range(6))

DRAWN = "_".join(f"{x},{1.5 * label - 2},{label}" for label in range(3) for x in range(-2, 3))
READ = "~~activation~~pooling~pool_size=4~strides=4~~flatten~~dense~~softmax"
FOUR_KERNELS, EIGHT_KERNELS = (f"convolution~bank={count}x3_0{READ}" for count in (4, 8))
SIX_KERNELS = f"convolution~bank=sobel_x,sobel_y,prewitt_x,prewitt_y,gaussian=3x3_0.85,identity{READ}"
TWO_SMALL_BLOCKS = (
    "convolution~bank=4x3_0~~activation~~pooling~~convolution~bank=8x3_1~~activation~~pooling~pool_size=4~strides=4"
    "~~flatten~~dense~~softmax"
)

SOLUTIONS: dict[str, dict[str, list[dict[str, Any]]]] = {
    "edges_by_hand": {
        "first": [
            {"kernel": "0,0,0_0,0.8,0_0,0,0"},
            {"kernel": "box~3x3"},
            {"kernel": "box~9x9"},
            {"kernel": "0,0,0_-1,1,0_0,0,0"},
            {"kernel": "0,-1,0_0,1,0_0,0,0"},
            {"kernel": "sobel_y~3x3"},
            {"kernel": "sharpen~3x3"},
            {},
        ],
        "second": [
            {"input": "2,5,2_2,5,2_2,5,2"},
            {"kernel": "1,0,-1"},
            {},
            {"kernel": "0,0,0_1,0,-1_0,0,0"},
            {"kernel": "outline4~3x3"},
            {"bias": "0.5"},
            {"activation": "relu"},
            {"activation": "absolute"},
        ],
        "third": [
            {"strides": "2"},
            {"dilation_rate": "4"},
            {"pad_mode": "edge"},
            {"flip": "true"},
            {"kernel": "-0.111,-0.111,-0.111_-0.111,1.889,-0.111_-0.111,-0.111,-0.111"},
            {"kernel": "emboss~3x3"},
            {"kernel": "0,0,0_-1,1,0_0,0,0"},
            {},
        ],
    },
    "padding_and_stride": {
        "first": [
            {"rows": "6", "columns": "6"},
            {"padding": "1"},
            {"padding": "2"},
            {"strides": "2"},
            {"rows": "7", "columns": "7"},
            {"strides": "2"},
            {},
        ],
        "second": [
            {"padding": "1"},
            {"padding": "full"},
            {"dilation_rate": "2"},
            {"padding": "2"},
            {"strides": "2"},
            {"strides": "2"},
            {"strides": "2"},
            {},
        ],
        "third": [
            {"dilation_rate": "4"},
            {"padding": "same"},
            {"blocks": _blocks("convolution~bank=1x3_0", "convolution~bank=1x3_1", "convolution~bank=1x3_2")},
            {
                "blocks": _blocks(
                    "convolution~bank=1x3_0",
                    "pooling",
                    "convolution~bank=1x3_1",
                    "pooling",
                    "convolution~bank=1x3_2",
                )
            },
            {"blocks": _blocks("convolution~bank=1x3_0", "convolution~bank=1x3_1")},
            {"blocks": _blocks("convolution~bank=4x3_0", "activation", "pooling", "pooling", "pooling")},
            {},
        ],
    },
    "why_pool": {
        "first": [
            {"pool_size": "8x8"},
            {"kind": "max"},
            {"kind": "min"},
            {"pool_size": "8x8"},
            {"strides": "4"},
            {"blocks": _blocks("convolution", "activation", *["pooling~pool_size=3~strides=3"] * 4)},
            {},
        ],
        "second": [
            {"kind": "max"},
            {"kind": "average"},
            {"pool_size": "3x3", "strides": "2"},
            {"pool_size": "1x8"},
            {"ceil_mode": "true"},
            {"blocks": _blocks("convolution~bank=8x3_0", "pooling", "convolution~bank=8x3_1")},
            {},
        ],
        "third": [
            {"pool_size": "4x4"},
            {"pool_size": "5x5"},
            {
                "blocks": _blocks(
                    "convolution~bank=4x3_0", "activation", *["pooling~pool_size=8~strides=8"] * 2
                )
            },
            {"blocks": _blocks("convolution~bank=1x3_0", "pooling", "convolution~bank=1x3_1")},
            {"variant": "one_block"},
            {"source": "bent_cross"},
            {},
        ],
    },
    "a_kernel_that_learned_itself": {
        "first": [
            {"steps": 40},
            {"steps": 3},
            {"steps": 100},
            {"frozen": "0.0_0.1", "steps": 100},
            {"blocks": EIGHT_KERNELS, "learning_rate": "0.01", "steps": 60},
            {"learning_rate": "0.003", "steps": 40},
            {},
        ],
        "second": [
            {"blocks": FOUR_KERNELS, "steps": 125},
            {"optimizer": "adam", "steps": 60},
            {"frozen": "0.0_0.1_0.2_0.3", "steps": 125},
            {"blocks": EIGHT_KERNELS, "steps": 60},
            {"blocks": FOUR_KERNELS, "steps": 125},
            {},
        ],
        "third": [
            {"blocks": TWO_SMALL_BLOCKS, "steps": 125},
            {"blocks": EIGHT_KERNELS.replace("8x3", "8x5"), "steps": 125},
            {"blocks": EIGHT_KERNELS, "steps": 60},
            {"blocks": EIGHT_KERNELS, "steps": 60},
            {"blocks": SIX_KERNELS, "frozen": "0.0", "steps": 200},
            {},
        ],
    },
    "one_line_is_not_enough": {
        "first": [
            {"epochs": 10},
            {"epochs": 30},
            {"layers": FOUR, "epochs": 30},
            {"layers": THREE, "epochs": 100},
            {"layers": FOUR, "epochs": 30},
            {"layers": FOUR, "epochs": 30},
            {},
        ],
        "second": [
            {"learning_rate": "0.3", "epochs": 40},
            {"learning_rate": "1.0", "epochs": 30},
            {"initializer": "glorot_uniform", "epochs": 40},
            {"epochs": 100},
            {"points": "1000", "epochs": 50},
            {"layers": "3~tanh,3~tanh,1~sigmoid"},
            {},
        ],
        "third": [
            {
                "layers": "8~tanh,8~tanh,1~sigmoid",
                "learning_rate": "0.03",
                "optimizer": "adam",
                "epochs": 100,
            },
            {"layers": "2~tanh,2~tanh,1~sigmoid", "epochs": 150},
            {"layers": "1~linear", "epochs": 60},
            {"layers": "4~tanh,1~linear", "epochs": 50},
            {"layers": THREE, "epochs": 100},
            {"curves": "relu", "x": "1"},
            {},
        ],
    },
    "three_classes": {
        "first": [
            {"epochs": 30},
            {"epochs": 50},
            {"epochs": 30},
            {"layers": "8~tanh,3~softmax", "epochs": 60},
            {"own": DRAWN, "own_task": "classification"},
            {"layers": "8~tanh,8~tanh,3~softmax", "epochs": 60},
            {},
        ],
        "second": [
            {"epochs": 40},
            {"learning_rate": "0.1", "epochs": 30},
            {"layers": "6~tanh,3~softmax", "epochs": 40},
            {"epochs": 60},
            {"points": "2000", "epochs": 10},
            {"initializer": "glorot_uniform", "epochs": 40},
            {},
        ],
        "third": [
            {"features": "x1_squared,x2_squared", "epochs": 30},
            {"features": "x1_times_x2", "epochs": 40},
            {"layers": "8~tanh,3~softmax", "epochs": 100},
            {"learning_rate": "3.0", "epochs": 30},
            {"layers": "8~tanh,8~tanh,3~softmax", "epochs": 60},
            {},
        ],
    },
    "what_is_an_error": {
        "first": [
            {"numbers_prediction": "5"},
            {"numbers_prediction": "7"},
            {"numbers_prediction": "4"},
            {"losses": "numbers,mean_squared_error,~mean_absolute_error,huber"},
            {"fits": "mean_squared_error,~mean_absolute_error,huber"},
            {"fits": "mean_squared_error,mean_absolute_error,~huber"},
            {},
        ],
        "second": [
            {"numbers_prediction": "4.5"},
            {"numbers_wild": "43"},
            {"probabilities_prediction": "0.905"},
            {"probabilities_prediction": "0.015"},
            {"degree": "2"},
            {"losses": "numbers,mean_squared_error,~mean_absolute_error,huber"},
            {},
        ],
        "third": [
            {"scores_prediction": "1"},
            {"losses": "scores,squared_hinge,~hinge,binary_crossentropy"},
            {"fits": "mean_squared_error,mean_absolute_error,~quantile~quantile=0.9"},
            {"degree": "4"},
            {"fits": "mean_squared_error,mean_absolute_error,~poisson"},
            {
                "points": "0.5,1.6_1.5,1.9_2.5,2.8_3.5,2.9_4.5,3.8_5.5,4.2_6.5,4.7_7.5,5.6_8.5,6_9.5,6.3",
            },
            {},
        ],
    },
    "from_pixels_to_cat": {
        "first": [
            {"drawn": STAR},
            {"source": "letter"},
            {"off": "1.0,1.2,1.3"},
            {"blocks": _blocks("convolution", "activation", "pooling")},
            {"zoom": "2", "down": "0.3"},
            {"sample": "coffee"},
            {},
        ],
        "second": [
            {"off": "3.8"},
            {"off": "3.23,3.15,3.7,3.4,3.11,3.16,3.28,3.29,3.31,3.19"},
            {"zoom": "4", "down": "0.4"},
            {"temperature": "0.5"},
            {"source": "drawing", "drawn": STAR},
            {
                "blocks": _blocks(
                    "convolution~bank=8x3_0",
                    "activation",
                    "pooling",
                    "convolution~bank=16x3_1",
                    "activation",
                    "pooling",
                )
            },
            {},
        ],
        "third": [
            {"zoom": "4", "across": "0.3", "down": "0.2"},
            {"sample": "checkerboard"},
            {"off": "140.287,140.112,140.254,140.301,140.599"},
            {"zoom": "2", "across": "0.7", "down": "0.8"},
            {"off": "1.3"},
            {
                "blocks": _blocks(
                    "convolution~bank=2x3_0",
                    "activation",
                    "pooling",
                    "convolution~bank=16x3_1",
                    "activation",
                )
            },
            {},
        ],
    },
    "bias_in_bias_out": {
        "first": [
            {"board": LOADED},
            {"board": (*LOADED, "train")},
            {
                "board": (
                    *LOADED,
                    ("remove", "horse", (13, 14, 15, 16), None),
                    ("remove", "coin", (13, 14, 15, 16), None),
                    "train",
                )
            },
            {"board": (*ON_BOTH, "train")},
            {"board": (*MISLABELLED, "train")},
            {"board": (*MISLABELLED, ("move", "coin", (17, 18, 19, 20, 21), "horse"), "train")},
            {},
        ],
        "second": [
            {"board": GREY},
            {"board": (*GREY, "train")},
            {"board": (*ONE_CAT, "train")},
            {"board": (*ONE_EACH, "train")},
            {"board": (*ONE_EACH, "train")},
            {"teach_learning_rate": "0.001", "teach_epochs": "40", "board": (*ONE_EACH, "train")},
        ],
        "third": [
            {"board": (*LOADED, ("fix", "horse", (13, 14), "train"), "train")},
            {"board": (*FEWER, "train")},
            {"board": (*LOADED, "train")},
            {"board": (*GREY, ("move", "rocket", (1, 2, 3, 4, 5, 6), "cat"), "train")},
            {"source": "drawing", "drawn": CROSS},
            {},
            {"board": (*GREY, "train")},
        ],
    },
    "what_attention_sees": {
        "first": [
            {"token": "5"},
            {"token": "4"},
            {"numbers": BOX + "_0,0,1,1"},
            {"asked": "5.0.1.4"},
            {"numbers": BLANK},
            {"numbers": "0,0_1,1_0,0_0,0_0,2"},
            {"dropped": "19.20.27.28"},
            {},
        ],
        "second": [
            {"temperature": "0.3"},
            {"heads": "2", "head": "2"},
            {"key_kernel": OPPOSITE_KEYS},
            {"positions": "true"},
            {"mask": "causal"},
            {"head": "2", "positions": "true"},
            {"depth": "3"},
            {},
        ],
        "third": [
            {"allowed": ALONE},
            {"heads": "3"},
            {"numbers": "0,0_1,1_0,0_0,0_2,2"},
            {"temperature": "0.4"},
            {"query_kernel": "_".join(["0,0,0,0,0,0"] * 6)},
            {"blocks": _blocks(*(f"convolution~bank=1x3_{seed}" for seed in range(4)))},
            {"shuffled": "1"},
            {},
        ],
    },
}
"""By lesson and level, one a step; a step without checks, as one with a question alone, has an empty one."""
