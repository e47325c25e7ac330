"""Every activation of the table gives the same as a graph of ONNX."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from numpy.testing import assert_allclose

from explorer.activations import ACTIVATIONS, softmax
from explorer.activations.onnx_forms import OnnxFormError, write_activation
from explorer.onnx_writer import OnnxWriter, opened

X = np.concatenate([np.linspace(-8, 8, 161), [-60, -20, -1e-3, 1e-3, 20, 60]]).astype(np.float32)[np.newaxis]


def by_onnx(name, **parameters):
    graph = OnnxWriter("test")
    x = graph.input("x", ["n", X.shape[1]])
    data = graph.file(write_activation(graph, name, x, **parameters), "y", ["n", X.shape[1]], {})
    return opened(data)(X)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_an_activation_gives_the_same_as_onnx(name):
    """With the defaults of its parameters and with the middle between them and their upper ends."""
    record = ACTIVATIONS[name]
    other = {each.name: (each.default + each.high) / 2 for each in record.parameters}
    for parameters in ({}, other):
        expected = record.f(X, **parameters)
        assert_allclose(by_onnx(name, **parameters), expected, rtol=2e-5, atol=2e-6)


def test_softmax_gives_the_same_as_onnx():
    """Rows that add up to 1."""
    assert_allclose(by_onnx("softmax"), softmax(X), atol=1e-6)


def test_what_is_unknown_is_said(monkeypatch):
    """An activation that is not there, and one whose line of NumPy ONNX has nothing for."""
    with pytest.raises(OnnxFormError, match="no activation 'tangent'; choose one of linear,"):
        by_onnx("tangent")
    monkeypatch.setitem(ACTIVATIONS, "tanh", dataclasses.replace(ACTIVATIONS["tanh"], numpy="np.i0(x)"))
    with pytest.raises(
        OnnxFormError, match=r"Tanh is not written as ONNX, as 'np.i0' is not known there; choose"
    ):
        by_onnx("tanh")
    monkeypatch.setitem(ACTIVATIONS, "tanh", dataclasses.replace(ACTIVATIONS["tanh"], numpy="[x]"))
    with pytest.raises(OnnxFormError, match=r"as '\[x\]' is not known there"):
        by_onnx("tanh")
