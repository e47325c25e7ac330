"""A network of dense layers as a program with its present weights."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from explorer.activations import ACTIVATIONS
from explorer.code import losses as loss_code
from explorer.code.snippet import WIDTH, Snippet, array_lines, chosen, number_text
from explorer.losses import LOSSES
from explorer.mlp.features import FEATURES
from explorer.mlp.layers import Dense
from explorer.mlp.network import DenseNetwork
from explorer.mlp.objective import Training, learns_from_logits
from explorer.mlp.optimizers import OPTIMIZERS, Optimizer
from explorer.mlp.passes import EPSILON
from explorer.mlp.schedules import SCHEDULES
from explorer.mlp.trainer import MOMENTUM


@dataclass(frozen=True, kw_only=True)
class NetworkSnippet(Snippet):
    """How one framework says a network of dense layers.

    Attributes:
        lines: Gives the parts of the script behind the weights: those of a network and of how it is trained.
        stopping: Gives those of early stopping with a patience.
    """

    lines: Callable[[DenseNetwork, Training | None], list[list[str]]]
    stopping: Callable[[int], list[str]]


def network_code(
    framework: str, network: DenseNetwork, training: Training | None = None, patience: int = 0
) -> str:
    """Write a network with its present weights as a script that runs by itself.

    It ends with `output`, what the network answers to two `points`. With a training there are the optimizer
    and the loss too, for Keras in the model.

    Args:
        framework: A key of `NETWORK_SNIPPETS`.
        network: The network to write down.
        training: How it is trained.
        patience: For how many epochs early stopping waits; 0 leaves it out.

    Raises:
        ExplorerError: If the framework is unknown.

    >>> print(network_code("keras", DenseNetwork([Dense(1, "sigmoid")], [[[2], [-1]]], [[0.5]])))
    import keras
    import numpy as np
    <BLANKLINE>
    weights_1 = np.array([
        [ 2],
        [-1],
    ], np.float32)
    biases_1 = np.array([0.5], np.float32)
    <BLANKLINE>
    model = keras.Sequential([
        keras.Input((2,)),
        keras.layers.Dense(1, activation="sigmoid"),
    ])
    model.set_weights([weights_1, biases_1])
    <BLANKLINE>
    points = np.array([[0, 0], [1, 1]], np.float32)
    output = model(points)
    """
    snippet = chosen(NETWORK_SNIPPETS, framework)
    arrays: list[str] = []
    for number, (kernel, bias) in enumerate(zip(network.weights, network.biases, strict=True), 1):
        arrays += [line.replace("kernel =", f"weights_{number} =") for line in array_lines(kernel)]
        biases = f"biases_{number} = np.array([{', '.join(map(number_text, bias))}], np.float32)"
        arrays += textwrap.wrap(biases, WIDTH, subsequent_indent="    ", break_on_hyphens=False)
        if len(norm := network.norms[number - 1]):
            arrays += ["# gamma, beta, running mean and running variance"]
            arrays += [line.replace("kernel =", f"norm_{number} =") for line in array_lines(norm)]
    imports, *parts = snippet.lines(network, training)
    if patience:
        parts.insert(-1, snippet.stopping(patience))
    return "\n\n".join("\n".join(lines) for lines in (imports, arrays, *parts))


def _filled(call: str, values: Mapping[str, Any]) -> str:
    """Put values in place of the names of parameters, and leave the names of arguments as they are."""
    for name, value in values.items():
        # A float keeps its point: Keras takes no rate of 10, and PyTorch no beta of 0.
        call = re.sub(rf"(?<!\.)\b{name}\b(?!=)", repr(value), call)
    return call


def _points(network: DenseNetwork) -> str:
    return str([[0] * network.coordinates, [1] * network.coordinates])


def _made(network: DenseNetwork, framework: str, joined: str) -> list[str]:
    """Write the function that puts the inputs made by hand behind the coordinates, where there are some."""
    if not network.features:
        return []
    made = [getattr(FEATURES[name], framework) for name in network.features]
    return [
        "",
        "def with_features(x):",
        "    x1, x2 = x[:, :1], x[:, 1:]",
        f"    made = [{', '.join(['x1', 'x2', *made])}]",
        f"    return {joined}(made, -1)",
        "",
        "",
    ]


def _keras_activation(layer: Dense) -> str:
    """Write an activation: by name where Keras knows it so; "" where it changes nothing."""
    if layer.is_softmax:
        return '"softmax"'
    record = ACTIVATIONS[layer.activation]
    if record.keras == f"keras.activations.{record.name}(x)":
        return f'"{record.name}"' if record.name != "linear" else ""
    return f"lambda x: {_filled(record.keras_trained or record.keras, dict(layer.parameters))}"


def _keras_dense(layer: Dense, penalised: bool) -> list[str]:
    """Write a layer and what belongs to it, and whether there is a penalty."""
    activation = _keras_activation(layer)
    arguments = [str(layer.units)]
    if activation and not layer.batch_normalization:
        arguments.append(f"activation={activation}")
    if penalised:
        arguments.append("kernel_regularizer=penalty")
    line = f"    keras.layers.Dense({', '.join(arguments)}),"
    if len(line) > WIDTH:
        lines = ["    keras.layers.Dense(", *(f"        {argument}," for argument in arguments), "    ),"]
    else:
        lines = [line]
    if layer.batch_normalization:
        lines.append(f"    keras.layers.BatchNormalization(momentum={MOMENTUM}),")
        lines += [f"    keras.layers.Activation({activation}),"] if activation else []
    return lines + ([f"    keras.layers.Dropout({layer.dropout}),"] if layer.dropout else [])


def _keras_network(network: DenseNetwork, training: Training | None) -> list[list[str]]:
    names = []
    for number, layer in enumerate(network.layers, 1):
        names += [f"weights_{number}", f"biases_{number}"]
        names += [f"*norm_{number}"] if layer.batch_normalization else []
    penalty = training is not None and bool(training.l1 or training.l2)
    model = [
        *_made(network, "keras", "keras.ops.concatenate"),
        "model = keras.Sequential([",
        f"    keras.Input(({network.coordinates},)),",
        *(["    keras.layers.Lambda(with_features),"] if network.features else []),
        *(line for layer in network.layers for line in _keras_dense(layer, penalty)),
        "])",
        *textwrap.wrap(f"model.set_weights([{', '.join(names)}])", WIDTH, subsequent_indent="    "),
    ]
    if training and penalty:
        model.insert(
            model.index("model = keras.Sequential(["),
            "penalty = keras.regularizers.L1L2("
            f"l1={number_text(training.l1)}, l2={number_text(training.l2)})",
        )
    if training:
        optimizer, loss = OPTIMIZERS[training.optimizer], LOSSES[training.loss]
        values = dict(training.optimizer_parameters) | {"learning_rate": training.learning_rate}
        schedule = SCHEDULES[training.schedule]
        rate = _filled(schedule.keras, values | dict(training.schedule_parameters))
        if schedule.name != "constant":
            model += [f"schedule = keras.optimizers.schedules.{rate}"]
            optimizer = replace(optimizer, keras=optimizer.keras.replace("=learning_rate", "=schedule"))
        parameters = dict(training.loss_parameters)
        said = f'"{loss.name}"'
        if not loss.keras:
            said = "loss"
            model += ["", "", *loss_code.function("keras", loss.name, parameters), "", ""]
        elif parameters != loss.values():
            said = f"lambda y_true, y_pred: {_filled(loss.keras, parameters)}"
        model += [
            "model.compile(",
            f"    optimizer={_filled(optimizer.keras, values)},",
            f"    loss={said},",
            ")",
        ]
    last = [f"points = np.array({_points(network)}, np.float32)", "output = model(points)"]
    return [["import keras", "import numpy as np"], model, last]


def _torch_scheduled(training: Training) -> list[str]:
    """Write an optimizer whose learning rate changes, and what changes it."""
    optimizer, schedule = OPTIMIZERS[training.optimizer], SCHEDULES[training.schedule]
    factor = _filled(schedule.torch, dict(training.schedule_parameters))
    values = dict(training.optimizer_parameters) | {"learning_rate": training.learning_rate}
    if not optimizer.torch_scheduled:
        return [
            *_torch_optimizer(optimizer, values),
            "# call schedule.step() after each step of the optimizer",
            "schedule = torch.optim.lr_scheduler.LambdaLR(",
            f"    optimizer, lambda step: {factor}",
            ")",
        ]
    return [
        f"optimizer = {_filled(optimizer.torch, values | {'learning_rate': 1})}",
        "",
        "",
        "def as_keras(optimizer, args, kwargs):  # runs before each step",
        f"    # {optimizer.torch_scheduled}",
        '    step = optimizer.param_groups[0].setdefault("t", 0)',
        f"    rate = {training.learning_rate!r} * ({factor})",
        "    for each in model.parameters():",
        "        each.grad *= rate",
        '    optimizer.param_groups[0]["t"] += 1',
        "",
        "",
        "optimizer.register_step_pre_hook(as_keras)",
    ]


def _torch_optimizer(optimizer: Optimizer, values: Mapping[str, float]) -> list[str]:
    """Write an optimizer, and what makes up for the ways in which PyTorch's is not Keras's."""
    made = f"optimizer = {_filled(optimizer.torch, values)}"
    if not optimizer.torch_step:
        return [f"# {optimizer.torch_remark}", made] if optimizer.torch_remark else [made]
    return [
        made,
        "",
        "",
        "def as_keras(optimizer, args, kwargs):  # runs before each step",
        f"    # {optimizer.torch_remark}",
        *(f"    {_filled(line, values)}" for line in optimizer.torch_step),
        "",
        "",
        "optimizer.register_step_pre_hook(as_keras)",
    ]


TORCH_NORM = [
    "",
    "class BatchNorm(nn.BatchNorm1d):  # with a variance divided by n, as in Keras, not by n - 1",
    "    def forward(self, x):",
    "        if not self.training:",
    "            return super().forward(x)",
    "        with torch.no_grad():",
    f"            self.running_mean.lerp_(x.mean(0), {round(1 - MOMENTUM, 6)})",
    f"            self.running_var.lerp_(x.var(0, unbiased=False), {round(1 - MOMENTUM, 6)})",
    "        return nn.functional.batch_norm(",
    "            x, None, None, self.weight, self.bias, True, 0, self.eps",
    "        )",
    "",
]
"""Lines of PyTorch: a batch normalisation whose running variance is Keras's."""


