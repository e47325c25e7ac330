"""What an entry of the glossary is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class TermPicture:
    """A small picture of a term, as a file for each theme.

    Attributes:
        mime: What kind of file it is.
        light: For the light theme.
        dark: For the dark theme; the same where the picture needs no other.
    """

    mime: str
    light: bytes
    dark: bytes


@dataclass(frozen=True, kw_only=True)
class GlossaryTerm:
    """One term.

    Attributes:
        name: What the address calls it.
        term: What everybody calls it.
        meaning: Two sentences: what it is, and what follows from that.
        picture: Makes its picture, by the same functions as the pages.
        shows: What the picture shows, for those who do not see it.
        pages: The names of the pages where it is seen.
        aliases: Other forms and names of it that a text may set in bold.
        see: The names of other terms that lead on.
    """

    name: str
    term: str
    meaning: str
    picture: Callable[[], TermPicture]
    shows: str
    pages: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    see: tuple[str, ...] = ()
