#!/usr/bin/env bash
# Chromium 156.0.8078.108: `ImageDecoder` and `createImageBitmap` give one JPEG in colours that are up to 49 of 255
# levels apart, where it keeps colour in half its resolution (4:2:2 or 4:2:0, as most cameras and programs write it).
#
# Of coloured stripes three and five pixels wide, 15 levels apart on average. `createImageBitmap` gives what Pillow
# (13.0.0) gives, to the last level; the frame of `ImageDecoder` keeps brightness and colours apart, as its `format`
# says, and is put together when it is drawn, with the colours spread over the pixels in another way. At full
# resolution (4:4:4) the two differ by 1 at most.
#
# Needs a Chromium on the path.
set -euo pipefail
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/environment"
"$folder/environment/bin/python" -m pip install --quiet playwright==1.65.2 pillow==13.0.0 numpy==2.4.6
cat > "$folder/decode.py" << 'PYTHON'
import base64
import http.server
import io
import sys
import threading

import numpy as np
from PIL import Image
from playwright.sync_api import sync_playwright

BOTH = """async (text) => {
  const data = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const levels = (picture) => {
    const context = new OffscreenCanvas(64, 64).getContext('2d', { willReadFrequently: true });
    context.drawImage(picture, 0, 0);
    return [...context.getImageData(0, 0, 64, 64).data];
  };
  const { image } = await new ImageDecoder({ data, type: 'image/jpeg' }).decode();
  const bitmap = await createImageBitmap(new Blob([data], { type: 'image/jpeg' }));
  return [image.format, levels(image), levels(bitmap)];
}"""


class Empty(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()

    def log_message(self, *words):
        pass


def stripes():
    columns = np.arange(64)
    picture = np.full((64, 64, 3), 90, np.uint8)
    picture[..., 0] = np.where(columns // 3 % 2, 200, 40)
    picture[..., 2] = np.where(columns // 5 % 2, 220, 30)
    return Image.fromarray(picture)


def colours(data):
    return np.array(data).reshape(64, 64, 4)[..., :3]


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Empty)
threading.Thread(target=server.serve_forever, daemon=True).start()
with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=sys.argv[1], args=["--no-sandbox", "--disable-gpu"])
    page = browser.new_page()
    page.goto(f"http://127.0.0.1:{server.server_port}/")  # the decoder is there in secure contexts alone
    apart = {}
    for name, subsampling in (("4:4:4", 0), ("4:2:2", 1), ("4:2:0", 2)):
        file = io.BytesIO()
        stripes().save(file, "jpeg", quality=90, subsampling=subsampling)
        kind, frame, bitmap = page.evaluate(BOTH, base64.b64encode(file.getvalue()).decode())
        by_pillow = np.asarray(Image.open(file)).astype(int)
        assert (colours(bitmap) == by_pillow).all()
        apart[name] = int(np.abs(colours(frame) - colours(bitmap)).max())
        print(f"{name} ({kind}): at most {apart[name]} levels apart")
    print("Chromium", browser.version)
    browser.close()
assert apart["4:4:4"] <= 1 and min(apart["4:2:2"], apart["4:2:0"]) > 30, "The two agree: this finding is over."
PYTHON
"$folder/environment/bin/python" "$folder/decode.py" "$browser"
