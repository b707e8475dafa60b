"""The client beyond the leaves while something is done: what it is to ask, and what it has to tell."""
from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import Any

from . import network
from .dataplane import PATIENCE
from .run import Run

Json = dict[str, Any]


class Client:
    """Requests at a steady pace until the report is asked for, or the time is over."""

    def __init__(
        self, run: Run, targets: list[str], seconds: float, rate: float = 20, datagrams: bool = False,
    ) -> None:
        command = ["-m", "lab.traffic", *targets, "--rate", str(rate), "--seconds", str(seconds)]
        command += ["--datagrams", "--timeout", str(PATIENCE)] if datagrams else []
        self.child = subprocess.Popen(
            run.inside(network.CLIENT, ["nice", "-n", "-15", sys.executable, *command]), env=run.environment(), stdout=subprocess.PIPE,
            text=True)
        time.sleep(2)

    def report(self) -> list[Json]:
        """What became of the requests, per target."""
        return json.loads(self.child.communicate(timeout=300)[0])["targets"]

    def stop(self) -> list[Json]:
        """Sends no more, and reports."""
        self.child.terminate()
        return self.report()


def services(run: Run) -> dict[str, str]:
    """A service with a Local policy and one with a Cluster policy, with endpoints on two nodes at least."""
    known = json.loads((run.path / "services.json").read_text())
    chosen = {}
    for policy, local in (("Local", True), ("Cluster", False)):
        fitting = [
            item for item in known if item["local"] == local and len({one["node"] for one in item["endpoints"]}) > 1]
        if fitting:
            chosen[policy] = f"{fitting[0]['addresses'][0]}:{fitting[0]['ports'][0]}"
    return chosen


def targets(run: Run) -> list[str]:
    """Both services, and a pod of the first node."""
    pods = json.loads((run.node(run.topology.nodes[0].name) / "pods.json").read_text())
    return list(services(run).values()) + [f"{pod['address']}:8080" for pod in pods if pod["ready"]][:1]


def lost(reports: list[Json]) -> int:
    """Requests without an answer."""
    return sum(report["lost"] for report in reports)


def tell(reports: list[Json]) -> str:
    """Sent and lost per target, and the longest outage."""
    parts = []
    for report in reports:
        longest = max((outage["to"] - outage["from"] for outage in report["outages"]), default=0.0)
        parts.append(f"{report['target']} {report['lost']}/{report['sent']} lost, longest {longest:.1f} s")
    return "; ".join(parts)
