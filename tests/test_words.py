"""One thing has one name: words that were given up for another do not come back to a screen."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
RETIRED = {
    r"\btake away\b": "Download and share, or remove",
    r"(?<!\*\*)held[- ]out": "test pictures",
    r"named rightly|in truth it": "correct, the right answer",
    r"(even|flat) surfaces?|even areas?": "flat areas",
    r"turned round|(turns|turning) the kernel|half a turn": "rotated by 180°",
    r"a cell sees|each cell sees|a unit before": "receptive field",
    r"all the same\b": "anyway",
    r"ends of (its|their) own|a scale of its own": "its own scale",
    r"present experiment": "current settings",
    r"\bclass explained|is explained\b": "explaining",
    r"\b(a|one|each|linear) neuron\b|\bneurons\b": "unit",
    r"[\d}] x [\d{]": "×",
}
"""Patterns of words that no student reads any more, and what is said instead: see CONTRIBUTING.md."""

KEPT = {
    "explorer/glossary/networks.py",  # says what the field calls a unit
    "explorer/glossary/training.py",  # says what the field calls test pictures
    "explorer/imagenet/downloads.py",  # says what a command takes
    "explorer/trading/systems.py",  # the head of a column of files that there are
    "pages/former_names.py",
}
SCRIPT = re.compile(r'"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`')
COMMENT = re.compile(r"/\*.*?\*/|^\s*//.*?$", re.DOTALL | re.MULTILINE)
SOURCES = sorted(
    path
    for top, pattern in (
        ("explorer", "*.py"),
        ("explorer", "*.toml"),
        ("pages", "*.py"),
        ("pages", "*.js"),
        ("pages", "text.md"),
        ("explorer", "*.toml"),
    )
    for path in (ROOT / top).rglob(pattern)
    if not {"node_modules", "tests", "training"}.intersection(path.relative_to(ROOT).parts)
    and path.relative_to(ROOT).as_posix() not in KEPT
)


@cache
def texts_of(path: Path) -> tuple[str, ...]:
    """Give all of them, which several rules look into."""
    return tuple(texts_in(path))


def texts_in(path: Path) -> Iterator[str]:
    """Give what a file can put on a screen: its strings, without comments and docstrings; a field is {}."""
    source = path.read_text("utf-8")
    if path.suffix in (".md", ".toml"):
        yield from source.split("\n\n")
    elif path.suffix == ".js":
        yield from (text or other for text, other in SCRIPT.findall(COMMENT.sub("", source)))
    else:
        tree = ast.parse(source)
        docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                yield "".join(
                    str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values
                )
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
                yield node.value


@pytest.mark.parametrize(("retired", "instead"), RETIRED.items())
def test_a_retired_word_does_not_come_back(retired: str, instead: str) -> None:
    """No text of a page or of the library has it."""
    found = [
        f"{path.relative_to(ROOT)}: {text[:80]!r}: say {instead}"
        for path in SOURCES
        for text in texts_of(path)
        if re.search(retired, text, re.IGNORECASE)
    ]
    assert found == []


def test_texts_are_found_in_every_kind_of_file() -> None:
    """The rule above looks at something: a label of a script, a sentence of a module and one of a text."""
    for name, text in {
        "pages/frontend/controls/kernel.js": "My own weights",
        "explorer/convolution/pooling.py": "Max pooling",
        "pages/pooling/text.md": "**Pooling** lays",
        "explorer/lessons/shipped/why_pool.toml": "What may a network forget?",
    }.items():
        assert any(text in each for each in texts_of(ROOT / name))
