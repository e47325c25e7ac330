"""What every tab of the Transfer page speaks of: the pictures, the plan, and how far the training came."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property

from explorer.imagenet import preprocessing
from explorer.imagenet.networks import NetworkRecord, Pixels, network
from explorer.transfer import evaluation
from explorer.transfer.evaluation import Examination
from explorer.transfer.plan import Plan
from explorer.transfer.splits import Pick, Split
from explorer.transfer.training_job import Course, Sample, TrainedClassifier
from pages.components import chooser
from pages.components.dataset_session import DatasetSession


@dataclass(frozen=True)
class TeachingContext:
    """A set of labelled pictures that has all it needs, and what was learned in it so far."""

    session: DatasetSession
    plan: Plan
    halves: Split
    course: Course | None = None

    @property
    def classes(self) -> tuple[str, ...]:
        """The names of the classes, in the order of the network's answers."""
        return self.session.labelled.classes

    @property
    def question(self) -> Hashable:
        """What is learned from what: the same question has the same answer."""
        halves = (self.halves.train, self.halves.held_out)
        return self.plan, self.classes, tuple(tuple(pick.photo.key for pick in half) for half in halves)

    @property
    def network(self) -> NetworkRecord:
        """The record of the network that looks."""
        return network(self.plan.network)

    @property
    def trained(self) -> TrainedClassifier | None:
        """What was learned, also where the training was stopped."""
        return self.course.trained if self.course else None

    @property
    def train(self) -> list[Sample]:
        """The pictures that are trained on, as the network sees them."""
        return self.samples(self.halves.train)

    @property
    def held_out(self) -> list[Sample]:
        """The pictures that are held out, as the network sees them."""
        return self.samples(self.halves.held_out)

    @property
    def picture(self) -> chooser.Picture:
        """The picture of the sidebar, as the network sees it."""
        return chooser.seen_by(self.plan.network, self.plan.fit)

    @cached_property
    def pixels(self) -> Pixels:
        """The picture of the sidebar, as levels."""
        return preprocessing.seen(self.plan.network, self.picture.levels)

    def samples(self, picks: Sequence[Pick]) -> list[Sample]:
        """Return pictures as the network sees them, each with the number of its class."""
        return [
            (preprocessing.seen(self.plan.network, pick.photo.image(), self.plan.fit), pick.label_index)
            for pick in picks
        ]

    @property
    def learned(self) -> Course:
        """How the training went: of those tabs alone that need one."""
        assert self.course is not None
        return self.course

    def examined(self, held_out: bool) -> Examination:
        """Return the answers to one half of the pictures, once something was learned."""
        picks = self.halves.held_out if held_out else self.halves.train
        answers = self.learned.held_out_answers if held_out else self.learned.answers
        return evaluation.examine(picks, answers, self.classes)
