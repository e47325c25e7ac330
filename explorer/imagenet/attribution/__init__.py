"""Why a network answers as it does: which parts of a picture, and which channels, speak for a class.

    picture -> network -> logit of a class -> its gradient, or how it falls when a part is hidden -> map

Explanations are of the logit, before the softmax, in which one class cannot fall because another one rises.
Maps keep the size in which they were computed, and no map is scaled: one that is zero everywhere says that
nothing was found.

What takes long comes in pieces, as `explorer.imagenet.pieces` says.
"""

from explorer.imagenet.attribution.class_activation import cams, grad_cam, hires_cam, is_flat, layer_cam
from explorer.imagenet.attribution.decomposition import Contributions, contributions
from explorer.imagenet.attribution.engine import CAMS
from explorer.imagenet.attribution.feature_visualisation import (
    PARAMETRISATIONS,
    MaximisationSettings,
    maximise,
    maximise_pieces,
)
from explorer.imagenet.attribution.gradients import (
    Completeness,
    completeness,
    integrated_gradients,
    integrated_gradients_pieces,
    saliency,
    smooth_grad,
    smooth_grad_pieces,
)
from explorer.imagenet.attribution.perturbation import (
    FILLS,
    deletion_curve,
    deletion_curve_pieces,
    filled,
    occlusion,
    occlusion_cost,
    occlusion_pieces,
)
from explorer.imagenet.attribution.randomisation import RANDOMISABLE, randomised, weighted_layers

__all__ = [
    "CAMS",
    "FILLS",
    "PARAMETRISATIONS",
    "RANDOMISABLE",
    "Completeness",
    "Contributions",
    "MaximisationSettings",
    "cams",
    "completeness",
    "contributions",
    "deletion_curve",
    "deletion_curve_pieces",
    "filled",
    "grad_cam",
    "hires_cam",
    "integrated_gradients",
    "integrated_gradients_pieces",
    "is_flat",
    "layer_cam",
    "maximise",
    "maximise_pieces",
    "occlusion",
    "occlusion_cost",
    "occlusion_pieces",
    "randomised",
    "saliency",
    "smooth_grad",
    "smooth_grad_pieces",
    "weighted_layers",
]
