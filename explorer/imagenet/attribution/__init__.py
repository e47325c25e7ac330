"""Why a network answers as it does: which parts of a picture, and which channels, speak for a class.

    picture -> network -> logit of a class -> its gradient, or how it falls when a part is hidden -> map

Explanations are of the logit, before the softmax, in which one class cannot fall because another one rises.
Maps keep the size in which they were computed, and no map is scaled: one that is zero everywhere says that
nothing was found.

What takes long comes in pieces, as `explorer.pieces` says.
"""

from explorer.imagenet.attribution.class_activation import cams, grad_cam, hires_cam, is_flat, layer_cam
from explorer.imagenet.attribution.decomposition import Contributions, contributions
from explorer.imagenet.attribution.engine import CAMS
from explorer.imagenet.attribution.feature_visualisation import (
    PARAMETRISATIONS,
    MaximisationSettings,
    maximise,
)
from explorer.imagenet.attribution.gradients import (
    Completeness,
    completeness,
    integrated_gradients,
    saliency,
    smooth_grad,
)
from explorer.imagenet.attribution.perturbation import (
    FILLS,
    deletion_curve,
    filled,
    occlusion,
    occlusion_cost,
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
    "filled",
    "grad_cam",
    "hires_cam",
    "integrated_gradients",
    "is_flat",
    "layer_cam",
    "maximise",
    "occlusion",
    "occlusion_cost",
    "randomised",
    "saliency",
    "smooth_grad",
    "weighted_layers",
]
