"""The faults by name: what each does, on what, and how it is undone.

Names are those of Sources/Simulator/Faults/FaultKind.swift where the simulated fabric knows the fault too, so that the
same word makes it in both. Each is made for real: by a signal, a cable, a configuration, or an object of the API.
"""
from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Union

from .run import LabError, Run
from .topology import Leaf, Node


@dataclass(frozen=True)
class Session:
    """The session of a node with one leaf of its rack."""

    node: Node
    leaf: Leaf

    @property
    def address(self) -> str:
        """The leaf's address in the node's subnet: BIRD's neighbor."""
        return self.node.leaf_addresses[self.leaf.side]

    @property
    def protocol(self) -> str:
        """The name of BIRD's protocol."""
        return "Node_" + self.address.replace(".", "_")


Target = Union[Session, Node, Leaf, str, None]
#: The service that a fault is made of where none is named: Local, with endpoints on every node.
SERVICE = "gb/frontend"
#: Makes a fault, or with True undoes it.
Deed = Callable[[Run, Target, bool], None]


@dataclass(frozen=True)
class Fault:
    """A fault: its name, what it is done to, and what it does."""

    name: str
    #: `session` (NODE/LEAF; NODE alone: leaf B), `node`, `leaf`, `service` (NAMESPACE/NAME), `host` (as ssh knows it) or
    #: `none`.
    scope: str
    summary: str
    deed: Deed
    #: Whether it edits objects of the Kubernetes API.
    needs_cluster: bool = False
    #: Whether it takes leaves that forward to several next hops.
    needs_several: bool = False

    def is_possible(self, run: Run) -> bool:
        """Whether it can be made in a lab as that was started."""
        several = run.state.get("options", {}).get("maximum_paths", run.topology.maximum_paths) > 1
        return (several or not self.needs_several) and (bool(run.state.get("kubernetes")) or not self.needs_cluster)


REGISTER: dict[str, Fault] = {}


def fault(
    name: str, scope: str, summary: str, needs_cluster: bool = False, needs_several: bool = False,
) -> Callable[[Deed], Deed]:
    """Registers a deed under its name."""

    def register(deed: Deed) -> Deed:
        REGISTER[name] = Fault(name, scope, summary, deed, needs_cluster, needs_several)
        return deed

    return register


def target(run: Run, chosen: Fault, text: str | None) -> Target:
    """What the text names; without one the last node, or the last leaf."""
    topology = run.topology
    try:
        if chosen.scope == "none":
            return None
        if chosen.scope == "leaf":
            return topology.leaf(text) if text else topology.leaves[-1]
        if chosen.scope == "host":
            return text or topology.nodes[-1].name
        if chosen.scope == "service":
            return text or SERVICE
        name, _, leaf = (text or topology.nodes[-1].name).partition("/")
        node = topology.node(name)
        if chosen.scope == "node":
            return node
        pair = topology.leaves_of(node)
        found = topology.leaf(leaf) if leaf else pair[-1]
    except KeyError as error:
        raise LabError(f"{chosen.name} needs a {chosen.scope}: {error.args[0]}") from None
    if found not in pair:
        raise LabError(f"{chosen.name}: {node.name} has no session with {found.key}")
    return Session(node, found)


def perform(run: Run, name: str, text: str | None, undo: bool = False) -> str:
    """Makes or undoes a fault; gives one line that says so."""
    from . import faults_cluster, faults_leaf, faults_node, faults_wire  # noqa: F401  (they register themselves)

    if name not in REGISTER:
        raise LabError(f"no fault {name}; Tests/Lab/fault --list shows them")
    chosen = REGISTER[name]
    if chosen.needs_cluster and not run.state.get("kubernetes"):
        raise LabError(f"{name} edits the Kubernetes API, and this lab runs without one")
    if not chosen.is_possible(run):
        raise LabError(f"{name} takes several next hops, and this lab's leaves have one: up --maximum-paths")
    on = target(run, chosen, text)
    chosen.deed(run, on, undo)
    label = f"{name} {describe(on)}".strip()
    active = [entry for entry in run.state.get("faults", []) if entry != label]
    run.update_state(faults=active if undo else active + [label])
    return f"{'undone' if undo else 'made'}: {label}"


def describe(on: Target) -> str:
    """A target as `fault` takes it."""
    if isinstance(on, Session):
        return f"{on.node.name}/{on.leaf.id}"
    if isinstance(on, Node):
        return on.name
    return str(on.id) if isinstance(on, Leaf) else on or ""


def listing(run: Run | None = None) -> str:
    """All faults, one per line; of a lab those that can be made there."""
    from . import faults_cluster, faults_leaf, faults_node, faults_wire  # noqa: F401

    shown = [item for _, item in sorted(REGISTER.items()) if run is None or item.is_possible(run)]
    return "\n".join(f"{item.name:24} {item.scope:8} {item.summary}" for item in shown)
