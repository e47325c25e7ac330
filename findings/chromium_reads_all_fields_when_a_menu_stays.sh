#!/usr/bin/env bash
# Chromium 156.0.8078.108: a script that sets a menu (`select.value = ...`) to the option that is chosen already has
# the browser look through the fields of the page each time, in search of forms to fill in.
#
# Nothing changes and no event is sent, but a task `FormControlDidChange` of the autofill follows on the main thread:
# 40 of them for 40 times, as many as for 40 real changes. A text field that is set to what it holds brings none. On a
# page with some dozens of fields each took 0.7 ms, which a view that writes all its controls anew in every frame of a
# drag pays for in every frame. To compare first costs nothing.
#
# Needs a Chromium on the path.
set -euo pipefail
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/environment"
"$folder/environment/bin/python" -m pip install --quiet playwright==1.65.2
cat > "$folder/menus.py" << 'PYTHON'
import http.server
import json
import pathlib
import sys
import threading

from playwright.sync_api import sync_playwright

TIMES = 40
PAGE = b"<!doctype html><select><option>a<option>b</select><input value=a><input><input>"
WAYS = {
    "nothing": "0",
    "the text of a field, unchanged": "input.value = 'a'",
    "the option of a menu, compared first": "if (menu.value !== 'a') menu.value = 'a'",
    "the option of a menu, unchanged": "menu.value = 'a'",
    "the option of a menu, another": "menu.value = turn % 2 ? 'a' : 'b'",
}


class OnePage(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, *words):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), OnePage)
threading.Thread(target=server.serve_forever, daemon=True).start()
found = {}
with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=sys.argv[1], args=["--no-sandbox", "--disable-gpu"])
    for name, statement in WAYS.items():
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{server.server_port}/")
        trace = pathlib.Path(sys.argv[2]) / "trace.json"
        browser.start_tracing(page=page, path=trace, categories=["toplevel"])
        page.evaluate(
            f"""async () => {{
              const [menu, input] = [document.querySelector('select'), document.querySelector('input')];
              for (let turn = 0; turn < {TIMES}; turn += 1) {{
                {statement};
                await new Promise(requestAnimationFrame);
              }}
            }}"""
        )
        browser.stop_tracing()
        tasks = [each.get("args", {}).get("src_func") for each in json.loads(trace.read_text())["traceEvents"]
                 if each.get("ph") == "X" and each["name"] == "ThreadControllerImpl::RunTask"]
        found[name] = tasks.count("FormControlDidChange")
        print(f"{name}: {found[name]} looks in {TIMES} times")
        page.close()
    print("Chromium", browser.version)
    browser.close()
expected = [0, 0, 0, TIMES, TIMES]
assert all(abs(one - other) <= 2 for one, other in zip(found.values(), expected)), "It has changed: look again."
PYTHON
"$folder/environment/bin/python" "$folder/menus.py" "$browser" "$folder"
