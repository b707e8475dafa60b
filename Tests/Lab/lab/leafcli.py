"""The command line that ssh reaches on the controller (`fabric N show …`) and on a leaf (`show …`).

Commands come as ssh's own or at a prompt. Each is answered from the leaf's daemons at that moment; a leaf without
power does not answer, one whose bgpd is gone knows no such VRF.
"""
from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import TextIO

from . import leaf as leaves
from . import nxos
from .network import APIC
from .run import ROOT, RUN_VARIABLE, LabError, Run, open_run
from .topology import Leaf

_INVALID = "% Invalid command at '^' marker.\n"


class Refused(Exception):
    """A command that is answered on standard error, with this status."""

    def __init__(self, text: str, status: int) -> None:
        super().__init__(text)
        self.status = status


def answer(run: Run, key: str, words: list[str], out: TextIO) -> int:
    """Answers one command line of the machine with that key; gives ssh's exit status."""
    try:
        if key != APIC:
            out.write(show(run, run.topology.leaf(key), words))
            return 0
        return _fabric(run, words, out)
    except Refused as refused:
        sys.stderr.write(str(refused))
        return refused.status


def _fabric(run: Run, words: list[str], out: TextIO) -> int:
    if len(words) < 3 or words[0] != "fabric":
        raise Refused("Error: Invalid command\n", 1)
    status = 0
    for leaf in _selected(run, words[1]):
        out.write(nxos.banner(leaf))
        if is_off(run, leaf):
            sys.stderr.write(f"ssh: connect to host {leaf.tep} port 22: No route to host\n")
            status = 255
            continue
        out.write(show(run, leaf, words[2:]))
    return status


def is_off(run: Run, leaf: Leaf) -> bool:
    """Whether the leaf has no power or reloads."""
    return (run.leaf(leaf.key) / "off").exists()


def _selected(run: Run, text: str) -> list[Leaf]:
    """`101`, `101,102`, `101-104` or names."""
    chosen: list[Leaf] = []
    for part in text.split(","):
        span = re.fullmatch(r"(\d+)-(\d+)", part)
        numbers = [str(n) for n in range(int(span[1]), int(span[2]) + 1)] if span else [part]
        for number in numbers:
            try:
                chosen.append(run.topology.leaf(number))
            except KeyError:
                raise Refused(f"Error: Invalid node {number}\n", 1) from None
    return chosen


def show(run: Run, leaf: Leaf, words: list[str]) -> str:
    """A `show` command on a leaf."""
    rest, vrf = list(words), None
    if "vrf" in rest:
        at = rest.index("vrf")
        vrf = rest[at + 1] if at + 1 < len(rest) else ""
        del rest[at:at + 2]
    command = " ".join(rest)
    known = command in ("show ip bgp summary", "show bgp ipv4 unicast summary") or rest[:3] == ["show", "ip", "route"]
    if not known or len(rest) > 4:
        raise Refused(_INVALID, 16)
    if vrf not in (run.topology.vrf, "all"):
        return f"Unknown vrf {vrf or 'default'}\n"
    try:
        if rest[1:3] != ["ip", "route"]:
            return nxos.summary(run.topology, leaf, leaves.ask(run, leaf, "show bgp ipv4 unicast summary"))
        return _routes(run, leaf, rest[3] if len(rest) > 3 else None)
    except ValueError:
        raise Refused(_INVALID, 16) from None
    except LabError as error:
        if "does not answer" in str(error):
            raise Refused(f"{error}\n", 1) from None
        return f"Unknown vrf {run.topology.vrf}\n"


def _routes(run: Run, leaf: Leaf, wanted: str | None) -> str:
    zebra = leaves.ask(run, leaf, "show ip route", daemon="zebra")
    try:
        bgp = leaves.ask(run, leaf, "show bgp ipv4 unicast")
    except LabError:
        bgp = {}
    return nxos.routes(run.topology, leaf, zebra, bgp, wanted)


def converse(run: Run, key: str) -> int:
    """A session with a prompt, as the command line gives it to a person."""
    prompt = f"{run.topology.controller if key == APIC else run.topology.leaf(key).name}# "
    while True:
        sys.stdout.write(prompt)
        sys.stdout.flush()
        line = sys.stdin.readline()
        if not line or line.strip() in ("exit", "quit"):
            return 0
        words = line.split()
        if words and words[:2] != ["terminal", "length"]:
            answer(run, key, words, sys.stdout)


def main(arguments: list[str]) -> int:
    """Runs ssh's own command, or a session."""
    run = open_run(Path(os.environ[RUN_VARIABLE]).relative_to(ROOT).as_posix())
    line = os.environ.get("SSH_ORIGINAL_COMMAND")
    if line is None:
        return converse(run, arguments[0])
    return answer(run, arguments[0], line.split(), sys.stdout)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
