"""The error of this package."""

from __future__ import annotations

from explorer.errors import ExplorerError


class ModelError(ExplorerError):
    """Why a model cannot be opened, in a sentence for the person who brought it."""
