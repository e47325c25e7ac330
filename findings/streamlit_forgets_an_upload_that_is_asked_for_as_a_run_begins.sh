#!/usr/bin/env bash
# Streamlit 1.67.0: the addresses for an upload are lost where a run begins before they have been sent.
#
# What waits to be sent is thrown away at the beginning of a run, but for messages of a few kinds; the addresses
# that a browser has asked for, to send a file to, are none of them. Nothing asks again: the uploader waits for good.
# Asked for in the same moment as a run, they are lost mostly; a second later they never are.
set -euo pipefail
folder=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2> /dev/null || true; rm -rf "$folder"' EXIT
python3 -m venv "$folder/environment"
"$folder/environment/bin/python" -m pip install --quiet streamlit==1.67.0 websockets==15.0.1
cat > "$folder/app.py" << 'PYTHON'
import streamlit as st

st.file_uploader("A picture")
PYTHON
cat > "$folder/upload.py" << 'PYTHON'
import asyncio
import sys

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

PORT = int(sys.argv[1])
TIMES = 20


async def kinds(socket, seconds):
    """The kinds of all messages of some seconds."""
    found = []
    try:
        while True:
            data = await asyncio.wait_for(socket.recv(), seconds)
            found.append(ForwardMsg.FromString(data).WhichOneof("type"))
    except asyncio.TimeoutError:
        return found


async def lost(socket, wait):
    """How often no addresses come that are asked for `wait` seconds after a run."""
    count = 0
    for number in range(TIMES):
        run = BackMsg()
        run.rerun_script.query_string = ""
        await socket.send(run.SerializeToString())
        await asyncio.sleep(wait)
        ask = BackMsg()
        ask.file_urls_request.request_id = str(number)
        ask.file_urls_request.file_names.append("picture.png")
        await socket.send(ask.SerializeToString())
        count += "file_urls_response" not in await kinds(socket, 0.5)
    return count


async def main():
    address = f"ws://localhost:{PORT}/_stcore/stream"
    async with websockets.connect(address, subprotocols=["streamlit"], max_size=None) as socket:
        return await lost(socket, 0), await lost(socket, 1)


at_once, later = asyncio.run(main())
print(f"of {TIMES} lost: {'some' if at_once else 'none'} in the moment of a run, {later} a second later")
if not at_once or later:
    raise SystemExit("It is not so: this finding is over.")
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
environment/bin/python upload.py "$port"
