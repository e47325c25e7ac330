#!/usr/bin/env bash
# Streamlit 1.67.0: the first element that a server draws waits until Python has found the file of every module.
#
# To see whether it is typed line by line, Streamlit looks at the whole stack, once a process, and `inspect` then
# resolves the path of each module that is imported. That is some hundreds for Streamlit alone, and more with what
# an app imports. It happens in a person's run, though nothing about it depends on the run; the second element
# looks up none. A glance at the outermost frame alone, whose file it wants, looks up none either.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/environment"
"$folder/environment/bin/python" -m pip install --quiet streamlit==1.67.0
cat > "$folder/draw.py" << 'PYTHON'
import inspect
import sys

import streamlit as st

looked_up = 0
find = inspect.getabsfile


def counted(*arguments):
    global looked_up
    looked_up += 1
    return find(*arguments)


inspect.getabsfile = counted


def drawing(text):
    before = looked_up
    st.text(text)
    return looked_up - before


first, second = drawing("one"), drawing("two")
before, frame = looked_up, sys._getframe()
while frame.f_back:
    frame = frame.f_back
assert frame.f_code.co_filename.endswith("draw.py")
print(f"Modules: {len(sys.modules)}. Looked up by the first element: {first}, by the second: {second}.")
print(f"By a glance at the outermost frame: {looked_up - before}.")
if first < 300 or second:
    raise SystemExit("They are not looked up at the first element: this finding is over.")
PYTHON
cd "$folder" && environment/bin/python draw.py 2> /dev/null
