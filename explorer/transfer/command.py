"""The command `python -m explorer.transfer`: a network is taught, tested and exported without the app."""

from __future__ import annotations

import argparse
import datetime
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

from explorer import compute
from explorer.code import exported as exported_code
from explorer.errors import ExplorerError
from explorer.imagenet import preprocessing
from explorer.imagenet.networks import NETWORKS
from explorer.imagenet.weights import find_weights
from explorer.models.reading import bring
from explorer.transfer import archives, plan, splits, training
from explorer.transfer.formats import FORMATS, exported
from explorer.transfer.model_cards import TaughtNetwork, model_card
from explorer.transfer.plan import AUGMENTATIONS, HEADS, Plan, TransferError
from explorer.transfer.splits import Pick
from explorer.transfer.training_job import Sample
from explorer.web import runtime as web_runtime

BAR = 30  # letters of the bar of progress


def main(arguments: Sequence[str] | None = None) -> int:
    """Teach a network, or get ready to export web pages; the exit code is 0 if all went well."""
    chosen = _parser().parse_args(arguments)
    for name, value in compute.QUIET.items():
        os.environ.setdefault(name, value)  # before TensorFlow is imported
    try:
        found: int = chosen.run(chosen)
    except ExplorerError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130
    return found


def _parser() -> argparse.ArgumentParser:
    usual = Plan()
    parser = argparse.ArgumentParser(
        prog="python -m explorer.transfer", description="Teach a network classes of your own."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    teach = commands.add_parser(
        "teach", help="train on a folder with a folder for each class, test, and export"
    )
    teach.set_defaults(run=_teach)
    teach.add_argument("folder", type=Path, help="folders named train and test in it say what is for what")
    teach.add_argument("--out", type=Path, default=Path(), help="where the files go (default: here)")
    teach.add_argument(
        "--export", nargs="*", choices=list(FORMATS), default=["keras"], metavar="FORMAT",
        help=f"{', '.join(FORMATS)} (default: keras)",
    )  # fmt: skip
    teach.add_argument("--network", choices=list(NETWORKS), default=usual.network, metavar="NAME")
    teach.add_argument(
        "--model", type=Path, nargs="+", default=[], metavar="FILE",
        help="a model of your own in place of a known network: .keras, .h5, .onnx or a ZIP",
    )  # fmt: skip
    teach.add_argument(
        "--fit", choices=preprocessing.FITS, default=usual.fit, help="how pictures become square"
    )
    teach.add_argument("--head", choices=HEADS, default=usual.head)
    for argument in (
        plan.UNITS,
        plan.LEARNING_RATE,
        plan.EPOCHS,
        plan.TUNE_RATE,
        plan.TUNE_EPOCHS,
        plan.SEED,
    ):
        teach.add_argument(
            f"--{argument.name.replace('_', '-')}", type=type(argument.default), default=argument.default,
            help=f"{argument.title} (default: {argument.default:g})",
        )  # fmt: skip
    for name, title in AUGMENTATIONS.items():
        teach.add_argument(f"--{name}", action="store_true", help=f"Augmentation: {title}")
    teach.add_argument("--fine-tune", action="store_true", help="train the last block too")
    teach.add_argument("--share", type=float, default=0.25, help="of the pictures that test (default: 0.25)")
    runtime = commands.add_parser("web-runtime", help=f"fetch {web_runtime.PACKAGE}, which web pages need")
    runtime.set_defaults(run=_web_runtime)
    runtime.add_argument("package", type=Path, nargs="?", help="its file, where npm fetched it elsewhere")
    return parser


def _teach(chosen: argparse.Namespace) -> int:
    options = {each.name: getattr(chosen, each.name) for each in fields(Plan) if hasattr(chosen, each.name)}
    if chosen.model:
        options["network"] = _brought(chosen.model)
    planned = Plan(**options)
    weights = find_weights(planned.network, planned.weights)
    labelled, complaints = archives.from_folder(chosen.folder)
    halves = splits.split(labelled, chosen.share, planned.seed)
    for sentence in (*complaints, *halves.notes, *filter(None, [weights.complaint])):
        print(sentence, file=sys.stderr)
    train, held_out = _samples(planned, halves.train), _samples(planned, halves.held_out)
    course = None
    for progress in training.train.pieces(planned, train, held_out, labelled.classes):
        course = progress.value
        _show("Training", progress.done, progress.total)
    assert course is not None  # a training has at least one piece
    _end()
    if course.trouble:
        print(course.trouble, file=sys.stderr)
    assert course.trained is not None  # its last piece has one
    taught = TaughtNetwork(course.trained, train, held_out, datetime.date.today().isoformat())
    for title, said in model_card(taught).items():
        print(f"{title}: {said}")
    return _export(taught, chosen.export, chosen.out)


def _brought(paths: Sequence[Path]) -> str:
    """Read a model of one's own, and return the name of its network."""
    try:
        return bring({path.name: path.read_bytes() for path in paths})
    except OSError as error:
        raise TransferError(f"The model cannot be read ({error}); name its file.") from error


def _samples(planned: Plan, picks: Sequence[Pick]) -> tuple[Sample, ...]:
    return tuple(
        (preprocessing.seen(planned.network, pick.photo.image(), planned.fit), pick.label_index)
        for pick in picks
    )


def _export(taught: TaughtNetwork, names: Sequence[str], folder: Path) -> int:
    """Write the files, and go on where one cannot be had; the exit code says so."""
    code = 0
    said: list[str] = []
    for done, name in enumerate(names):
        _show(f"Exporting {FORMATS[name].title}", done, len(names))
        began = time.monotonic()
        try:
            found = exported(name, taught, exported_code.answering(name, taught.trained.plan))
        except ExplorerError as error:
            said.append(str(error))
            code = 1
            continue
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / found.file
        path.write_bytes(found.data)
        took = time.monotonic() - began
        size = len(found.data) / 1e6
        said.append(f"{path} ({size:.1f} MB, {took:.1f} s). {found.agreement.sentence}")
    if names:
        _show("Exported", len(names), len(names))
        _end()
    print("\n".join(said))
    return code


def _web_runtime(chosen: argparse.Namespace) -> int:
    print(web_runtime.fetch(chosen.package))
    return 0


def _show(what: str, done: int, total: int) -> None:
    filled = round(BAR * done / total)
    bar = "█" * filled + "·" * (BAR - filled)
    print(f"\r{bar} {done} of {total}  {what:<36}", end="", file=sys.stderr, flush=True)


def _end() -> None:
    print(file=sys.stderr)
