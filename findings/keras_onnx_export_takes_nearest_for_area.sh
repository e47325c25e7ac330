#!/usr/bin/env bash
# Keras 3.15.1 with tf2onnx 1.17.0: a Resizing layer with interpolation "area" is exported to ONNX as nearest neighbour.
#
# The file is valid, is exported without a word, and answers with single pixels where the model answers with means: a
# chequered picture of 0 and 1 made half as large is grey in Keras and white or black in ONNX Runtime.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet keras==3.15.1 tensorflow==2.21.0 tf2onnx==1.17.0 onnx==1.23.2 \
  onnxruntime==1.32.0 numpy==2.4.6
cd "$folder"
cat > area.py << 'PYTHON'
import keras
import numpy as np
import onnx
import onnxruntime

model = keras.Sequential([keras.Input((4, 4, 1)), keras.layers.Resizing(2, 2, interpolation="area")])
board = (np.indices((4, 4)).sum(0) % 2).astype("float32")[None, ..., None]
answer = keras.ops.convert_to_numpy(model(board))[0, ..., 0]
model.export("area.onnx", format="onnx", verbose=False)
file = onnx.load("area.onnx")
onnx.checker.check_model(file, full_check=True)
(resize,) = [node for node in file.graph.node if node.op_type == "Resize"]
mode = next(each.s.decode() for each in resize.attribute if each.name == "mode")
session = onnxruntime.InferenceSession("area.onnx")
exported = session.run(None, {session.get_inputs()[0].name: board})[0][0, ..., 0]
print("Keras", answer.tolist(), "ONNX", mode, exported.tolist())
assert (answer == 0.5).all()
assert mode == "nearest" and set(exported.ravel()) <= {0.0, 1.0}
PYTHON
"$folder/venv/bin/python" area.py 2> /dev/null | grep ONNX
