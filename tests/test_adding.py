"""Adding a record to a table is all that an addition takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import backends
import driving
import numpy as np
import pytest
from numpy.testing import assert_allclose

from explorer import compute, parameters, pipeline
from explorer.activations import ACTIVATIONS, Activation
from explorer.activations.functions import sigmoid, softplus
from explorer.calculus import Range
from explorer.code.imagenet import code as imagenet_code
from explorer.code.mlp import NETWORK_SNIPPETS, network_code
from explorer.code.pipeline import PIPELINE_SNIPPETS, pipeline_code
from explorer.code.preparation import Preparation
from explorer.convolution.kernels import KERNELS, Kernel
from explorer.imagenet import outputs, predictions, structure
from explorer.imagenet.networks import NETWORKS, Backbone, Network
from explorer.images import sample
from explorer.losses import LOSSES, Domain, Loss, LossCurve
from explorer.losses.forms import Form
from explorer.mlp import datasets
from explorer.mlp.layers import Dense
from explorer.mlp.network import DenseNetwork
from explorer.mlp.objective import Training
from explorer.mlp.trainer import Trainer
from pages.activations.operation import ACTIVATE
from pages.components.filters import FILTER as CONVOLVE
from pages.hidden_layers.operation import NETWORK
from pages.operations import OPERATIONS

LOG_SIGMOID = Activation(
    name="log_sigmoid",
    title="Log-sigmoid",
    formula=r"-\ln(1 + e^{-x})",
    derivative_formula=r"\frac{1}{1 + e^{x}}",
    why="The logarithm of a probability, without the loss of digits that two steps have.",
    source="Keras's documentation.",
    zero_centred=False,
    function=lambda x: -softplus(-x),
    slope=lambda x: sigmoid(-x),
    limits=lambda: Range(high=0.0),
    keras="keras.activations.log_sigmoid(x)",
    torch="torch.nn.functional.logsigmoid(x)",
    numpy="-np.logaddexp(0, -x)",
    torch_layer="torch.nn.LogSigmoid()",
    in_pipeline=True,
)


@pytest.fixture
def added(monkeypatch: pytest.MonkeyPatch) -> Activation:
    monkeypatch.setitem(ACTIVATIONS, LOG_SIGMOID.name, LOG_SIGMOID)
    return LOG_SIGMOID


def test_an_added_activation_is_in_the_menu_and_the_address(added):
    """The page's list of functions describes it, and its link reads back as itself."""
    functions = next(each for each in ACTIVATE if each.name == "curves")
    assert added.name in [each["name"] for each in functions.describe()["functions"]]
    value = functions.from_text(added.name)
    assert functions.to_text(value) == added.name
    assert parameters.checked(ACTIVATE, {"curves": value})["curves"] == value


@pytest.mark.parametrize("title", ["NumPy", "Keras", "PyTorch"])
def test_an_added_activation_is_on_the_page_with_its_code(added, title):
    """The page opens with it, and the program that it shows gives the curve of the screen."""
    if title == "PyTorch":
        pytest.importorskip("torch")
    app = driving.opened("activations/page.py", tab="Code", code=title, curves=added.name)
    assert not app.exception
    assert app.query_params["curves"] in (added.name, [added.name])
    names: dict[str, object] = {}
    exec(app.code[0].value, names)
    x = np.asarray(names["x"])
    assert_allclose(np.asarray(names["y"]), added.f(x), rtol=2e-6, atol=2e-6)


@pytest.mark.parametrize("framework", list(PIPELINE_SNIPPETS))
def test_an_added_activation_is_offered_by_a_pipeline_if_it_says_so(added, framework):
    """A pipeline's menu has it, its block computes it, and the programs name its layer."""
    choice = next(each for each in pipeline.BLOCKS["activation"].arguments if each.name == "activation")
    offered = {each["value"]: each["title"] for each in choice.describe()["options"]}
    assert offered[added.name] == added.title
    made = pipeline.from_text(f"activation~activation={added.name}")
    assert made.blocks[0].activation == added.name
    script = pipeline_code(framework, made, preparation=Preparation((8, 6)))
    written = {
        "keras": 'Activation("log_sigmoid"',
        "pytorch": "nn.LogSigmoid()",
        "numpy": "def log_sigmoid(x):",
    }
    assert written[framework] in script


