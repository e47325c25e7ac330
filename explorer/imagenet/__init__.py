"""Networks trained on ImageNet: their answers, their layers, and why they answer so."""

from explorer.imagenet.attribution import (
    grad_cam,
    hires_cam,
    integrated_gradients,
    layer_cam,
    occlusion,
    saliency,
    smooth_grad,
)
from explorer.imagenet.networks import NETWORKS, Network
from explorer.imagenet.outputs import layer_output, layer_outputs
from explorer.imagenet.predictions import Prediction, predict
from explorer.imagenet.structure import Layer, layers

__all__ = [
    "NETWORKS",
    "Layer",
    "Network",
    "Prediction",
    "grad_cam",
    "hires_cam",
    "integrated_gradients",
    "layer_cam",
    "layer_output",
    "layer_outputs",
    "layers",
    "occlusion",
    "predict",
    "saliency",
    "smooth_grad",
]
