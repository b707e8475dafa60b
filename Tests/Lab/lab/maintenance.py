"""What a reboot of a node costs: by the console's workflow, by `kubectl drain`, and without either.

The client sends a datagram every 5 ms to a Local and to a Cluster service, each a new flow: what is not answered was
lost on the way. Beside it requests over connections go at a slower pace; of these a change of next hops may cut the
one that is under way, whoever makes it, so they are told and not judged.
"""
from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Callable, Iterator

from . import faults
from .client import Client, Json, lost, services
from .run import LabError, Run, until

_PACKAGE = Path(__file__).resolve().parents[3]
_RATE, _RUNS = 200, 3
#: Seconds without power: more than the hold time, less than the leaves keep stale routes.
_OFF = 6.0
#: Seconds that a measurement takes at most.
_LONGEST = 400


def measure(run: Run) -> str:
    """Three runs of all three; LabError where the workflow lost anything, or nothing can be told."""
    ways: dict[str, Callable[[Run, str], None]] = {
        "workflow": workflow, "kubectl drain and reboot": drained, "reboot alone": rebooted}
    told: dict[str, list[list[Json]]] = {name: [] for name in ways}
    with unbudgeted(run):
        for number in range(1, _RUNS + 1):
            for name, way in ways.items():
                # What the leaves forward to one node alone moves with each of its absences.
                node = busiest(run)
                told[name].append(watched(run, node, way))
                print(f"   run {number}, {name}, {node}: {figures(told[name][-1])}", file=sys.stderr, flush=True)
    text = "; ".join(f"{name} {' | '.join(map(figures, found))}" for name, found in told.items())
    if any(lost(judged(found)) for found in told["workflow"]):
        raise LabError(f"the workflow loses: {text}")
    if not all(lost(judged(found)) for found in told["kubectl drain and reboot"]):
        raise LabError(f"void: kubectl drain loses nothing either: {text}")
    return text


@contextmanager
def unbudgeted(run: Run) -> Iterator[None]:
    """The one deployment whose budget forbids every eviction may be evicted meanwhile."""
    from . import cluster

    path = "/apis/policy/v1beta1/namespaces/gb/poddisruptionbudgets/redis-leader"
    api = cluster.admin(run)
    former = api.get(path)["spec"]["minAvailable"]
    api.patch(path, {"spec": {"minAvailable": 0}})
    try:
        yield
    finally:
        api.patch(path, {"spec": {"minAvailable": former}})


def judged(reports: list[Json]) -> list[Json]:
    """The datagrams' reports."""
    return [report for report in reports if report["kind"] == "datagrams"]


def figures(reports: list[Json]) -> str:
    """`Local 0/9000, Cluster 0/9000, connections 1/1800`."""
    parts = [f"{report['policy']} {report['lost']}/{report['sent']}" for report in judged(reports)]
    others = [report for report in reports if report["kind"] != "datagrams"]
    return ", ".join(parts) + f", connections {lost(others)}/{sum(report['sent'] for report in others)}"


def busiest(run: Run) -> str:
    """The node through which most requests to both services enter."""
    reports = Client(run, list(services(run).values()), 2).report()
    shares = {node.name: [report["by_node"].get(node.name, 0) for report in reports] for node in run.topology.nodes}
    return max(shares, key=lambda name: (min(shares[name]), sum(shares[name])))


def watched(run: Run, node: str, way: Callable[[Run, str], None]) -> list[Json]:
    """What the client meets while a node is taken out and back."""
    asked = services(run)
    clients = {
        "datagrams": Client(run, list(asked.values()), _LONGEST, _RATE, datagrams=True),
        "connections": Client(run, list(asked.values()), _LONGEST)}
    try:
        way(run, node)
        time.sleep(2)
    finally:
        reports = {kind: client.stop() for kind, client in clients.items()}
    await_health(run)
    told = [
        report | {"kind": kind, "policy": policy}
        for kind, found in reports.items() for policy, report in zip(asked, found)]
    write_down(run, node, way.__name__, told)
    return told


def write_down(run: Run, node: str, way: str, told: list[Json]) -> None:
    """Keeps every loss with its moment among the instance's logs."""
    with open(run.log("maintenance"), "a", encoding="utf-8") as log:
        log.write(json.dumps({"node": node, "way": way, "at": time.time(), "reports": told}) + "\n")


def workflow(run: Run, node: str) -> None:
    """The console's: drain, power off and on while it is in maintenance, restore."""
    operate(run, "drain", node)
    reboot(run, node)
    operate(run, "restore", node)


def drained(run: Run, node: str) -> None:
    """Kubernetes' own: drain, power off and on, uncordon."""
    kubectl(run, "drain", node, "--ignore-daemonsets", "--delete-emptydir-data", "--force", "--timeout=120s")
    reboot(run, node)
    await_health(run)
    kubectl(run, "uncordon", node)


def rebooted(run: Run, node: str) -> None:
    """Nobody is told."""
    reboot(run, node)
    await_health(run)


def reboot(run: Run, node: str) -> None:
    """The node loses power, and boots."""
    faults.perform(run, "node-down", node)
    time.sleep(_OFF)
    faults.perform(run, "node-down", node, undo=True)


def operate(run: Run, operation: str, node: str) -> None:
    """A batch command of the console; LabError where it does not succeed."""
    config = run.path / "config-rest.yaml"
    if not config.is_file():
        config = run.path / "config.yaml"
    program = _PACKAGE / ".build" / "debug" / "bgpdeck"
    words = [str(program), operation, node, "--yes", "--allow-changes", "--output", "json", "--config", str(config)]
    words += ["--delete-emptydir-data"] if operation == "drain" else []
    environment = os.environ | {"LC_ALL": "C.UTF-8", "HOME": str(run.path / "home")}
    done = subprocess.run(words, capture_output=True, text=True, timeout=300, env=environment)
    if done.returncode == 0:
        return
    try:
        report = json.loads(done.stdout)[-1]
        reason = report.get("refusal") or report.get("reason") or ""
    except (ValueError, IndexError):
        reason = done.stderr.strip()[-400:]
    raise LabError(f"bgpdeck {operation} {node}: {done.returncode}: {reason}")


def kubectl(run: Run, *words: str) -> None:
    """A command of Kubernetes' own client."""
    program = os.path.join(run.state["programs"], "kubectl")
    run.call(None, program, "--kubeconfig", f"{run.path}/kubeconfig.admin", *words, timeout=150)


def await_health(run: Run) -> None:
    """Waits until every session is back."""
    from .instance import converged

    if not until(lambda: converged(run), 60, 0.5):
        raise LabError(f"{run.name} has not converged again after 60 s")
