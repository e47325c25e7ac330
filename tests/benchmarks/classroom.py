"""How quickly a class follows its teacher, and what it costs somebody who drags beside it.

    python tests/benchmarks/classroom.py --seconds 60
    python tests/benchmarks/classroom.py --seconds 600 --students 60 --classes 2

Starts the app. First one person drags a weight of a filter alone. Then the students join the classes, say
every few seconds where they are, and answer; the teachers bring everyone somewhere, ask and reveal; and the
same drag goes on beside them. All speak the lane's own messages. Prints a Markdown table and the memory; ends
with an error if a student missed a move, or an answer never reached the wall.

The clients share the processors with the server, so a server that is left alone does better.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import os
import random
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(Path(__file__).parent)]

from conftest import Server  # noqa: E402
from lane import kernel, photograph  # noqa: E402
from websockets.asyncio.client import ClientConnection, connect  # noqa: E402

PAGES = ("convolution?kernel=box", "pooling?size=3", "losses", "vectors", "activations", "hidden_layers")
BRING_EVERY = 5.0  # seconds
ASK_EVERY = 10.0
SPEAK_EVERY = (2.0, 6.0)
DRAG_ALONE = 10.0
FRAMES = 1 / 60  # seconds between two moves of a hand


@dataclass
class Measured:
    """Seconds of each thing that was measured, and what never came."""

    brought: list[float] = field(default_factory=list)
    walls: list[float] = field(default_factory=list)
    missed: int = 0


class Member:
    """One browser in a class: what it sees, and who waits for what."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.view: dict[str, Any] = {}
        self.code = self.key = ""
        self.seen = asyncio.Condition()
        self.numbers = itertools.count(1)
        self.hearing = asyncio.create_task(self.hear())

    async def hear(self) -> None:
        async for message in self.socket:  # ends, without a word, with the connection
            reply = json.loads(message)["class"]
            async with self.seen:
                self.view = reply.get("view", self.view)
                self.code, self.key = reply.get("code", self.code), reply.get("key", self.key)
                self.seen.notify_all()

    async def do(self, act: str, **fields: Any) -> None:
        await self.socket.send(json.dumps({"class": {"do": act, "n": next(self.numbers)} | fields}))

    async def until(self, holds: Any, within: float = 15) -> bool:
        """Wait until what this browser sees is as it should be."""
        try:
            async with asyncio.timeout(within), self.seen:
                await self.seen.wait_for(lambda: bool(self.view) and holds(self.view))
        except TimeoutError:
            return False
        return True


async def open_member(port: int) -> Member:
    origin, url = f"http://127.0.0.1:{port}", f"ws://127.0.0.1:{port}/lane"
    return Member(await connect(url, origin=origin, max_size=None, proxy=None))


async def lesson(port: int, students: int, seconds: float, measured: Measured) -> None:
    """Be one class: its teacher and its students."""
    teacher = await open_member(port)
    await teacher.do("start")
    await teacher.until(lambda view: True)
    members = [await open_member(port) for _ in range(students)]
    for member in members:
        await member.do("join", code=teacher.code, name="Ada", held="")
    for member in members:
        await member.until(lambda view: True)
    end = time.monotonic() + seconds
    async with asyncio.TaskGroup() as group:
        group.create_task(bring(teacher, members, end, measured))
        group.create_task(ask(teacher, members, end, measured))
        for member in members:
            group.create_task(wander(member, end))
    await teacher.do("end")
    for each in (teacher, *members):
        await each.socket.close()
        each.hearing.cancel()


async def bring(teacher: Member, members: list[Member], end: float, measured: Measured) -> None:
    """Bring everyone somewhere again and again, and note when the last browser has heard of it."""
    for move in itertools.count(1):
        await asyncio.sleep(BRING_EVERY)
        if time.monotonic() > end:
            return
        began = time.perf_counter()
        await teacher.do("bring", address=PAGES[move % len(PAGES)], student=0)

        async def follow(member: Member, move: int = move, began: float = began) -> None:
            if await member.until(lambda view: view["move"] >= move):
                measured.brought.append(time.perf_counter() - began)
            else:
                measured.missed += 1

        await asyncio.gather(*(follow(member) for member in members))


