#!/usr/bin/env bash
# Playwright 1.65.2 for Python: `page.on(event, found.append)` raises, where `found` is a list.
#
# Events take any callable with one argument, bound methods of one's own classes too. A method that is built in, as
# those of lists, sets and queues in C are, has no room for the attribute by which Playwright would find it again:
# an AttributeError names that attribute. A function around it works.
#
# Needs a Chromium on the path.
set -euo pipefail
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/environment"
"$folder/environment/bin/python" -m pip install --quiet playwright==1.65.2
cat > "$folder/on.py" << 'PYTHON'
import sys

from playwright.sync_api import sync_playwright


class Kept(list):
    def keep(self, message):
        self.append(message.text)


with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=sys.argv[1], args=["--no-sandbox", "--disable-gpu"])
    page = browser.new_page()
    wrapped, own, plain = [], Kept(), []
    page.on("console", lambda message: wrapped.append(message.text))
    page.on("console", own.keep)
    try:
        page.on("console", plain.append)
        raise SystemExit("It is taken: this finding is over.")
    except AttributeError as error:
        print("list.append:", error)
    page.evaluate("console.log('heard')")
    page.wait_for_timeout(200)
    assert wrapped == ["heard"] and list(own) == ["heard"] and plain == []
    print("a function, and a method of one's own class: heard")
    browser.close()
PYTHON
"$folder/environment/bin/python" "$folder/on.py" "$browser"
