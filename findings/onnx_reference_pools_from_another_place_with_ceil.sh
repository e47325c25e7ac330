#!/usr/bin/env bash
# ONNX 1.23.2: with ceil_mode its reference evaluator begins the windows of AveragePool and LpPool outside the picture.
#
# ceil_mode lets the last window stick out at the end. Seven cells pooled by three with strides of three are the means
# 2, 5 and 7; ONNX Runtime gives them. The evaluator, which is what ONNX tests runtimes with, shares what sticks
# out between both ends and gives 1.5, 4, 6. LpPool scales its shortened windows up as well. A row's padding at the
# beginning alone is laid at the end by MaxPool, whose windows come one place too late.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet onnx==1.23.2 onnxruntime==1.32.0 numpy==2.4.6
cd "$folder"
cat > ceil.py << 'PYTHON'
import numpy as np
import onnx.reference
import onnxruntime
from onnx import TensorProto, helper

column = np.arange(1, 8, dtype="float32").reshape(1, 1, 7)


def answers(operator, size, strides, pads=(0, 0)):
    node = helper.make_node(operator, ["x"], ["y"], kernel_shape=[size], strides=[strides], pads=pads, ceil_mode=1)
    x, y = (helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in "xy")
    model = helper.make_model(
        helper.make_graph([node], "ceil", [x], [y]), opset_imports=[helper.make_opsetid("", 21)], ir_version=10
    )
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    (reference,) = onnx.reference.ReferenceEvaluator(model).run(None, {"x": column})
    found = [each.ravel().astype(float).round(3).tolist() for each in (reference, session.run(None, {"x": column})[0])]
    print(operator, size, strides, pads, "reference", found[0], "ONNX Runtime", found[1])
    return found


assert answers("AveragePool", 3, 3) == [[1.5, 4, 6], [2, 5, 7]]
assert answers("AveragePool", 2, 2) == [[1.5, 3.5, 5.5, 7]] * 2
reference, found = answers("LpPool", 2, 2)
assert reference[3] == 9.899 and found[3] == 7  # the root of 2 * 49, and of 49
assert answers("MaxPool", 2, 1, (1, 0)) == [[2, 3, 4, 5, 6, 7, 7], [1, 2, 3, 4, 5, 6, 7]]
PYTHON
"$folder/venv/bin/python" ceil.py
