#!/usr/bin/env bash
# ONNX Runtime 1.32.0 on the CPU: auto_pad SAME_UPPER and SAME_LOWER pad as if there were no dilation.
#
# SAME promises ceil(size / stride) cells. A row of seven pooled by three cells that lie two apart needs two cells of
# padding on each side; ONNX Runtime lays one, and MaxPool gives five cells instead of seven, whose windows begin
# one place too late. No word is said of it. Conv does the same and then refuses to run. With the pads written
# out all is right.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet onnx==1.23.2 onnxruntime==1.32.0 numpy==2.4.6
cd "$folder"
cat > same.py << 'PYTHON'
import numpy as np
import onnxruntime
from onnx import TensorProto, helper

onnxruntime.set_default_logger_severity(4)
row = np.arange(1, 8, dtype="float32").reshape(1, 1, 1, 7)
ones = np.ones((1, 1, 1, 3), "float32")


def answer(operator, **attributes):
    feed = {"x": row} | ({"w": ones} if operator == "Conv" else {})
    node = helper.make_node(operator, list(feed), ["y"], kernel_shape=[1, 3], dilations=[1, 2], **attributes)
    infos = [helper.make_tensor_value_info(name, TensorProto.FLOAT, value.shape) for name, value in feed.items()]
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, None)
    model = helper.make_model(
        helper.make_graph([node], "same", infos, [y]), opset_imports=[helper.make_opsetid("", 21)], ir_version=10
    )
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, feed)[0].ravel().tolist()


for operator, written in (("MaxPool", [3, 4, 5, 6, 7, 6, 7]), ("Conv", [4, 6, 9, 12, 15, 10, 12])):
    assert answer(operator, pads=[0, 2, 0, 2]) == written
    for pad in ("SAME_UPPER", "SAME_LOWER"):
        try:
            found = answer(operator, auto_pad=pad)
        except Exception as error:  # of its own kind
            found = type(error).__name__
        print(operator, pad, found, "with pads written out", written)
        assert found == ([4, 5, 6, 7, 6] if operator == "MaxPool" else "InvalidArgument")
PYTHON
"$folder/venv/bin/python" same.py
