"""The command `python -m explorer.imagenet`: weights are fetched before class."""

from __future__ import annotations

import argparse
import functools
import sys
from collections.abc import Sequence
from pathlib import Path

from explorer.imagenet.downloads import download
from explorer.imagenet.networks import NETWORKS
from explorer.imagenet.weights import WeightsError, home


def main(arguments: Sequence[str] | None = None) -> int:
    """Fetch weights from the command line; the exit code is 0 if all went well."""
    parser = argparse.ArgumentParser(
        prog="python -m explorer.imagenet", description="Get ready for networks that know ImageNet."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    fetch = commands.add_parser("fetch", help="download the weights of networks and verify them")
    fetch.add_argument("names", nargs="+", choices=list(NETWORKS), metavar="NAME", help=", ".join(NETWORKS))
    fetch.add_argument("--folder", type=Path, help=f"where to put them (default: {home()})")
    chosen = parser.parse_args(arguments)
    for name in chosen.names:
        try:
            path = download(name, chosen.folder, progress=functools.partial(_show, name))
        except WeightsError as error:
            print(f"\n{error}", file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            print("\nStopped; the same command goes on from here.", file=sys.stderr)
            return 130
        print(f"\r{name}: {path}")
    return 0


def _show(name: str, done: int, total: int) -> None:
    print(f"\r{name}: {done / 2**20:.1f} of {total / 2**20:.1f} MB", end="", file=sys.stderr, flush=True)
