"""How long a frame of live training takes: an epoch of 500 points, and every unit over a grid of 100 x 100.

    OPENBLAS_NUM_THREADS=1 python tests/benchmarks/dense.py

Prints a Markdown table of milliseconds of one core, for 6 hidden layers of 8 units and Adam.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from explorer.mlp.datasets import DATASETS
from explorer.mlp.layers import Dense
from explorer.mlp.network import DenseNetwork
from explorer.mlp.objective import Training
from explorer.mlp.trainer import Trainer

RUNS = 60
ACTIVATIONS = ("relu", "tanh", "sigmoid", "mish", "gelu")
BATCHES = (10, 32, 500)


def milliseconds(call: Callable[[], object]) -> str:
    """Median and 95th percentile of the time that the core worked."""
    call()
    taken = []
    for _ in range(RUNS):
        start = time.thread_time()
        call()
        taken.append(1000 * (time.thread_time() - start))
    return f"{statistics.median(taken):.1f} ({statistics.quantiles(taken, n=20)[-1]:.1f})"


def main() -> None:
    """Measure each activation with each batch size."""
    split = DATASETS["circle"].make(1000, 0.1).split(0.5)
    print("| activation | batch | epoch | pictures | together |\n|---|---|---|---|---|")
    for name in ACTIVATIONS:
        for batch in BATCHES:
            network = DenseNetwork.create([Dense(8, name)] * 6 + [Dense(1, "sigmoid")])
            training = Training(optimizer="adam", learning_rate=0.01, batch_size=batch)
            trainer = Trainer(network, split, training)

            def draw(trainer: Trainer = trainer) -> None:
                trainer.network.planes((-3, 3, -3, 3), (100, 100))

            def frame(trainer: Trainer = trainer, draw: Callable[[], None] = draw) -> None:
                trainer.epoch()
                draw()

            times = " | ".join(map(milliseconds, (trainer.epoch, draw, frame)))
            print(f"| {name} | {batch} | {times} |")


if __name__ == "__main__":
    main()
