#!/usr/bin/env bash
# Keras 3.15.1 with tf2onnx 1.17.0: models with GELU, CELU, a grouped convolution or a transposed one with gaps are
# exported to ONNX without a complaint, and no runtime opens the files.
#
# GELU stays an Erfc, CELU an Expm1, a Conv2D with two groups a StatefulPartitionedCall, none of which ONNX has; a
# Conv2DTranspose whose strides are larger than its kernel gets negative pads. onnx.checker and ONNX Runtime refuse
# all four at every opset that is accepted, 15, 17 and 18 tried; 20, which has a Gelu, is "not supported yet". GELU by its
# approximation is exported well.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet keras==3.15.1 tensorflow==2.21.0 tf2onnx==1.17.0 onnx==1.23.2 \
  onnxruntime==1.32.0 numpy==2.4.6
cd "$folder"
cat > unknown.py << 'PYTHON'
import keras
import numpy as np
import onnx
import onnxruntime
from keras import layers

CASES = {
    "GELU by tanh": (layers.Activation(lambda x: keras.activations.gelu(x, approximate=True)), None),
    "GELU": (layers.Activation("gelu"), "Erfc"),
    "CELU": (layers.Activation("celu"), "Expm1"),
    "two groups": (layers.Conv2D(4, 3, groups=2), "StatefulPartitionedCall"),
    "gaps": (layers.Conv2DTranspose(3, 2, strides=3), "negative"),
}
picture = np.linspace(-1, 1, 144, dtype="float32").reshape(1, 6, 6, 4)
for name, (layer, unknown) in CASES.items():
    model = keras.Sequential([keras.Input((6, 6, 4)), layer])
    expected = keras.ops.convert_to_numpy(model(picture))
    for opset in (15, 17, 18):
        model.export("model.onnx", format="onnx", verbose=False, opset_version=opset)
        try:
            session = onnxruntime.InferenceSession("model.onnx")
        except Exception as error:  # several of its own
            assert unknown and unknown in str(error)
            try:
                onnx.checker.check_model(onnx.load("model.onnx"), full_check=True)
            except Exception as refusal:
                assert unknown in str(refusal) or "ConvTranspose" in str(refusal)
            else:
                raise AssertionError("The checker lets it pass.")
            outcome = f"refused for {unknown}"
        else:
            found = session.run(None, {session.get_inputs()[0].name: picture})[0]
            assert unknown is None and np.abs(found - expected).max() < 1e-5
            outcome = "answers alike"
        print("case", name, "opset", opset, outcome)
    try:
        model.export("model.onnx", format="onnx", verbose=False, opset_version=20)
    except ValueError as error:
        assert "not supported yet" in str(error)
    else:
        raise AssertionError("Opset 20 is supported.")
PYTHON
"$folder/venv/bin/python" unknown.py 2> /dev/null | grep ^case
