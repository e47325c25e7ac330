"""The command: drawings are synthesised, a transformer trained and measured, and the files written."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from explorer.attention import training
from explorer.attention.training.networks import TransformerSize, keep, train
from explorer.sketch.training.command import as_json, described, drawn_parts, read_arguments
from explorer.sketch.training.networks import TrainingPlan, measure

COMMAND = "python -m explorer.attention.training"


def run(plan: TrainingPlan, folder: Path, size: TransformerSize | None = None) -> dict[str, Any]:
    """Draw, train, measure, and write `transformer.npz` and `transformer.json` into a folder."""
    size = size or TransformerSize()
    began = time.perf_counter()
    parts = drawn_parts(plan)
    drawn = time.perf_counter() - began
    print(f"drawn in {drawn:.0f} s", flush=True)
    start, worked = time.perf_counter(), time.process_time()
    model = train(size, parts["train"], plan)
    seconds, processor = time.perf_counter() - start, time.process_time() - worked
    kept = keep(model)
    folder.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(folder / "transformer.npz", allow_pickle=False, **kept)
    found = {
        "command": COMMAND,
        **described(plan),
        "size": vars(size),
        "parameters": model.count_params(),
        "seconds": {
            "drawing": round(drawn),
            "training": round(seconds),
            "processor": round(processor),
            "all": round(time.perf_counter() - began),
        },
        "sha256": hashlib.sha256((folder / "transformer.npz").read_bytes()).hexdigest(),
        **{part: measure(model, parts[part]) for part in ("validation", "test")},
    }
    (folder / "transformer.json").write_text(as_json(found), "utf-8")
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the training from a command line."""
    plan, folder = read_arguments(COMMAND, training.__doc__, TrainingPlan(), arguments)
    found = run(plan, folder)
    print(
        f"{found['seconds']['all']} s in all, test {found['test']['accuracy']:.2%}; written to {folder}",
    )
