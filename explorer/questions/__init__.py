"""Predict, then reveal: questions about present settings by a seed, with exact answers and usual mistakes.

Example:
    >>> import numpy as np
    >>> from explorer.convolution.arithmetic import Arithmetic
    >>> sums = Arithmetic(np.arange(9).reshape(3, 3), np.array([[0, 1], [2, 3]]))
    >>> asked = QUESTIONS["arithmetic_cell"].make(sums, None, 1)
    >>> judge(asked, asked.answer).sentence
    'Right: 43.'
"""

from explorer.questions.hidden_layers import NamedTraining
from explorer.questions.imagenet import NetworkSight
from explorer.questions.losses import FittedPoints
from explorer.questions.record import (
    Figure,
    GridFigure,
    Judgement,
    Option,
    PosedQuestion,
    QuestionError,
    QuestionKind,
    QuestionShown,
    judge,
)
from explorer.questions.table import QUESTIONS, of_page

__all__ = [
    "QUESTIONS",
    "Figure",
    "FittedPoints",
    "GridFigure",
    "Judgement",
    "NamedTraining",
    "NetworkSight",
    "Option",
    "PosedQuestion",
    "QuestionError",
    "QuestionKind",
    "QuestionShown",
    "judge",
    "of_page",
]
