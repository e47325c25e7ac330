"""What was learned gives the same as a file of ONNX."""

from __future__ import annotations

import onnx
import pytest
from numpy.testing import assert_allclose

from explorer import images
from explorer.imagenet import preprocessing
from explorer.imagenet.engine import onnx_layers
from explorer.imagenet.engine.graph import GraphBuilder
from explorer.imagenet.engine.layers import GlobalAveragePooling2DLayer, TwoClassesLayer
from explorer.imagenet.engine.network import EngineNetwork
from explorer.imagenet.networks import NETWORKS, NetworkError
from explorer.onnx_writer import IR_VERSION, OPSET, OnnxWriter
from explorer.transfer import training
from explorer.transfer.heads import initial_head
from explorer.transfer.onnx_files import onnx_answers, onnx_file
from explorer.transfer.plan import Plan
from explorer.transfer.predictions import predict_many
from explorer.transfer.training_job import TrainedClassifier

CLASSES = ("cat", "cup of coffee", "Löwe")


def pictures(name):
    return [preprocessing.seen(name, images.sample(sample)) for sample in ("chelsea", "coffee", "rocket")]


# VGG-16 has no layer that ResNet-50 has not, and random weights for its 138 million parameters take long.
@pytest.mark.parametrize("name", [name for name in NETWORKS if name != "VGG16"])
def test_every_network_gives_the_same_as_onnx(name):
    """With each of their layers, and a head with a hidden layer: ONNX Runtime and the explorer to 1e-5."""
    plan = Plan(name, weights="random", head="hidden")
    trained = TrainedClassifier(plan, CLASSES, initial_head(plan, plan.backbone.features, 3))
    shown = pictures(name)
    assert_allclose(onnx_answers(onnx_file(trained), shown), predict_many(trained, shown), atol=1e-5)


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # in Keras
def test_a_fine_tuned_network_gives_the_same_as_onnx():
    """With a block that has learned as well; the file says its classes, and of what version it is."""
    plan = Plan(
        "MobileNet-0.25-128", weights="random", fine_tune=True, epochs=3, tune_epochs=2, tune_rate=0.01
    )
    shown = pictures(plan.network)
    samples = [(pixels, label) for label, pixels in enumerate(shown)]
    trained = training.train(plan, samples, [], CLASSES).trained
    data = onnx_file(trained)
    assert_allclose(onnx_answers(data, shown), predict_many(trained, shown), atol=1e-5)
    model = onnx.load_from_string(data)
    assert {each.key: each.value for each in model.metadata_props} == {"labels": "\n".join(CLASSES)}
    assert (model.ir_version, model.opset_import[0].version) == (IR_VERSION, OPSET)
    taken, given = model.graph.input[0], model.graph.output[0]
    sizes = [each.dim_param or each.dim_value for each in taken.type.tensor_type.shape.dim]
    assert (taken.name, sizes, given.name) == ("picture", ["n", 128, 128, 3], "probabilities")


def test_a_layer_without_a_counterpart_is_refused():
    """Which layer it is, and what to do."""
    net = GraphBuilder(4)
    row = net.add(GlobalAveragePooling2DLayer(), net.input, name="row")
    two = net.add(TwoClassesLayer(), row, name="two")
    network = EngineNetwork(net.build(two), {})
    graph = OnnxWriter("test")
    with pytest.raises(NetworkError, match="A layer TwoClasses is not written as ONNX; choose a network"):
        onnx_layers.write_layers(graph, network, graph.input("pixels", ["n", 3, 4, 4]), "two")
