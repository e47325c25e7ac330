"""What can be installed besides the explorer, for a part of what it does."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec


def withheld(what: str, packages: Sequence[str]) -> str:
    """Why something cannot be done on this computer, or nothing where all that it needs is installed.

    >>> withheld("ONNX", ["numpy"]), withheld("ONNX", ["no_such_package"])[:46]
    ('', 'ONNX needs no_such_package where the explorer ')
    """
    missing = [package for package in packages if find_spec(package) is None]
    if not missing:
        return ""
    return (
        f"{what} needs {' and '.join(missing)} where the explorer runs: python -m pip install "
        "'explorer[export]'."
    )
