"""How every step of the shipped lessons with checks is done: settings by their names in the address."""

from __future__ import annotations

SOLUTIONS: dict[str, dict[str, list[dict[str, str]]]] = {
    "edges_by_hand": {
        "first": [
            {"kernel": "0,0,0_0,0.8,0_0,0,0"},
            {"kernel": "box~3x3"},
            {"kernel": "box~9x9"},
            {"kernel": "0,0,0_-1,1,0_0,0,0"},
            {"kernel": "0,-1,0_0,1,0_0,0,0"},
            {"kernel": "sobel_y~3x3"},
            {"kernel": "sharpen~3x3"},
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
        ],
    },
}
"""By lesson and level, one a step; a step without checks, as one with a question alone, has an empty one."""
