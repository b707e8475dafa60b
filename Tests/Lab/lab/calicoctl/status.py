"""`calicoctl node status` (calico.md 1)."""
from __future__ import annotations

import os
import re
import socket
import sys
from pathlib import Path

from ..birdcl import replies
from . import tables

_HEAD = ["PEER ADDRESS", "PEER TYPE", "STATE", "SINCE", "INFO"]
_TYPES = {"Global": "global", "Node": "node specific", "Mesh": "node-to-node mesh"}
_SOCKETS = ("/var/run/calico/bird.ctl", "/var/run/bird/bird.ctl")


def run(version: tuple[int, int]) -> int:
    """Prints the status; the exit code says nothing of BGP."""
    if os.geteuid() != 0:
        print("Need super user privileges: Operation not permitted")
        return 1
    folder = _folder()
    if folder is not None and (folder / "confd.stopped").exists() and not _runs(folder):
        print("Calico process is not running.", file=sys.stderr)
        return 1
    text = "Calico process is running.\n"
    try:
        text += _backend(folder, version)
    except ValueError as error:
        print(f"{'Error' if version < (3, 33) else 'error'} executing command: {error}", file=sys.stderr)
        return 1
    sys.stdout.write(text + "\n")
    return 0


def _folder() -> Path | None:
    """The node's folder in the lab."""
    run, node = os.environ.get("BGPDECK_LAB_RUN"), os.environ.get("BGPDECK_LAB_NODE")
    return Path(run) / "nodes" / node if run and node else None


def _backend(folder: Path | None, version: tuple[int, int]) -> str:
    if not _runs(folder):
        return "\nThe BGP backend process (BIRD) is not running.\n"
    return "\nIPv4 BGP status\n" + _peers(folder, version) + "\nINFO: BIRDv6 process: 'bird6' is not running.\n"


def _runs(folder: Path | None) -> bool:
    """Whether a process named `bird` runs: the node's own."""
    try:
        pid = int((folder / "bird.pid").read_text()) if folder else 0
        name = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[0]
        return os.path.basename(name) == b"bird"
    except (OSError, ValueError):
        return False


def _peers(folder: Path | None, version: tuple[int, int]) -> str:
    try:
        lines = _protocols(folder)
    except OSError as error:
        reason = (os.strerror(error.errno) if error.errno else str(error)).lower()
        return (
            "Error querying BIRD: unable to connect to BIRDv4 socket: "
            f"dial unix {_SOCKETS[1]}: connect: {reason}")
    rows = [row for row in map(_row, lines) if row]
    if not rows:
        return "No IPv4 peers found.\n"
    return tables.bordered(_HEAD, rows, wrapped=version < (3, 33))


def _protocols(folder: Path | None) -> list[str]:
    """The lines of `show protocols` after the heading."""
    path = str(folder / "bird.ctl") if folder else _SOCKETS[0]
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as bird:
        bird.settimeout(2)
        bird.connect(path)
        with bird.makefile("rw", encoding="utf-8", errors="replace") as stream:
            list(replies(stream))
            stream.write("show protocols\n")
            stream.flush()
            lines = [text[1:] for code, text in replies(stream) if code != "0000"]
    if not lines or lines[0].split() != ["name", "proto", "table", "state", "since", "info"]:
        raise ValueError("unknown BIRD table output format")
    return lines[1:]


def _row(line: str) -> list[str] | None:
    """calicoctl's reading of a protocol: a line of fewer than six fields, such as a disabled one's, is left out."""
    fields = line.split()
    if len(fields) < 6 or fields[1] != "BGP":
        return None
    found = re.fullmatch(r"(Global|Node|Mesh)_(.+)", fields[0])
    if not found:
        return None
    return [found[2].replace("_", "."), _TYPES[found[1]], fields[3], fields[4], " ".join(fields[5:])]
