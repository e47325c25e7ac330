"""Adding a record to a table is all that an addition takes."""

from __future__ import annotations

import driving
import numpy as np
import pytest
from numpy.testing import assert_allclose

from explorer import parameters, pipeline
from explorer.activations import ACTIVATIONS, Activation
from explorer.activations.functions import sigmoid, softplus
from explorer.calculus import Range
from explorer.code.pipeline import PIPELINE_SNIPPETS, pipeline_code
from explorer.code.preparation import Preparation
from pages.activations.operation import ACTIVATE

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
    assert ('Activation("log_sigmoid"' if framework == "keras" else "nn.LogSigmoid()") in script