CAUCHY = Loss(
    name="cauchy",
    title="Cauchy loss",
    group="Regression",
    formula=r"\frac{1}{d} \sum_i \ln\left( 1 + \tfrac{1}{2} (\hat y_i - y_i)^2 \right)",
    gradient_formula=r"\frac{1}{d} \cdot \frac{\hat y_i - y_i}{1 + \tfrac{1}{2} (\hat y_i - y_i)^2}",
    why="The further a point lies, the less it pulls: wild points are all but forgotten.",
    source="M. J. Black, P. Anandan, The robust estimation of multiple motions, 1996.",
    reduction="mean",
    function=lambda y_true, y_pred: np.log1p(np.square(y_pred - y_true) / 2),
    slope=lambda y_true, y_pred: (y_pred - y_true) / (1 + np.square(y_pred - y_true) / 2),
    target=Domain(title="number"),
    prediction=Domain(title="number"),
    numpy=Form(
        lines=("error = y_pred - y_true",),
        loss="np.mean(np.log1p(error**2 / 2))",
        gradient="error / (1 + error**2 / 2) / error.size",
    ),
    torch=Form(
        lines=("error = y_pred - y_true",),
        loss="torch.log1p(error.square() / 2).mean()",
    ),
    keras_operations=Form(
        lines=("error = y_pred - y_true",),
        loss="keras.ops.mean(keras.ops.log1p(keras.ops.square(error) / 2), -1)",
    ),
)


@pytest.fixture
def added_loss(monkeypatch: pytest.MonkeyPatch) -> Loss:
    monkeypatch.setitem(LOSSES, CAUCHY.name, CAUCHY)
    return CAUCHY


def test_an_added_loss_is_in_the_menus_and_the_address(added_loss):
    """Both pages that offer losses describe it, and its link reads back as itself."""
    plot = OPERATIONS["losses"].settings
    losses = next(each for each in plot if each.name == "losses")
    tasks = {task["name"]: task for task in losses.describe()["tasks"]}
    assert added_loss.name in [each["name"] for each in tasks["numbers"]["curves"]["functions"]]
    value = losses.from_text(f"numbers,{added_loss.name}")
    assert losses.to_text(value) == f"numbers,{added_loss.name}"
    assert parameters.checked(plot, {"losses": value})["losses"] == value
    menu = next(each for each in NETWORK if each.name == "loss")
    assert {"value": "cauchy", "title": "Cauchy loss", "detail": ""} in menu.describe()["options"]
    assert menu.checked("cauchy") == "cauchy"


def test_an_added_loss_is_plotted(added_loss):
    """The plot's line of it is the loss, and the menu can leave it out again."""
    curve = LossCurve("numbers", added_loss.name)
    assert curve.losses(4.0, 6.0) == pytest.approx(np.log(3))
    assert curve.slopes(4.0, 6.0) == pytest.approx(2 / 3)
    app = driving.opened("losses/page.py", losses=f"numbers,{added_loss.name}")
    assert not app.exception
    assert any("Cauchy" in each.value for each in app.markdown)


@pytest.mark.parametrize("title", ["NumPy", "Keras", "PyTorch"])
def test_an_added_loss_is_on_the_page_with_its_code(added_loss, title):
    """The program that the page shows gives the loss and the gradient of the screen."""
    if title == "PyTorch":
        pytest.importorskip("torch")
    query = {"losses": "numbers,cauchy", "numbers_target": "4", "numbers_prediction": "6"}
    app = driving.opened("losses/page.py", tab="Code", code=title, **query)
    assert not app.exception
    names: dict[str, object] = {}
    exec(app.code[0].value, names)
    found = [names[name] for name in ("loss", "gradient")]
    if title == "PyTorch":
        found[0] = found[0].detach()
    assert_allclose(np.ravel(found[0])[0], np.log(3), rtol=1e-6)
    assert_allclose(np.ravel(found[1])[0], 2 / 3, rtol=1e-6)


