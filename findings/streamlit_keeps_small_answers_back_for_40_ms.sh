#!/usr/bin/env bash
# Streamlit 1.67.0 with uvicorn 0.54.0 on Linux: a small file or answer on a kept connection takes 40 ms, not 1 ms.
#
# Streamlit opens the listening socket itself and does not name its protocol. asyncio then does not see that it is
# TCP's, and leaves TCP_NODELAY off. uvicorn writes header and body apart, so that the body waits until the browser,
# which delays that, has acknowledged the header. A browser fetches over sixty files of Streamlit's before it shows
# anything, six at a time. uvicorn does the same with any socket that it is given so, and not where it opens its own.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/environment"
"$folder/environment/bin/python" -m pip install --quiet streamlit==1.67.0 uvicorn==0.54.0
echo 'import streamlit as st; st.text("here")' > "$folder/page.py"
cat > "$folder/ask.py" << 'PYTHON'
import http.client
import socket
import statistics
import subprocess
import sys
import threading
import time

import uvicorn


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def median_of_answers(port, path):
    """Milliseconds from one question to its answer, asked one after the other on one connection."""
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            break
        except OSError:
            time.sleep(0.1)
    connection, taken = http.client.HTTPConnection("127.0.0.1", port), []
    for _ in range(30):
        began = time.perf_counter()
        connection.request("GET", path)
        connection.getresponse().read()
        taken.append(1000 * (time.perf_counter() - began))
    return statistics.median(taken)


async def app(scope, receive, send):
    assert scope["type"] == "http"
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


def served_by_uvicorn(sockets, port):
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", lifespan="off"))
    threading.Thread(target=server.run, args=(sockets,), daemon=True).start()
    return median_of_answers(port, "/")


port = free_port()
command = [sys.executable, "-m", "streamlit", "run", "page.py", "--server.port", str(port), "--server.headless", "true"]
process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
streamlit = median_of_answers(port, "/_stcore/health")
process.terminate()

given = socket.socket()
given.bind(("127.0.0.1", 0))
told = served_by_uvicorn([given], given.getsockname()[1])
own = served_by_uvicorn(None, free_port())
print(f"Streamlit: {streamlit:.0f} ms. uvicorn with such a socket: {told:.0f} ms, with its own: {own:.0f} ms.")
assert own < 20, "The machine is too slow to tell."
if min(streamlit, told) < 30:
    raise SystemExit("Small answers come at once: this finding is over.")
PYTHON
cd "$folder" && environment/bin/python ask.py
