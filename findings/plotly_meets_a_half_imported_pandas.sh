#!/usr/bin/env bash
# Plotly 7.1.0: a figure raises AttributeError while another thread imports pandas for the first time.
#
# To find out whether it was given a data frame, Plotly looks for pandas in sys.modules, without importing it, and
# uses what it finds. Python puts a module there before its body has run, so a thread that builds a figure from a
# plain list meets a pandas without Series. Here the import is held up for a second, so that it happens every time;
# a server with several sessions meets it by chance.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet plotly==7.1.0 pandas==3.1.1 numpy==2.4.6
cd "$folder"
cat > meet.py << 'PYTHON'
import importlib.util
import sys
import threading
import time

import plotly.graph_objects as go


class HeldUp:
    def find_spec(self, name, path=None, target=None):
        if name != "pandas":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        run = spec.loader.exec_module
        spec.loader.exec_module = lambda module: (time.sleep(1), run(module))
        return spec


sys.meta_path.insert(0, HeldUp())
importing = threading.Thread(target=lambda: __import__("pandas"))
importing.start()
while "pandas" not in sys.modules:
    time.sleep(0.01)
try:
    go.Figure(go.Scatter(x=[1, 2], y=[3, 4]))
    print("during the import: built")
except Exception as error:
    print(f"during the import: {type(error).__name__}: {error}")
importing.join()
go.Figure(go.Scatter(x=[1, 2], y=[3, 4]))
print("after the import: built")
PYTHON
"$folder/venv/bin/python" meet.py | tee seen.txt
grep -q "^during the import: AttributeError: .*module 'pandas'.* has no attribute" seen.txt
grep -q '^after the import: built$' seen.txt
