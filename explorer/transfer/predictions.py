"""What a trained head says of a picture, and why."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from explorer.activations import softmax
from explorer.imagenet.attribution.engine import cam
from explorer.imagenet.engine.opening import open_engine
from explorer.imagenet.networks import Pixels
from explorer.imagenet.preprocessing import preprocess
from explorer.imagenet.structure import spatial_layers
from explorer.images import Array
from explorer.pieces import Pieces, Progress, Runner, call, in_pieces
from explorer.transfer.backbones import block_inputs, last_maps, pooled
from explorer.transfer.fine_tuning import trainable_layers
from explorer.transfer.heads import backward, forward, head_logits
from explorer.transfer.plan import Plan, TransferError
from explorer.transfer.training_job import TrainedClassifier


def predict(trained: TrainedClassifier, pixels: Pixels) -> Array:
    """Return the probability of each class for a picture, float32 (classes,)."""
    found: Array = predict_many(trained, [pixels])[0]
    return found


def predict_many(trained: TrainedClassifier, pictures: Sequence[Pixels]) -> Array:
    """Return the probabilities of pictures, float32 (n, classes), from one pass."""
    return softmax(head_logits(trained.head, pooled(_classifier_maps(trained, np.stack(pictures)))))


def tuned_features(trained: TrainedClassifier, pixels: Pixels) -> Array:
    """Return the features (d,) that the head takes: those of `features` unless the block was fine-tuned."""
    found: Array = pooled(_classifier_maps(trained, pixels[np.newaxis]))[0]
    return found


@in_pieces
def tuned_features_of_pictures(
    trained: TrainedClassifier, pictures: Sequence[Pixels], *, run: Runner = call
) -> Pieces[Array]:
    """Compute the features of each picture with the block that was fine-tuned; the value is (done, d)."""
    found: list[Array] = []
    for pixels in pictures:
        found.append(run(tuned_features, trained, pixels))
        yield Progress(len(found), len(pictures), np.stack(found))


def _classifier_maps(trained: TrainedClassifier, pictures: Pixels) -> Array:
    place = trained.plan.network, trained.plan.weights
    if not trained.block:
        return last_maps(place, pictures)
    return trainable_layers(place).maps(block_inputs(place, pictures), trained.block)


def grad_cam(trained: TrainedClassifier, pixels: Pixels, class_index: int | None = None) -> Array:
    """Return what speaks for a class and where, in the last maps: Grad-CAM of the new head.

    As `attribution.grad_cam` of the old one. Where the features are averages, the mean gradient of a logit in
    a map's h w cells is the gradient of its feature, divided by h w. Of another network it goes back from the
    features to the last layer with rows and columns.

    Args:
        trained: What was learned.
        pixels: What the network sees.
        class_index: The class, or None for the most probable one.

    Returns:
        float32 (h, w), the size of the maps.

    Raises:
        TransferError: If there is no such class.
    """
    maps = _classifier_maps(trained, pixels[np.newaxis])
    inputs, logits = forward(trained.head, pooled(maps))
    count = len(trained.classes)
    chosen = int(logits.argmax()) if class_index is None else class_index
    if not 0 <= chosen < count:
        raise TransferError(
            f"The classes are 0 to {count - 1}, and {class_index!r} came; choose one of them."
        )
    _, slopes = backward(trained.head, inputs, np.eye(count, dtype=np.float32)[[chosen]])
    if not trained.plan.backbone.has_maps:
        return _behind_features(trained.plan, pixels, slopes)
    weights = slopes[0] / np.float32(maps[0, ..., 0].size)
    cam: Array = np.maximum((maps[0] * weights).sum(axis=-1), np.float32(0))
    return cam


def _behind_features(plan: Plan, pixels: Pixels, slopes: Array) -> Array:
    """Grad-CAM in the last maps, of the gradient (1, d) of a logit at features that are no averages."""
    engine = open_engine(plan.network, plan.weights)
    layer = spatial_layers(plan.network)[-1]
    maps = engine.forward(preprocess(plan.network, pixels[np.newaxis]))
    gradients = engine.backward(maps, slopes, [layer], start=plan.backbone.layer)
    return cam(maps[layer][0], gradients[layer][0], "grad_cam")