def _torch_form(layer: Dense) -> str:
    """Write the activation of `x`."""
    if layer.is_softmax:
        return "x.softmax(-1)"
    record = ACTIVATIONS[layer.activation]
    return _filled(record.torch_trained or record.torch, dict(layer.parameters))


def _torch_network(network: DenseNetwork, training: Training | None) -> list[list[str]]:
    from_logits = training is not None and learns_from_logits(network.output, training)
    sides = zip(network.weights, network.layers, strict=True)
    made = []
    for number, (kernel, layer) in enumerate(sides, 1):
        made.append(f"        self.layer_{number} = nn.Linear({len(kernel)}, {layer.units})")
        if layer.batch_normalization:
            made.append(f"        self.norm_{number} = BatchNorm({layer.units}, eps={EPSILON})")
        if layer.dropout:
            made.append(f"        self.dropout_{number} = nn.Dropout({layer.dropout})")
    passed: list[str] = []
    copied: list[str] = []
    for number, layer in enumerate(network.layers, 1):
        form = _torch_form(layer)
        passed.append(f"        x = self.layer_{number}(x)")
        if layer.batch_normalization:
            passed.append(f"        x = self.norm_{number}(x)")
        if from_logits and number == len(network.layers):
            passed += [
                f"        logits, x = x, {form}",
                "        x.logits = logits  # for the loss, as in Keras: "
                f"a {network.output.activation} near 0 or 1 loses digits",
            ]
        elif form != "x":
            passed.append(f"        x = {form}")
        if layer.dropout:
            passed.append(f"        x = self.dropout_{number}(x)")
        copied += [
            f"    model.layer_{number}.weight.copy_(torch.from_numpy(weights_{number}).T)",
            f"    model.layer_{number}.bias.copy_(torch.from_numpy(biases_{number}))",
        ]
        if layer.batch_normalization:
            copied += [
                f"    norm = model.norm_{number}",
                "    into = (norm.weight, norm.bias, norm.running_mean, norm.running_var)",
                f"    for array, row in zip(into, norm_{number}):",
                "        array.copy_(torch.from_numpy(row))",
            ]
    model = [
        *_made(network, "torch", "torch.cat")[:-1],
        *(TORCH_NORM if any(layer.batch_normalization for layer in network.layers) else []),
        "",
        "class Network(nn.Module):",
        "    def __init__(self):",
        "        super().__init__()",
        *made,
        "",
        "    def forward(self, x):",
        *(["        x = with_features(x)"] if network.features else []),
        *passed,
        "        return x",
        "",
        "",
        "model = Network()",
        "with torch.no_grad():  # nn.Linear keeps weights as (units, inputs)",
        *copied,
    ]
    if training:
        values = dict(training.optimizer_parameters) | {"learning_rate": training.learning_rate}
        if training.schedule == "constant":
            optimizing = _torch_optimizer(OPTIMIZERS[training.optimizer], values)
        else:
            optimizing = _torch_scheduled(training)
        parameters = dict(training.loss_parameters) | ({"from_logits": True} if from_logits else {})
        first, *rest = loss_code.function("pytorch", training.loss, parameters)
        if from_logits:
            rest.insert(0, "    y_pred = y_pred.logits")
        model += [*optimizing, "", "", first, *rest, ""]
        if training.l1 or training.l2:
            model += [
                "",
                "def penalty():  # add it to the loss",
                '    weights = [p for name, p in model.named_parameters() if name.endswith("weight")]',
                f"    l1, l2 = {number_text(training.l1)}, {number_text(training.l2)}",
                "    return sum(l1 * w.abs().sum() + l2 * w.square().sum() for w in weights)",
                "",
            ]
    acts = any(layer.batch_normalization or layer.dropout for layer in network.layers)
    last = [
        *(["model.eval()  # in use; model.train() before it learns"] if acts else []),
        f"points = torch.tensor({_points(network)}, dtype=torch.float32)",
        "output = model(points)",
    ]
    needs_math = training is not None and "math." in SCHEDULES[training.schedule].torch
    imports = [*(["import math", ""] if needs_math else []), "import numpy as np", "import torch"]
    return [[*imports, "from torch import nn"], model, last]


NETWORK_SNIPPETS: dict[str, NetworkSnippet] = {
    record.name: record
    for record in (
        NetworkSnippet(
            name="keras",
            title="Keras",
            lines=_keras_network,
            stopping=lambda patience: [
                "# for model.fit(..., validation_data=(x_test, y_test), callbacks=[early_stopping])",
                f'early_stopping = keras.callbacks.EarlyStopping(monitor="val_loss", patience={patience})',
            ],
        ),
        NetworkSnippet(
            name="pytorch",
            title="PyTorch",
            lines=_torch_network,
            stopping=lambda patience: [
                "",
                "def is_enough(losses):  # of the test points, one for each epoch so far",
                f"    return len(losses) - 1 - losses.index(min(losses)) >= {patience}",
                "",
            ],
        ),
    )
}
"""The frameworks that write a network, in the order of the menu."""
