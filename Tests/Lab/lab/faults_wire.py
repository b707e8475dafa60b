"""Faults of cables, VLANs and addresses."""
from __future__ import annotations

import sys

from . import network
from .faults import Session, fault
from .run import Run
from .topology import Node

WRONG_VLAN = 999


@fault("link-down", "session", "the cable between a leaf and the node's VLAN is out")
def link_down(run: Run, session: Session, undo: bool) -> None:
    """The leaf sees the loss of the carrier, the node does not."""
    network.ip(run, network.WIRE, "link", "set", network.port(session.node, session.leaf), "up" if undo else "down")


@fault("wrong-vlan", "session", "the leaf's port is in another VLAN: links are up, nobody answers")
def wrong_vlan(run: Run, session: Session, undo: bool) -> None:
    """An encapsulation that does not fit the node's."""
    name, wrong = network.port(session.node, session.leaf), network.bridge(WRONG_VLAN)
    if not undo:
        network.ip(run, network.WIRE, "link", "add", wrong, "type", "bridge", check=False)
        network.ip(run, network.WIRE, "link", "set", wrong, "up")
    network.ip(run, network.WIRE, "link", "set", name, "master", network.bridge(session.node.vlan) if undo else wrong)
    if undo:
        network.ip(run, network.WIRE, "link", "del", wrong)


@fault("session-flapping", "session", "what the node sends to the leaf is lost for 4 s of every 12 s")
def session_flapping(run: Run, session: Session, undo: bool) -> None:
    """A loose contact: the leaf's hold timer expires again and again."""
    tag = f"loose-{session.node.name}-{session.leaf.id}"
    if not undo:
        run.spawn(tag, [sys.executable, "-m", "lab.loosecontact", session.address], session.node.name)
        return
    run.stop(tag)
    network.ip(run, session.node.name, "neigh", "del", session.address, "dev", "eth0", check=False)


@fault("duplicate-address", "node", "a second machine in the node's VLAN has its address and answers for it")
def duplicate_address(run: Run, node: Node, undo: bool) -> None:
    """Whoever spoke last has the leaves' traffic: the twin knows of no session and resets what it gets."""
    port, inside = f"twin-{node.vlan}", f"twin{node.vlan}"
    if undo:
        run.stop(port)
        network.ip(run, network.WIRE, "link", "del", port)
        _announce(run, node.name, "eth0", node, 2)
        return
    network.ip(run, network.WIRE, "link", "add", port, "type", "veth", "peer", "name", inside, "netns",
               run.namespace(network.APIC))
    network.ip(run, network.WIRE, "link", "set", port, "master", network.bridge(node.vlan), "up")
    network.ip(run, network.APIC, "addr", "add", f"{node.address}/{node.subnet.prefixlen}", "dev", inside)
    network.ip(run, network.APIC, "link", "set", inside, "up")
    # What a machine does that gets an address: it tells everybody, here once a second for as long as it lives.
    run.spawn(port, ["arping", "-q", "-U", "-I", inside, node.address], network.APIC)


def _announce(run: Run, key: str, interface: str, node: Node, times: int) -> None:
    run.call(key, "arping", "-q", "-U", "-c", str(times), "-I", interface, node.address, check=False)
