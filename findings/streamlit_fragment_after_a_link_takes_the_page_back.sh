#!/usr/bin/env bash
# Streamlit 1.67.0: a fragment that is asked for right after a link to another page takes the browser back.
#
# Until the next page begins a browser names the page it leaves in all that it asks for. Where the question about a
# fragment comes while the next page runs, the session answers it afterwards with the beginning of a run of the page
# before, in which no fragment is found: the browser, told of another page, takes away all that it was just given.
set -euo pipefail
folder=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2> /dev/null || true; rm -rf "$folder"' EXIT
python3 -m venv "$folder/environment"
"$folder/environment/bin/python" -m pip install --quiet streamlit==1.67.0 websockets==15.0.1
cat > "$folder/app.py" << 'PYTHON'
import time

import streamlit as st


@st.fragment
def asked():
    st.slider("How many?", 0, 9)


def first():
    st.title("First")
    asked()


def second():
    st.title("Second")
    time.sleep(0.5)


st.navigation([st.Page(first), st.Page(second)], position="hidden").run()
PYTHON
cat > "$folder/visit.py" << 'PYTHON'
import asyncio
import sys

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

PORT = int(sys.argv[1])


async def ask(socket, page="", fragment="", name=""):
    message = BackMsg()
    message.rerun_script.page_script_hash = page
    message.rerun_script.page_name = name
    message.rerun_script.fragment_id = fragment
    await socket.send(message.SerializeToString())


async def told(socket, seconds):
    """All messages of some seconds."""
    messages = []
    try:
        while True:
            data = await asyncio.wait_for(socket.recv(), seconds)
            messages.append(ForwardMsg.FromString(data))
    except asyncio.TimeoutError:
        return messages


def page_of(messages):
    return next(m.navigation.page_script_hash for m in messages if m.HasField("navigation"))


async def visit(wait):
    """Begin on the first page, follow the link, and ask for its fragment `wait` seconds later."""
    address = f"ws://localhost:{PORT}/_stcore/stream"
    async with websockets.connect(address, subprotocols=["streamlit"], max_size=None) as socket:
        await ask(socket)
        begun = await told(socket, 1)
        first = page_of(begun)
        fragment = next(m.delta.fragment_id for m in begun if m.HasField("delta") and m.delta.fragment_id)
        await ask(socket, name="second")
        second = page_of(await told(socket, 1.5))
        assert first != second
        await ask(socket, first)
        await told(socket, 1)
        await ask(socket, second)
        await asyncio.sleep(wait)
        await ask(socket, first, fragment)
        names = {first: "first", second: "second"}
        sessions = [
            (names[m.new_session.page_script_hash], bool(m.metadata.run.fragment_ids))
            for m in await told(socket, 1.5)
            if m.HasField("new_session")
        ]
    return sessions


sessions = asyncio.run(visit(0.2))
print("runs that begin:", "; ".join(f"{page}{', a fragment' if part else ''}" for page, part in sessions))
if sessions != [("second", False), ("first", True)]:
    raise SystemExit("It is another order: this finding is over.")
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
environment/bin/python visit.py "$port"
