"""Frameworks that a teacher has to tick off: the numbers and titles of what lessons here can stand for.

Only numbers and titles stand here, as the frameworks have them; what they say at length is theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, kw_only=True)
class Framework:
    """A curriculum or a framework of competences.

    Attributes:
        name: What the codes of lessons begin with.
        title: Its full title.
        issued: Who issued it, and which version is meant.
        codes: Titles by their numbers. None where no number could be confirmed.
        note: What to know about these numbers, or the empty text.
    """

    name: str
    title: str
    issued: str
    codes: Mapping[str, str]
    note: str = ""


FRAMEWORKS: Mapping[str, Framework] = MappingProxyType(
    {
        each.name: each
        for each in (
            Framework(
                name="IB DP CS",
                title="IB Diploma Programme: Computer Science, A4 Machine learning",
                issued="International Baccalaureate, first examinations in 2027",
                codes={
                    "A4.1": "Machine learning fundamentals",
                    "A4.2": "Data preprocessing (HL only)",
                    "A4.3": "Machine learning approaches (HL only)",
                    "A4.4": "Ethical considerations",
                },
            ),
            Framework(
                name="AI4K12",
                title="Five Big Ideas in Artificial Intelligence",
                issued="AI4K12: AAAI and CSTA, grade band progression charts",
                codes={
                    "1": "Perception",
                    "1-A": "Sensing",
                    "1-B": "Processing",
                    "1-C": "Domain Knowledge",
                    "2": "Representation & Reasoning",
                    "2-A": "Representation",
                    "2-C": "Reasoning",
                    "3": "Learning",
                    "3-A": "Nature of Learning",
                    "3-B": "Neural Networks",
                    "3-C": "Datasets",
                    "4": "Natural Interaction",
                    "5": "Societal Impact",
                },
            ),
            Framework(
                name="CSTA 2026",
                title="PK-12 Computer Science Standards",
                issued="Computer Science Teachers Association, revised 2026",
                codes={},
                note="The numbers of its drafts changed, and those of the final text could not be confirmed "
                "here: lessons name the topic alone. Look the number up for your grade.",
            ),
            Framework(
                name="AILit",
                title="Empowering Learners for the Age of AI",
                issued="European Commission and OECD, AI Literacy Framework, 2026",
                codes={
                    "Engage": "Engage with AI",
                    "Create": "Create with AI",
                    "Manage": "Manage AI",
                    "Shape": "Shape AI",
                },
                note="Its domains have no numbers: each is called by its first word.",
            ),
            Framework(
                name="CS2023",
                title="Computer Science Curricula 2023",
                issued="ACM, IEEE Computer Society and AAAI",
                codes={
                    "AI-ML": "Machine Learning",
                    "AI-SEP": "Applications and Societal Impact",
                    "AI-Vision": "Perception and Computer Vision",
                },
            ),
        )
    }
)
"""By the name that codes begin with."""


@dataclass(frozen=True)
class CurriculumPlace:
    """Where a lesson stands in a framework; the title is empty where the number is not known here."""

    framework: Framework
    number: str
    title: str


def place(code: str) -> CurriculumPlace | None:
    """Where a code of a lesson leads; None where it begins with the name of no framework.

    Example:
        >>> place("IB DP CS A4.3").title, place("CSTA 2026 AI").title, place("KMK 7")
        ('Machine learning approaches (HL only)', '', None)
    """
    for name, framework in FRAMEWORKS.items():
        if code.startswith(f"{name} "):
            number = code.removeprefix(f"{name} ").strip()
            return CurriculumPlace(framework, number, framework.codes.get(number, ""))
    return None
