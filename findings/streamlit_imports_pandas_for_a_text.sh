#!/usr/bin/env bash
# Streamlit 1.67.0: a component of the second kind that is given a text has pandas and PyArrow imported.
#
# Whether data holds a table is asked of a function that imports both before it looks, whatever came. So the first
# run of an app without any table waits for them, with hundreds of modules more. Without data it does not.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/environment"
"$folder/environment/bin/python" -m pip install --quiet streamlit==1.67.0
cat > "$folder/mount.py" << 'PYTHON'
import sys

from streamlit.testing.v1 import AppTest

APP = """
import streamlit as st

show = st.components.v2.component("shown", html="<p></p>", js="export default () => {}")
show(data=%s)
"""


def imported(data):
    before = set(sys.modules)
    app = AppTest.from_string(APP % data, default_timeout=60).run()
    assert not app.exception, app.exception
    return set(sys.modules) - before


assert not imported("None") & {"pandas", "pyarrow"}
print("data=None: neither is imported")
found = imported("'a text'")
if not {"pandas", "pyarrow"} <= found:
    raise SystemExit("They are not imported: this finding is over.")
print("data='a text': both are imported")
assert len(found) > 300
PYTHON
cd "$folder" && environment/bin/python mount.py 2> /dev/null
