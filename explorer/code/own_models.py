"""A model that was brought along as a part of a program: Keras opens its file, layers are laid flat."""

from __future__ import annotations

from pathlib import PurePosixPath

from explorer.imagenet.networks import Network, NetworkRecord
from explorer.imagenet.own_networks import OwnNetwork

DEFINITION = '''

def lay_flat(model, x, outputs, place=""):
    """Call the layers of a model one by one, those of models in it too; note each output by its place."""

    def call(layer, *inputs, **more):
        here = place + layer.name
        if isinstance(layer, keras.Model):
            outputs[here] = lay_flat(layer, inputs[0], outputs, here + "/")
        else:
            if isinstance(layer, keras.Layer):
                more["training"] = False
            outputs[here] = layer(*inputs, **more)
        return outputs[here]

    if isinstance(model, keras.Sequential):
        for layer in model.layers:
            x = call(layer, x)
        return x
    inlet = [x] if isinstance(model.input, list) else x
    keras.models.clone_model(model, inlet, lambda layer: layer, call_function=call)
    return outputs[place + model.output_names[0]]
'''


def file_of(record: NetworkRecord) -> str:
    """Name the file that a program opens: the one that the network is from, or another that Keras opens.

    Keras 3 opens few files of Keras 2 and none of ONNX.
    """
    if not isinstance(record, OwnNetwork):
        assert isinstance(record, Network)
        return record.file
    return record.file if record.opens_in_keras else f"{PurePosixPath(record.file).stem}_backbone.keras"


def opened(record: OwnNetwork, variable: str, random: bool) -> str:
    """Write the lines that open the model.

    Args:
        record: The model.
        variable: What it is called.
        random: Whether its weights are to be drawn anew.
    """
    lines = [f"{variable} = keras.models.load_model({file_of(record)!r}, compile=False)"]
    if random:
        lines.append(
            f"{variable} = keras.models.clone_model({variable})  # other random weights than the page's"
        )
    return "\n".join(lines)


def features(record: OwnNetwork, variable: str) -> str:
    """Write the lines that make `features` of the scaled picture `x`."""
    backbone = record.backbone
    place = "/".join(record.place) if record.opens_in_keras else backbone.layer
    grey = "x[..., :1]" if record.channels == 1 else "x"
    last = f"outputs[{place!r}]"
    lines = ["outputs = {}", f"lay_flat({variable}, {grey}, outputs)"]
    if backbone.has_maps:
        lines.append(f"features = keras.layers.GlobalAveragePooling2D()({last})")
    else:
        lines.append(f"features = keras.layers.Flatten()({last})")
    return "\n".join(lines)
