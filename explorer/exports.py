"""What all files of networks that leave the explorer have in common: each is run before it is handed out.

a network -> files -> their answers beside the explorer's -> a ZIP with labels and a model card
"""

from __future__ import annotations

import io
import math
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np

from explorer.errors import ExplorerError
from explorer.images import Array
from explorer.web import runtime
from explorer.words import counted, plural

ANYTHING_ELSE = "Anything but its classes: whatever it is shown, it names one of them."
"""What no network with a softmax has seen."""

Leaving = TypeVar("Leaving")
"""What a format makes files of: a network with all that it needs."""


class ExportError(ExplorerError):
    """Why a network cannot be had as a file, in a sentence for the reader."""


@dataclass(frozen=True)
class ExportFormat(Generic[Leaving]):
    """A kind of file.

    Attributes:
        name: Key in `FORMATS`.
        title: What it is called in the menu.
        sentence: What it is for, and what it takes.
        seconds: How long it takes on two cores, about; Keras and TensorFlow are imported in that time.
        within: By how much a probability may differ from the explorer's, or None where the difference is said
            and no more.
        write: Makes the files by their names, of the network and its card.
        answers: What those files answer to pictures as the network sees them: float32 (n, classes).
    """

    name: str
    title: str
    sentence: str
    seconds: int
    within: float | None
    write: Callable[[Leaving, Mapping[str, str]], dict[str, bytes]]
    answers: Callable[[Mapping[str, bytes], Sequence[Any]], Array]

    @property
    def withheld(self) -> str:
        """Why it cannot be made on this computer, or nothing."""
        if self.name == "web_page":
            try:
                runtime.files()
            except runtime.WebRuntimeError as error:
                return str(error)
        return ""


@dataclass(frozen=True)
class Agreement:
    """How the answers of a file lie beside those of the explorer.

    Attributes:
        pictures: How many were shown to both.
        kind: What one of them is called, such as "test picture".
        largest: The largest difference of a probability.
        same: For how many the same class came first.
    """

    pictures: int
    kind: str
    largest: float
    same: int

    @property
    def sentence(self) -> str:
        """That in words.

        >>> Agreement(8, "test picture", 0.01234, 7).sentence
        "On 8 test pictures: probabilities within 0.013 of the explorer's; 1 has another class first."
        """
        pictures = counted(self.pictures, self.kind)
        reach = f"{math.ceil(self.largest * 1000) / 1000:g}"
        other = self.pictures - self.same
        first = "the same class is first on all"
        if other:
            first = f"{other} {plural(other, 'has', 'have')} another class first"
        return f"On {pictures}: probabilities within {reach} of the explorer's; {first}."


@dataclass(frozen=True, eq=False)
class ExportedNetwork:
    """A network ready to be downloaded.

    Attributes:
        file: What to call it.
        data: A ZIP.
        agreement: How it answers.
    """

    file: str
    data: bytes
    agreement: Agreement


@dataclass(frozen=True, eq=False)
class Trial:
    """What a file of a network is tried with, and what goes with it.

    Attributes:
        classes: The names of its answers, in their order.
        card: Its model card: what each line is about, and what it says.
        pictures: What it is shown, as the network sees it.
        kind: What one of these is called, such as "test picture".
        expected: What the explorer answers to them: float32 (n, classes).
    """

    classes: Sequence[str]
    card: Mapping[str, str]
    pictures: Sequence[Any]
    kind: str
    expected: Array


def exported(
    format_: ExportFormat[Leaving], leaving: Leaving, trial: Trial, file: str, program: str = ""
) -> ExportedNetwork:
    """Make the files of a network, run them, and pack them with what belongs to them.

    Args:
        format_: What makes them.
        leaving: The network.
        trial: What they are tried with, and what goes with them.
        file: What to call the ZIP.
        program: A program that runs them, to lie beside them as `answer.py`.

    Raises:
        ExportError: If something is missing for this format, or if a file would not answer as the explorer
            does.
    """
    if format_.withheld:
        raise ExportError(format_.withheld)
    try:
        files = format_.write(leaving, trial.card)
        answers = format_.answers(files, trial.pictures)
    except ExplorerError:
        raise
    except Exception as error:  # exporters and runtimes raise whatever their native parts make of a network
        raise ExportError(
            f"{format_.title} cannot hold this network ({' '.join(str(error).split())[:200]}); choose "
            "another format."
        ) from error
    if not np.isfinite(answers).all():
        raise ExportError(
            f"{format_.title} is not offered for this network: not all of its answers are numbers. Choose "
            "another format."
        )
    same = int(np.sum(answers.argmax(axis=1) == trial.expected.argmax(axis=1)))
    largest = float(np.abs(answers - trial.expected).max())
    agreement = Agreement(len(trial.expected), trial.kind, largest, same)
    if format_.within is not None and agreement.largest > format_.within:
        raise ExportError(
            f"{format_.title} is not offered for this network. {agreement.sentence} Choose another format."
        )
    files["labels.txt"] = "".join(f"{each}\n" for each in trial.classes).encode()
    files["model-card.md"] = markdown(trial.card, agreement.sentence).encode()
    if program:
        files["answer.py"] = program.encode()
    return ExportedNetwork(file, _zip(files), agreement)


def markdown(card: Mapping[str, str], agreement: str) -> str:
    """Write a card as a file of Markdown, with a sentence on how the exported file answers."""
    lines = [f"- **{title}:** {said}" for title, said in {**card, "This file": agreement}.items()]
    return "\n".join(["# Model card", "", *lines, ""])


def _zip(files: Mapping[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return file.getvalue()
