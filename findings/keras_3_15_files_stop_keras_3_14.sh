#!/usr/bin/env bash
# Keras 3.15.1: a model that it saves is not opened by 3.14.0, although nothing in it is new.
#
# Each initialiser writes `input_axes` and `output_axes` into the file, both null, and 3.14.0 refuses arguments that
# it has no name for. Without the two names the same file opens and answers alike. Before 3.14 the same goes for
# `renorm`, `renorm_clipping` and `renorm_momentum` of BatchNormalization.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for version in 3.15.1 3.14.0; do
  python3 -m venv "$folder/$version"
  "$folder/$version/bin/python" -m pip install --quiet "keras==$version" numpy==2.4.6 scipy jax
done
cd "$folder"
export KERAS_BACKEND=numpy
cat > save.py << 'PYTHON'
import json
import zipfile

import keras
import numpy as np

keras.utils.set_random_seed(0)
model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
model.save("whole.keras")
np.save("answer.npy", model.predict(np.ones((1, 3)), verbose=0))
with zipfile.ZipFile("whole.keras") as before, zipfile.ZipFile("without.keras", "w") as after:
    for name in before.namelist():
        data = before.read(name)
        if name == "config.json":
            text = json.dumps(json.loads(data))
            for argument in ("input_axes", "output_axes", "quantization_config"):
                text = text.replace(f', "{argument}": null', "")
            data = text.encode()
        after.writestr(name, data)
PYTHON
cat > open.py << 'PYTHON'
import keras
import numpy as np

try:
    keras.models.load_model("whole.keras")
    raise SystemExit("It opens: this finding is over.")
except TypeError as error:
    print("whole:", str(error).split("encountered: ")[-1].strip())
model = keras.models.load_model("without.keras")
assert np.allclose(model.predict(np.ones((1, 3)), verbose=0), np.load("answer.npy"))
print("without the names: it opens, and answers alike")
PYTHON
3.15.1/bin/python save.py
3.14.0/bin/python open.py