@pytest.mark.parametrize("framework", list(NETWORK_SNIPPETS))
def test_an_added_loss_trains_a_network_here_and_in_the_program(added_loss, framework):
    """Training makes it smaller, and the programs carry it as a function."""
    split = datasets.DATASETS["circle"].make(60, 0.1, 0).split(0.8, 0)
    network = DenseNetwork.create([Dense(3, "tanh"), Dense(1, "sigmoid")], seed=1)
    training = Training(added_loss.name, learning_rate=0.5)
    trainer = Trainer(network, split, training)
    trainer.epoch(20)
    assert trainer.history[-1].train_loss < trainer.history[0].train_loss
    script = network_code(framework, trainer.network, training)
    assert "def loss(y_true, y_pred):" in script
    assert "log1p" in script


@pytest.fixture
def added_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[Network]:
    """A narrower MobileNet than any in the table: all that is said of it stands in its record."""
    record = replace(
        NETWORKS["MobileNet-0.25-128"],
        name="MobileNet-0.25-160",
        title="MobileNet, a quarter as wide, 160 px",
        options={"alpha": 0.25, "input_shape": (160, 160, 3)},
        size=160,
        file="mobilenet_2_5_160_tf.h5",
        backbone=Backbone(
            layer="conv_pw_13_relu",
            features=256,
            block="block_13",
            block_inputs={"conv_pw_12_relu": (5, 5, 256)},
            tuned=67_840,
        ),
    )
    monkeypatch.setitem(NETWORKS, record.name, record)
    here = compute.Compute(backends.ThreadBackend)  # a worker process has its own table
    monkeypatch.setattr(compute, "_shared", here)
    yield record
    here.close()


def test_an_added_network_is_in_the_menus_and_the_address(added_network):
    """Both pages that work with a network offer it, and its link opens it."""
    for page, prefix in (("imagenet/page.py", ""), ("transfer/page.py", "teach_")):
        query = {f"{prefix}network": added_network.name, f"{prefix}weights": "random"}
        app = driving.opened(page, **query)
        assert not app.exception
        (menu,) = [box for box in app.selectbox if box.label == "Network"]
        assert menu.value == added_network.name
        assert any(option.startswith(added_network.title) for option in menu.options)


def test_an_added_network_predicts_and_is_looked_into(added_network):
    """It is built, its blocks are told by their names, and its maps and its backbone are where it says."""
    image = sample("chelsea")
    assert len(predictions.predict(added_network.name, image, weights="random")) == 5
    rows = structure.layers(added_network.name)
    assert "block_13" in {row.block for row in rows}
    maps = outputs.layer_output(added_network.name, image, added_network.backbone.layer, weights="random")
    assert maps.shape == (5, 5, added_network.backbone.features)
    assert "input_shape=(160, 160, 3)" in imagenet_code(added_network.name, "conv_pw_13_relu", 281)


EMBOSS = Kernel(
    name="emboss_downwards",
    title="Emboss, downwards",
    why="A picture lit from above: edges that grow brighter upwards shine.",
    source="Made for this test.",
    group="Edges",
    size=(3, 3),
    sizes=KERNELS["sobel_x"].sizes,
    build=lambda size: np.outer(np.arange(size[0]) - size[0] // 2, np.ones(size[1])).astype(np.float32),
)


@pytest.fixture
def added_kernel(monkeypatch: pytest.MonkeyPatch) -> Kernel:
    monkeypatch.setitem(KERNELS, EMBOSS.name, EMBOSS)
    return EMBOSS


def test_an_added_kernel_is_in_the_menu_and_the_address(added_kernel):
    """The page's menu describes it with its weights, and its link reads back as itself."""
    kernel = next(each for each in CONVOLVE if each.name == "kernel")
    assert added_kernel.name in str(kernel.describe())
    value = kernel.from_text(f"{added_kernel.name}~3x3")
    assert kernel.to_text(value) == f"{added_kernel.name}~3x3"
    assert parameters.checked(CONVOLVE, {"kernel": value})["kernel"] == value


def test_an_added_kernel_filters_the_picture_and_a_pipeline(added_kernel):
    """The page opens with it, its program has its weights, and a bank of a pipeline can hold it."""
    app = driving.opened("convolution/page.py", tab="Code", kernel=f"{added_kernel.name}~3x3")
    assert not app.exception
    assert "[-1, -1, -1]" in app.code[0].value
    made = pipeline.from_text(f"convolution~bank={added_kernel.name}=3x3")
    assert_allclose(made.blocks[0].bank[0].weights(), added_kernel.weights)
