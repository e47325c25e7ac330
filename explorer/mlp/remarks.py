"""What cannot work, or not well, said before it is tried."""

from __future__ import annotations

from explorer.activations import ACTIVATIONS
from explorer.losses import LOSSES
from explorer.mlp.network import DenseNetwork
from explorer.mlp.objective import Training
from explorer.words import signed


def remarks(network: DenseNetwork, training: Training, task: str) -> list[str]:
    """What cannot work, or not well, before it is tried: a sentence each.

    Example:
        >>> from explorer.mlp.layers import Dense
        >>> network = DenseNetwork.create([Dense(2), Dense(1, "linear")], initializer="zeros")
        >>> for remark in remarks(network, Training(), "classification"):
        ...     print(remark.split(":")[0])
        The units of hidden layer 1 start alike
        Binary cross-entropy takes a probability from 0 to 1, and the output can lie outside
    """
    found = []
    for place, layer in enumerate(network.layers):
        name = f"hidden layer {place + 1}" if place < len(network.hidden) else "the output layer"
        if layer.activation == "binary_step":
            found.append(
                f"The binary step of {name} has slope 0 everywhere: no gradient passes it, so neither "
                "this layer nor those before it learn."
            )
        following = network.weights[place + 1] if place < len(network.hidden) else None
        if layer.units > 1 and following is not None:
            alike = (network.weights[place] == network.weights[place][:, :1]).all()
            if (
                alike
                and (network.biases[place] == network.biases[place][0]).all()
                and (following == following[0]).all()
            ):
                found.append(
                    f"The units of {name} start alike: they get the same gradients and stay alike, so that "
                    "the layer works like a single unit. Choose random initial weights."
                )
    loss, values = LOSSES[training.loss], dict(training.loss_parameters)
    if network.output.is_softmax:
        if values.get("from_logits"):
            found.append(
                f"{loss.title} from logits applies a softmax itself, after that of the output: turn "
                "from_logits off."
            )
        return found
    output = ACTIVATIONS[network.output.activation]
    reach, takes = output.range(**dict(network.output.parameters)), loss.takes(**values)
    if reach.high > takes.high:
        found.append(
            f"{loss.title} takes a {takes.title} from {signed(takes.low)} to {signed(takes.high)}, and the "
            "output can lie outside: choose a sigmoid for the output layer."
        )
    elif reach.low < takes.low:
        found.append(
            f"{loss.title} takes a {takes.title}, and the output can lie below: choose one that is never "
            "negative, such as softplus."
        )
    if values.get("from_logits") and network.output.activation == "sigmoid":
        found.append(
            f"{loss.title} from logits applies a sigmoid itself: choose a linear output, or turn "
            "from_logits off."
        )
    if task == "classification" and -1.0 in loss.target.values and reach.low >= 0:
        found.append(
            f"{loss.title} asks for outputs from −1 to 1, and this output is never negative: choose a linear "
            "output or tanh."
        )
    if task == "regression" and (reach.low >= 0 or reach.high <= 1):
        found.append(
            f"The output lies in {reach}, and a target may lie outside: choose a linear output for a "
            "regression."
        )
    return found
