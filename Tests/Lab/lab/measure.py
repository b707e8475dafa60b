"""The loss that a client beyond the leaves meets while something is done to the fabric."""
from __future__ import annotations

import time
from typing import Callable

from . import faults, maintenance
from .client import Client, lost, targets, tell
from .run import LabError, Run


def _quiet(run: Run) -> str:
    reports = Client(run, targets(run), 10).report()
    if lost(reports):
        raise LabError(f"{lost(reports)} requests are lost in a healthy lab: {tell(reports)}")
    return tell(reports)


def _under(name: str, text: Callable[[Run], str | None]) -> Callable[[Run], str]:
    def measured(run: Run) -> str:
        client = Client(run, targets(run), 25)
        faults.perform(run, name, text(run))
        time.sleep(12)
        faults.perform(run, name, text(run), undo=True)
        reports = client.report()
        maintenance.await_health(run)
        return tell(reports)

    return measured


#: What is measured, by the name of its row.
MEASUREMENTS: dict[str, Callable[[Run], str]] = {
    "loss in a healthy lab": _quiet,
    "loss while BIRD is killed and restarted": _under("calico-node-restarted", lambda run: run.topology.nodes[-1].name),
    "loss while a node has no power": _under("node-down", lambda run: run.topology.nodes[-1].name),
    "loss while a leaf reloads": _under("one-leaf-down", lambda run: str(run.topology.leaves[-1].id)),
    "loss by drain, reboot and restore": maintenance.measure,
}
