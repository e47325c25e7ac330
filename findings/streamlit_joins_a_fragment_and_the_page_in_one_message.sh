#!/usr/bin/env bash
# Streamlit 1.67.0: what a component of the page and one of a fragment say in the same turn of the browser goes out as
# one message, which asks for a run of the fragment alone: the trigger of the page's component is lost.
#
# Its callback runs, since all values reach the session. But the body of the page, where a trigger is read, is not run,
# and the next run of it finds nothing any more. A turn later each has its own message, and both are heard. (Two
# different fragments bring a warning in the console; a fragment and the page bring none.)
#
# Needs a Chromium on the path.
set -euo pipefail
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome)
folder=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2> /dev/null || true; rm -rf "$folder"' EXIT
python3 -m venv "$folder/environment"
"$folder/environment/bin/python" -m pip install --quiet streamlit==1.67.0 playwright==1.65.2
cat > "$folder/app.py" << 'PYTHON'
import streamlit as st

SAYER = """
export default ({ data, setTriggerValue }) => {
  window["say_" + data] = () => setTriggerValue("said", data);
};
"""
sayer = st.components.v2.component("sayer", js=SAYER)
state = st.session_state
for name in ("called", "read"):
    state.setdefault(name, 0)


def called():
    state.called += 1


@st.fragment
def part():
    sayer(key="part", data="part", on_said_change=lambda: None)


part()
state.read += sayer(key="page", data="page", on_said_change=called).said is not None
st.text(f"called {state.called}, read {state.read}")
st.button("Again")
PYTHON
cat > "$folder/visit.py" << 'PYTHON'
import sys

from playwright.sync_api import sync_playwright

WAYS = {
    "the page alone": "say_page()",
    "a turn apart": "say_part(); setTimeout(say_page, 50)",
    "in one turn": "say_part(); say_page()",
}
found = []
with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=sys.argv[1], args=["--no-sandbox", "--disable-gpu"])
    for name, script in WAYS.items():
        page = browser.new_page()
        page.goto(f"http://localhost:{sys.argv[2]}/")
        page.wait_for_function("Boolean(window.say_part && window.say_page)")
        page.wait_for_timeout(500)
        page.evaluate(script)
        page.wait_for_timeout(1000)
        page.get_by_role("button", name="Again").click()
        page.wait_for_timeout(1000)
        found.append(page.get_by_text("called").inner_text())
        print(f"{name}: {found[-1]}")
        page.close()
    browser.close()
if found != ["called 1, read 1", "called 1, read 1", "called 1, read 0"]:
    raise SystemExit("It is another one: this finding is over.")
PYTHON
cd "$folder"
port=$(python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
environment/bin/python -m streamlit run app.py --server.port "$port" --server.headless true \
  --browser.gatherUsageStats false > server.log 2>&1 &
server=$!
for _ in $(seq 60); do
  python3 -c 'import sys, urllib.request as r; r.urlopen(f"http://localhost:{sys.argv[1]}/_stcore/health")' "$port" \
    2> /dev/null && break
  sleep 0.5
done
environment/bin/python visit.py "$browser" "$port"
