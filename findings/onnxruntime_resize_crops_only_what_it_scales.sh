#!/usr/bin/env bash
# ONNX Runtime 1.32.0 on the CPU: Resize with tf_crop_and_resize does not crop an axis whose size stays the same.
#
# roi says which part of each axis is brought to the new size. The middle third of four columns brought to four columns
# is 2, 2.33, 2.67, 3; ONNX Runtime gives 1, 2, 3, 4, the whole row. Cropped to two columns it is right, and so is the
# other axis. An axis of an unchanged size counts as one that nothing is to be done to. ONNX's own reference
# evaluator crops both.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet onnx==1.23.2 onnxruntime==1.32.0 numpy==2.4.6
cd "$folder"
cat > crop.py << 'PYTHON'
import numpy as np
import onnx.reference
import onnxruntime
from onnx import TensorProto, helper

third = [0, 0, 0, 1 / 3, 1, 1, 1, 2 / 3]  # starts, then ends, as parts of n - 1
row = np.arange(1, 5, dtype="float32").reshape(1, 1, 1, 4)


def resized(columns):
    node = helper.make_node(
        "Resize", ["x", "roi", "", "sizes"], ["y"], mode="linear", coordinate_transformation_mode="tf_crop_and_resize"
    )
    constants = [
        helper.make_tensor("roi", TensorProto.FLOAT, [8], third),
        helper.make_tensor("sizes", TensorProto.INT64, [4], [1, 1, 1, columns]),
    ]
    x, y = (helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in "xy")
    model = helper.make_model(
        helper.make_graph([node], "crop", [x], [y], constants), opset_imports=[helper.make_opsetid("", 21)], ir_version=10
    )
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    (reference,) = onnx.reference.ReferenceEvaluator(model).run(None, {"x": row})
    return reference.ravel(), session.run(None, {"x": row})[0].ravel()


for columns in (2, 3, 4, 5):
    reference, found = resized(columns)
    print("to", columns, "reference", reference.round(2).tolist(), "ONNX Runtime", found.round(2).tolist())
    assert np.allclose(reference, np.linspace(2, 3, columns), atol=1e-5)
    assert np.allclose(found, reference, atol=1e-5) if columns != 4 else np.array_equal(found, [1, 2, 3, 4])
PYTHON
"$folder/venv/bin/python" crop.py
