"""The glossary: each term of the pages once, with its meaning and a picture that is computed.

A text sets a term in bold where it first needs it, and `find` tells which term is meant. The same table is
the test for words: what is bold on a page is in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from explorer.glossary.answers import ANSWER_TERMS
from explorer.glossary.attention import ATTENTION_TERMS
from explorer.glossary.networks import NETWORK_TERMS
from explorer.glossary.record import GlossaryTerm, TermPicture
from explorer.glossary.training import TRAINING_TERMS
from explorer.glossary.windows import WINDOW_TERMS

__all__ = ["TERMS", "GlossaryTerm", "TermPicture", "find", "picture", "words"]

TERMS: Mapping[str, GlossaryTerm] = MappingProxyType(
    {
        each.name: each
        for each in sorted(
            (*WINDOW_TERMS, *NETWORK_TERMS, *TRAINING_TERMS, *ANSWER_TERMS, *ATTENTION_TERMS),
            key=lambda each: each.term.lower(),
        )
    }
)
"""All terms by their names, from A to Z."""

_BY_WORDS = {
    words.lower(): each.name for each in TERMS.values() for words in (each.name, each.term, *each.aliases)
}


def find(words: str) -> GlossaryTerm | None:
    """The term that is meant by some words, its name, or one of its aliases; None where there is none.

    Example:
        >>> find("Feature maps").term, find("hidden_layer").term, find("banana")
        ('feature map', 'hidden layer', None)
    """
    name = _BY_WORDS.get(" ".join(words.split()).lower())
    return TERMS[name] if name else None


@cache
def picture(name: str) -> TermPicture:
    """The picture of a term, which is made once.

    Example:
        >>> picture("stride").mime
        'image/svg+xml'
    """
    return TERMS[name].picture()


def words() -> list[dict[str, Any]]:
    """All terms as plain data, without their pictures.

    Example:
        >>> next(each for each in words() if each["name"] == "stride")["pages"]
        ['convolution', 'pooling', 'arithmetic', 'pipeline']
    """
    return [
        {
            "name": each.name,
            "term": each.term,
            "meaning": each.meaning,
            "shows": each.shows,
            "pages": list(each.pages),
            "aliases": list(each.aliases),
            "see": list(each.see),
        }
        for each in TERMS.values()
    ]
