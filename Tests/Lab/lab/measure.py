"""The loss that a client beyond the leaves meets while something is done to the fabric."""
from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Callable

from . import faults, network
from .run import LabError, Run, until

_PACKAGE = Path(__file__).resolve().parents[3]
_RATE = 20


class Client:
    """The client's requests beside what is done."""

    def __init__(self, run: Run, targets: list[str], seconds: float) -> None:
        command = ["-m", "lab.traffic", *targets, "--rate", str(_RATE), "--seconds", str(seconds)]
        self.child = subprocess.Popen(
            run.inside(network.CLIENT, [sys.executable, *command]), env=run.environment(), stdout=subprocess.PIPE,
            text=True)
        time.sleep(2)

    def report(self) -> list[dict[str, Any]]:
        """What became of the requests, per target."""
        return json.loads(self.child.communicate(timeout=300)[0])["targets"]


def targets(run: Run) -> list[str]:
    """A service with a Local policy, one with a Cluster policy, and a pod of the last node."""
    services = json.loads((run.path / "services.json").read_text())
    chosen = []
    for local in (True, False):
        fitting = [item for item in services if item["local"] == local and len(item["endpoints"]) > 1]
        if fitting:
            chosen.append(f"{fitting[0]['addresses'][0]}:{fitting[0]['ports'][0]}")
    pods = json.loads((run.node(run.topology.nodes[0].name) / "pods.json").read_text())
    return chosen + [f"{pod['address']}:8080" for pod in pods if pod["ready"]][:1]


def tell(reports: list[dict[str, Any]]) -> str:
    """Sent and lost per target, and the longest outage."""
    parts = []
    for report in reports:
        longest = max((outage["to"] - outage["from"] for outage in report["outages"]), default=0.0)
        parts.append(f"{report['target']} {report['lost']}/{report['sent']} lost, longest {longest:.1f} s")
    return "; ".join(parts)


def _quiet(run: Run) -> str:
    reports = Client(run, targets(run), 10).report()
    lost = sum(report["lost"] for report in reports)
    if lost:
        raise LabError(f"{lost} requests are lost in a healthy lab: {tell(reports)}")
    return tell(reports)


def _under(name: str, text: Callable[[Run], str | None]) -> Callable[[Run], str]:
    def measured(run: Run) -> str:
        client = Client(run, targets(run), 25)
        faults.perform(run, name, text(run))
        time.sleep(12)
        faults.perform(run, name, text(run), undo=True)
        reports = client.report()
        _await_health(run)
        return tell(reports)

    return measured


def _await_health(run: Run) -> None:
    from .instance import converged

    if not until(lambda: converged(run), 60, 0.5):
        raise LabError(f"{run.name} has not converged again after 60 s")


def _drain(run: Run) -> str:
    """Drain and restore of a node by the console's own operations, while the client asks for its services."""
    node = run.topology.nodes[-1].name
    client = Client(run, targets(run), 90)
    for operation in ("drain", "restore"):
        done = _bgpdeck(run, operation, node)
        if done.returncode != 0:
            client.child.kill()
            raise LabError(f"bgpdeck {operation} {node}: {(done.stdout + done.stderr).strip()[-200:]}")
    reports = client.report()
    _await_health(run)
    return tell(reports)


def _bgpdeck(run: Run, operation: str, node: str) -> subprocess.CompletedProcess[str]:
    program = _PACKAGE / ".build" / "debug" / "bgpdeck"
    words = [str(program), operation, node, "--yes", "--allow-changes", "--config", f"{run.path}/config.yaml"]
    return subprocess.run(words, capture_output=True, text=True, timeout=240, env=os.environ | {"LC_ALL": "C.UTF-8"})


#: What is measured, by the name of its row.
MEASUREMENTS: dict[str, Callable[[Run], str]] = {
    "loss in a healthy lab": _quiet,
    "loss while BIRD is killed and restarted": _under("calico-node-restarted", lambda run: run.topology.nodes[-1].name),
    "loss while a node has no power": _under("node-down", lambda run: run.topology.nodes[-1].name),
    "loss while a leaf reloads": _under("one-leaf-down", lambda run: str(run.topology.leaves[-1].id)),
    "loss while a node is drained and restored": _drain,
}
