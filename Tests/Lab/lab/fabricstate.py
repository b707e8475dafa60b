"""The lab's leaves as the facts of a controller, for `bgpdeck simulate --state`: one question per connection.

    python3 -m lab.fabricstate INSTANCE

At `fabric.sock` of the run folder a line `{"ask": "configuration"}`, `{"ask": "picture"}`, `{"ask": "routes", "leaf": 203}`,
`{"ask": "paths", "leaf": 203}` or `{"configure": {…}, "address": "192.168.2.1", "leaf": 203}` is answered by one line of
JSON, `{"error": …}` where that cannot be. The facts are FRR's live state at that moment; the form is that of the port
FabricState (Sources/SimulatorServer).
"""
from __future__ import annotations

import json
import os
import socketserver
import sys
import threading
import time
from typing import Any

from . import fabricfacts, leaf as leaves
from .leafcli import is_off
from .run import LabError, Run, open_run, until
from .topology import Leaf

SOCKET = "fabric.sock"
#: A picture that is younger answers every client.
_FRESH_SECONDS = 0.4
Json = dict[str, Any]


class State:
    """What the leaves say, and what it was when they said it last."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.lock = threading.Lock()
        self.taken, self.known = 0.0, {}
        #: The last answer of each leaf's BGP: objects of a daemon that hangs stay as they were.
        self.vrfs: dict[int, list[Json]] = {}
        self.changes: dict[tuple[int, str], float] = {}
        self.booted: dict[int, float] = {}
        #: What each leaf's tables held last, and how often that has changed.
        self.tables: dict[int, tuple[int, int]] = {}

    def answer(self, question: Json) -> Json:
        """The answer to one question; KeyError and LabError where there is none."""
        topology = self.run.topology
        if "configure" in question:
            leaf = topology.leaf(str(question["leaf"]))
            known = leaves.ask(self.run, leaf, "show bgp ipv4 unicast summary").get("peers", {})
            leaves.configure(self.run, leaf, *fabricfacts.commands(
                self.run, leaf, question["address"], question["configure"], question["address"] in known))
            return {}
        ask = question["ask"]
        if ask == "configuration":
            return fabricfacts.configuration(self.run)
        if ask == "picture":
            return self.picture()
        leaf = topology.leaf(str(question["leaf"]))
        bgp = self.asked(leaf, "show bgp ipv4 unicast")
        if ask == "routes":
            return fabricfacts.routes(topology, leaf, self.asked(leaf, "show ip route", "zebra"), bgp, time.time())
        if ask == "paths":
            return fabricfacts.paths(topology, bgp)
        raise LabError(f"no question {ask}")

    def asked(self, leaf: Leaf, command: str, daemon: str = "bgpd") -> Json:
        """A table of a leaf; empty where the daemon does not run."""
        if is_off(self.run, leaf) or self.run.pid(f"{daemon}-{leaf.key}") is None:
            return {}
        return leaves.ask(self.run, leaf, command, daemon)

    def picture(self) -> Json:
        """All leaves, not asked more often than they can bear."""
        with self.lock:
            if time.monotonic() - self.taken > _FRESH_SECONDS:
                topology = self.run.topology
                self.known = {
                    "release": topology.release, "fabricAS": topology.fabric_asn,
                    "leaves": [self.leaf(leaf) for leaf in topology.leaves]}
                self.taken = time.monotonic()
            return {"now": time.time()} | self.known

    def leaf(self, leaf: Leaf) -> Json:
        """One leaf; without BGP while it is off or bgpd does not run."""
        off = is_off(self.run, leaf)
        pair = next((other for other in self.run.topology.rack(leaf.rack).leaves if other.id != leaf.id), None)
        picture: Json = {
            "id": leaf.id, "name": leaf.name, "tep": leaf.tep, "management": f"172.16.{leaf.id >> 8}.{leaf.id & 255}",
            "isInService": not off, "bootedAt": self.start(leaf), "vrfs": [], "entries": 0, "entryLimit": 20480,
            "pair": pair.id if pair else None, "isPairUp": pair is not None and not is_off(self.run, pair)}
        if off or self.run.pid(f"bgpd-{leaf.key}") is None:
            return picture
        try:
            summary = leaves.ask(self.run, leaf, "show bgp ipv4 unicast summary")
            details = leaves.ask(self.run, leaf, "show bgp neighbors")
            bgp = leaves.ask(self.run, leaf, "show bgp ipv4 unicast")
            stale = fabricfacts.stale_paths(bgp)
            summary["tableVersion"] += self.changed(leaf, bgp)
            self.vrfs[leaf.id] = [fabricfacts.vrf(
                self.run, leaf, summary, details, stale, lambda address, at: self.moment(leaf, address, at))]
        except LabError:
            pass
        picture["vrfs"] = self.vrfs.get(leaf.id, [])
        picture["entries"] = sum(vrf["entries"] for vrf in picture["vrfs"])
        return picture

    def changed(self, leaf: Leaf, bgp: Json) -> int:
        """How often a leaf's tables have changed: FRR's own version does not move when a next hop comes or goes beside the
        best, and readers keep a table as long as its version stays."""
        told = fabricfacts.digest(self.asked(leaf, "show ip route", "zebra"), bgp)
        former, count = self.tables.get(leaf.id, (told, 0))
        self.tables[leaf.id] = (told, count + (told != former))
        return self.tables[leaf.id][1]

    def start(self, leaf: Leaf) -> float:
        """When the leaf's forwarding came up last."""
        try:
            self.booted[leaf.id] = (self.run.path / "pids" / f"zebra-{leaf.key}").stat().st_mtime
        except OSError:
            pass
        return self.booted.get(leaf.id, 0.0)

    def moment(self, leaf: Leaf, address: str, at: float) -> float:
        """When a neighbor changed; FRR tells an age, and its moment must not tremble from look to look."""
        known = self.changes.get((leaf.id, address))
        if known is None or abs(known - at) > 1.5:
            self.changes[(leaf.id, address)] = known = at
        return known


class _Door(socketserver.StreamRequestHandler):
    state: State

    def handle(self) -> None:
        """One line in, one line out."""
        try:
            answer = self.state.answer(json.loads(self.rfile.readline()))
        except (LabError, KeyError, ValueError, TypeError, OSError) as error:
            answer = {"error": str(error.args[0] if error.args else error)}
        self.wfile.write(json.dumps(answer).encode() + b"\n")


class _Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True
    request_queue_size = 64


def start(run: Run) -> None:
    """Starts the door and waits until it is open."""
    run.spawn("fabricstate", [sys.executable, "-m", "lab.fabricstate", run.name])
    if not until(lambda: (run.path / SOCKET).is_socket(), 10, 0.02):
        raise LabError(f"the fabric's state is not served: see {run.log('fabricstate')}")


def main(name: str) -> None:
    """Serves for ever."""
    run = open_run(name)
    path = run.path / SOCKET
    path.unlink(missing_ok=True)
    os.umask(0o177)
    _Door.state = State(run)
    with _Server(str(path), _Door) as server:
        server.serve_forever()


if __name__ == "__main__":
    main(sys.argv[1])
