"""The command: drawings are synthesised, networks trained and measured, and the files written."""

from __future__ import annotations

import argparse
import hashlib
import importlib.metadata
import json
import re
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.sketch import CLASSES, VARIANTS, training
from explorer.sketch.training.drawings import Drawings, synthesise
from explorer.sketch.training.networks import TrainingPlan, best_scores, epochs_of, keep, measure, train
from explorer.sketch.training.styles import PARTS, STYLES

COMMAND = "python -m explorer.sketch.training"


def run(plan: TrainingPlan, folder: Path) -> dict[str, Any]:
    """Draw, train every variant, measure, and write `sketch.npz` and `sketch.json` into a folder."""
    began = time.perf_counter()
    parts = drawn_parts(plan)
    drawn = time.perf_counter() - began
    print(f"drawn in {drawn:.0f} s", flush=True)
    kept: dict[str, NDArray[Any]] = {}
    variants: dict[str, Any] = {}
    for variant in VARIANTS:
        start = time.perf_counter()
        model = train(variant, parts["train"], plan)
        seconds = time.perf_counter() - start
        kept |= keep(model)
        measured = {part: measure(model, parts[part]) for part in ("validation", "test")}
        measured["test"]["best_scores"] = best_scores(model, parts["test"])
        variants[variant] = {
            "parameters": model.count_params(),
            "epochs": epochs_of(variant, plan),
            "seconds": round(seconds),
            **measured,
        }
        print(f"{variant}: {seconds:.0f} s, test {measured['test']['accuracy']:.2%}", flush=True)
    folder.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(folder / "sketch.npz", allow_pickle=False, **kept)
    found = {
        "command": COMMAND,
        **described(plan),
        "seconds": {"drawing": round(drawn), "all": round(time.perf_counter() - began)},
        "sha256": hashlib.sha256((folder / "sketch.npz").read_bytes()).hexdigest(),
        "variants": variants,
    }
    (folder / "sketch.json").write_text(as_json(found), "utf-8")
    return found


def drawn_parts(plan: TrainingPlan) -> dict[str, Drawings]:
    """Draw what a plan trains on, and what it measures with."""
    return {
        part: synthesise(
            part, plan.each if part == "train" else plan.tested, plan.seed, processes=plan.processes
        )
        for part in PARTS
    }


def described(plan: TrainingPlan) -> dict[str, Any]:
    """Say what was trained, on how much, and with which versions of the libraries."""
    return {
        "classes": CLASSES,
        "plan": {"each": plan.each, "tested": plan.tested, "epochs": plan.epochs, "seed": plan.seed},
        "styles": {part: sum(style.part == part for style in STYLES) for part in PARTS},
        "versions": _versions(),
    }


def _versions() -> dict[str, str]:
    names = ("keras", "tensorflow", "numpy", "opencv-python-headless")
    return {name: importlib.metadata.version(name) for name in names}


def as_json(found: dict[str, Any]) -> str:
    """Write JSON with lists of numbers on one line."""
    text = json.dumps(found, indent=1)
    return re.sub(r"\[[-\s\d,.]+\]", lambda match: re.sub(r"\s+", " ", match[0]), text) + "\n"


def read_arguments(
    command: str, told: str | None, plan: TrainingPlan, arguments: Sequence[str] | None
) -> tuple[TrainingPlan, Path]:
    """Read what a command that trains was told: its plan where it differs from this one, and its folder."""
    parser = argparse.ArgumentParser(prog=command, description=told)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    for name in vars(plan):
        parser.add_argument(f"--{name}", type=int, default=getattr(plan, name))
    parser.add_argument("--folder", type=Path, default=Path(__file__).parents[3] / "assets")
    chosen = vars(parser.parse_args(arguments))
    folder = chosen.pop("folder")
    return TrainingPlan(**chosen), folder


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the training from a command line."""
    asked, folder = read_arguments(COMMAND, training.__doc__, TrainingPlan(), arguments)
    found = run(asked, folder)
    print(f"{found['seconds']['all']} s in all; written to {folder}")
