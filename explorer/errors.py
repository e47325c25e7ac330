"""The one kind of error that is meant for a person."""

from __future__ import annotations


class ExplorerError(ValueError):
    """What cannot be done, in sentences: what came, what was expected, and what to do.

    Pages and the live lane show the sentences of these errors, and of no others: any other exception is a
    fault of the program, which is logged and apologised for.
    """
