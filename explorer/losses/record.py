"""The class of the records of losses, and what a target and a prediction may be."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from explorer.calculus import Kink, Real, apply, checked_values, find_kinks, finite_number, real_array
from explorer.errors import ExplorerError
from explorer.losses.forms import Form
from explorer.parameters import Number, Switch

GROUPS = ("Regression", "Classification", "Profit")

EPSILON = 1e-7  # Keras's, by which probabilities are kept off 0 and 1


@dataclass(frozen=True)
class Domain:
    """The numbers that a loss takes for a target or a prediction.

    Attributes:
        title: What the numbers are.
        low: The smallest.
        high: The largest.
        values: All there are, where these are a few.
        vector: Whether several belong together, as the probabilities of the classes do.
    """

    title: str
    low: float = -math.inf
    high: float = math.inf
    values: tuple[float, ...] = ()
    vector: bool = False


@dataclass(frozen=True, eq=False)
class Loss:
    """A loss with its gradient.

    Attributes:
        name: Key in `LOSSES`.
        title: The field's name for it.
        group: One of `GROUPS`.
        formula: The loss of a sample of d outputs in LaTeX, at the parameters' defaults where it is one of a
            family by a switch.
        gradient_formula: Its derivative with respect to one prediction in LaTeX.
        why: One sentence: where it is used.
        source: Where it comes from.
        reduction: Whether a sample's loss is the "mean" or the "sum" of its outputs' terms.
        function: The function behind `terms`: (y_true, y_pred, **parameters) -> array of the same shape.
        slope: The derivative of the terms' sum with respect to y_pred, of the same shape.
        target: What y_true may be.
        prediction: What y_pred may be.
        parameters: What shapes it besides the two.
        clipping: One sentence: what is clipped, and what that does to the gradient; "" where nothing is.
        kink_places: (target, **parameters) -> the predictions where it may have no derivative.
        logits: What y_pred is instead where from_logits is on.
        keras: The call that gives the same in Keras, with the parameters by name; "" where Keras has none.
        numpy: What gives it in NumPy of arrays y_true and y_pred, with its gradient.
        torch: What gives it in PyTorch of tensors, likewise; autograd finds the gradient.
        numpy_from_logits: What gives it in NumPy where from_logits is on.
        torch_from_logits: What gives it in PyTorch likewise.
        keras_operations: What gives it in Keras's operations where Keras does not have it.
    """

    name: str
    title: str
    group: str
    formula: str
    gradient_formula: str
    why: str
    source: str
    reduction: str
    function: Callable[..., Real]
    slope: Callable[..., Real]
    target: Domain
    prediction: Domain
    numpy: Form
    torch: Form
    parameters: tuple[Number | Switch, ...] = ()
    clipping: str = ""
    kink_places: Callable[..., tuple[float, ...]] = lambda target, **_: ()
    logits: Domain | None = None
    keras: str = ""
    numpy_from_logits: Form | None = None
    torch_from_logits: Form | None = None
    keras_operations: Form | None = None

    def f(self, y_true: ArrayLike, y_pred: ArrayLike, **parameters: float) -> Real:
        """Return the loss of each sample.

        Args:
            y_true: Targets (..., outputs), or one number for all.
            y_pred: Predictions (..., outputs): a vector is one sample.
            **parameters: In place of the defaults of `parameters`.

        Returns:
            float32 (...), float64 where y_pred is a float64 array: one number for each sample.

        Raises:
            ExplorerError: If the shapes differ, something is not a real number, a prediction is out of the
                loss's reach, or a parameter is unknown or out of its bounds.

        Example:
            >>> from explorer.losses import LOSSES
            >>> LOSSES["mean_squared_error"].f([[0, 1], [2, 2]], [[0, 3], [1, 2]]).tolist()
            [2.0, 0.5]
        """
        fold: Callable[..., Real] = np.mean if self.reduction == "mean" else np.sum
        return self._both(self.function, y_true, y_pred, parameters, lambda terms: fold(terms, axis=-1))

    def terms(self, y_true: ArrayLike, y_pred: ArrayLike, **parameters: float) -> Real:
        """Return each output's term, whose mean or sum over the last axis is the loss.

        Takes and raises what `f` does, and returns an array of y_pred's shape.

        Example:
            >>> from explorer.losses import LOSSES
            >>> LOSSES["mean_absolute_error"].terms([[0, 1]], [[0, 3]]).tolist()
            [[0.0, 2.0]]
        """
        return self._both(self.function, y_true, y_pred, parameters)

    def gradient(self, y_true: ArrayLike, y_pred: ArrayLike, **parameters: float) -> Real:
        """Return the derivative of each sample's loss with respect to each of its predictions.

        At a kink it is the slope that `kinks` states. Takes and raises what `f` does, and returns an array of
        y_pred's shape.

        Example:
            >>> from explorer.losses import LOSSES
            >>> LOSSES["mean_squared_error"].gradient([[0, 1], [2, 2]], [[0, 3], [1, 2]]).tolist()
            [[0.0, 2.0], [-1.0, 0.0]]
        """
        is_mean = self.reduction == "mean"
        return self._both(
            self.slope,
            y_true,
            y_pred,
            parameters,
            lambda slopes: slopes / slopes.shape[-1] if is_mean else slopes,
        )

    def _both(
        self,
        function: Callable[..., Real],
        y_true: ArrayLike,
        y_pred: ArrayLike,
        given: dict[str, float],
        then: Callable[[Real], Real] = lambda terms: terms,
    ) -> Real:
        """Call a function of targets and predictions, and `then`, in the precision of the predictions.

        Where the outcome is not finite it is computed in double precision: it may be that only a square or a
        sum on the way to it was beyond float32.
        """
        values = self.values(**given)
        prediction = np.atleast_1d(real_array(y_pred, "y_pred"))
        target = real_array(y_true, "y_true").astype(prediction.dtype, copy=False)
        if target.ndim and target.shape != prediction.shape:
            raise ExplorerError(
                f"y_true and y_pred must have the same shape, (..., outputs); they have {target.shape} and "
                f"{prediction.shape}."
            )
        if prediction.shape[-1] == 0:
            raise ExplorerError(
                f"A sample needs at least one output; y_pred has the shape {prediction.shape}."
            )

        def outcome(target: Real, prediction: Real) -> Real:
            return apply(
                lambda y_pred, **values: then(function(target, y_pred, **values)), prediction, values
            )

        target = np.broadcast_to(target, prediction.shape)
        found = outcome(target, prediction)
        if found.dtype == np.float64 or np.isfinite(found).all():
            return found
        doubles = outcome(target.astype(np.float64), prediction.astype(np.float64))
        with np.errstate(over="ignore"):
            return doubles.astype(np.float32)

    def values(self, **parameters: float) -> dict[str, Any]:
        """Return every parameter its value: those given, checked, and the defaults of the others.

        Raises:
            ExplorerError: If a parameter is unknown or out of its bounds.

        Example:
            >>> from explorer.losses import LOSSES
            >>> LOSSES["binary_crossentropy"].values(from_logits=True)
            {'from_logits': True, 'label_smoothing': 0.0}
        """
        return checked_values(self.title, self.parameters, parameters)

    def takes(self, **parameters: float) -> Domain:
        """What y_pred may be: it depends on whether logits are asked for.

        Example:
            >>> from explorer.losses import LOSSES
            >>> LOSSES["binary_crossentropy"].takes(from_logits=True).title
            'logit'
        """
        return self.logits if self.logits and self.values(**parameters)["from_logits"] else self.prediction

    def kinks(self, target: float, /, **parameters: float) -> tuple[Kink, ...]:
        """List the predictions where the loss of one output has no derivative, for a target.

        Raises:
            ExplorerError: If the target is not a finite number, or a parameter is unknown or out of its
                bounds.

        Example:
            >>> from explorer.losses import LOSSES
            >>> print(LOSSES["mean_absolute_error"].kinks(2)[0])
            At 2 the slope changes from −1 to 1; the value there is 0, and the slope is taken to be 0.
        """
        target, values = finite_number(target, "The target"), self.values(**parameters)
        return find_kinks(
            lambda x: self.function(np.full_like(x, target), x, **values),
            lambda x: self.slope(np.full_like(x, target), x, **values),
            self.kink_places(target, **values),
        )