async def ask(teacher: Member, members: list[Member], end: float, measured: Measured) -> None:
    """Ask again and again, and note for each answer when the teacher's wall has it."""
    for question in itertools.count(1):
        await asyncio.sleep(ASK_EVERY)
        if time.monotonic() > end:
            return
        await teacher.do("ask", question=question, prompt="How large is the map?", posed="")

        async def reply(member: Member, index: int, question: int = question) -> None:
            await member.until(lambda view: (view["question"] or {}).get("number") == question)
            await asyncio.sleep(random.uniform(0, 3))
            began = time.perf_counter()
            await member.do("answer", question=question, answer=f"{question}.{index + 1}")
            name, given = member.view["name"], f"{question}.{index + 1}".rstrip("0")
            if await teacher.until(
                lambda view: any(
                    each["name"] == name and each["answer"] == given for each in view["students"]
                )
            ):
                measured.walls.append(time.perf_counter() - began)
            else:
                measured.missed += 1

        await asyncio.gather(*(reply(member, index) for index, member in enumerate(members)))
        await teacher.do("reveal", question=question)


async def wander(member: Member, end: float) -> None:
    """Say every few seconds where this browser is."""
    while (left := end - time.monotonic()) > 0:
        await asyncio.sleep(min(left, random.uniform(*SPEAK_EVERY)))
        place = f"{random.choice(PAGES).partition('?')[0]}?weight={random.random():.3f}"
        await member.do("place", address=place, marks="11-0---"[: random.randint(0, 7)])


async def drag(port: int, png: bytes, seconds: float) -> list[float]:
    """Drag a weight sixty times a second, and note how long each picture takes."""
    origin, url = f"http://127.0.0.1:{port}", f"ws://127.0.0.1:{port}/lane"
    taken: list[float] = []
    async with connect(url, origin=origin, max_size=None, compression=None, proxy=None) as lane:
        await lane.send(png)
        end = time.monotonic() + seconds
        for seq in itertools.count():
            if time.monotonic() > end:
                return taken
            began = time.perf_counter()
            asked = {"seq": seq, "operation": "filter2d", "parameters": kernel(seq, 0), "rest": False}
            await lane.send(json.dumps(asked))
            await lane.recv()
            taken.append(time.perf_counter() - began)
            await asyncio.sleep(max(0.0, FRAMES - taken[-1]))
    return taken


def quantiles(seconds: list[float]) -> tuple[float, float]:
    """Give the median and the 95th percentile in milliseconds."""
    ordered = sorted(seconds)
    p50, p95 = (1000 * ordered[int(share * (len(ordered) - 1))] for share in (0.5, 0.95))
    return p50, p95


async def measure(
    server: Server, chosen: argparse.Namespace
) -> tuple[Measured, list[float], list[float], list[int]]:
    """Drag alone, then beside the classes; give what was measured and the memory before and after."""
    png = photograph(256)
    await drag(server.port, png, 2)  # what comes with the first picture
    alone = await drag(server.port, png, DRAG_ALONE)
    measured, memory = Measured(), [server.resident()]
    each = chosen.students // chosen.classes
    lessons = [
        asyncio.create_task(lesson(server.port, each, chosen.seconds, measured))
        for _ in range(chosen.classes)
    ]
    await asyncio.sleep(5)
    beside = await drag(server.port, png, chosen.seconds - 10)
    await asyncio.gather(*lessons)
    memory.append(server.resident())
    return measured, alone, beside, memory


def main() -> None:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, default=60, help="of all classes together")
    parser.add_argument("--classes", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=60)
    chosen = parser.parse_args()
    if chosen.seconds < 20:
        parser.error(
            "--seconds is 20 or more: the first question comes after ten, and the drag begins after five."
        )
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder))
        try:
            measured, alone, beside, memory = asyncio.run(measure(server, chosen))
            logged = server.said().count("Traceback")
        finally:
            server.stop()
    who = f"{chosen.students} students in {chosen.classes} classes"
    print(f"{os.cpu_count()} cores, {who}, {chosen.seconds:g} s\n")
    print("| what | how often | p50 ms | p95 ms |")
    print("|---|---|---|---|")
    for title, seconds in (
        ("everyone is brought somewhere, until a browser has heard of it", measured.brought),
        ("an answer, until it is on the teacher's wall", measured.walls),
        ("a filter dragged alone, until its picture", alone),
        ("the same beside the classes", beside),
    ):
        p50, p95 = quantiles(seconds)
        print(f"| {title} | {len(seconds):,} | {p50:.0f} | {p95:.0f} |")
    grown = (memory[1] - memory[0]) / 1e6
    print(f"\nThe server's memory grew by {grown:.1f} MB, from {memory[0] / 1e6:.0f} MB.")
    if measured.missed or logged:
        raise SystemExit(
            f"{measured.missed} messages never arrived, and the server logged {logged} tracebacks."
        )


if __name__ == "__main__":
    main()
