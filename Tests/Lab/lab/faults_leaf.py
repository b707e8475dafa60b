"""Faults of a leaf: its daemons and its configuration."""
from __future__ import annotations

import signal

from . import leaf as leaves
from . import network, ssh
from .faults import Session, fault
from .run import Run
from .topology import Leaf, Node

#: An AS that nobody has.
WRONG_AS = 64999


def _bgp(run: Run, session: Session, *lines: str, family: bool = False) -> None:
    leaves.configure(run, session.leaf, *leaves.in_bgp(run, *lines, family=family))


@fault("leaf-neighbor-shut", "session", "the leaf shuts the neighbor administratively")
def leaf_neighbor_shut(run: Run, session: Session, undo: bool) -> None:
    """Cease, administrative shutdown."""
    _bgp(run, session, f"{'no ' if undo else ''}neighbor {session.node.address} shutdown")


@fault("leaf-peer-missing", "session", "the leaf has no neighbor for the node")
def leaf_peer_missing(run: Run, session: Session, undo: bool) -> None:
    """Its configuration is gone, and the node's connections are reset."""
    if not undo:
        return _bgp(run, session, f"no neighbor {session.node.address}")
    asn = run.topology.rack(session.leaf.rack).asn
    _bgp(run, session, *leaves.neighbor(session.node, asn), "address-family ipv4 unicast", *leaves.policy(session.node))


@fault("wrong-as-on-leaf", "session", "the leaf expects another AS of the node")
def wrong_as_on_leaf(run: Run, session: Session, undo: bool) -> None:
    """The wrong half is the fabric's."""
    asn = session.node.asn if undo else WRONG_AS
    _bgp(run, session, f"neighbor {session.node.address} remote-as {asn}")


@fault("password-mismatch", "session", "the leaf has an MD5 password, the node none")
def password_mismatch(run: Run, session: Session, undo: bool) -> None:
    """Both ends stay silent for ever."""
    address = session.node.address
    _bgp(run, session, f"no neighbor {address} password" if undo else f"neighbor {address} password not-the-same")


@fault("hold-timer-mismatch", "session", "the leaf proposes 20 s and 60 s instead of 1 s and 3 s")
def hold_timer_mismatch(run: Run, session: Session, undo: bool) -> None:
    """The negotiated hold time is not the design's."""
    timers = (leaves.KEEPALIVE, leaves.HOLD) if undo else (20, 60)
    _bgp(run, session, f"neighbor {session.node.address} timers {timers[0]} {timers[1]}")
    leaves.vtysh(run, session.leaf, f"clear bgp {session.node.address}")


@fault("max-prefix-shut", "session", "the leaf's limit is one prefix: it ends the session")
def max_prefix_shut(run: Run, session: Session, undo: bool) -> None:
    """Cease, maximum number of prefixes reached."""
    _max_prefix(run, session, undo, "")


@fault("max-prefix-warning", "session", "the leaf's limit is one prefix: it only warns")
def max_prefix_warning(run: Run, session: Session, undo: bool) -> None:
    """Nothing changes but the leaf's log."""
    _max_prefix(run, session, undo, " warning-only")


def _max_prefix(run: Run, session: Session, undo: bool, action: str) -> None:
    address = session.node.address
    line = f"no neighbor {address} maximum-prefix" if undo else f"neighbor {address} maximum-prefix 1{action}"
    _bgp(run, session, line, family=True)
    if undo:
        leaves.vtysh(run, session.leaf, f"clear bgp {address}")


@fault("import-filter-missing", "node", "default-import of both leaves lacks the node's last block")
def import_filter_missing(run: Run, node: Node, undo: bool) -> None:
    """The block is advertised and not accepted."""
    word = "no " if undo else ""
    for leaf in run.topology.leaves_of(node):
        leaves.configure(run, leaf, f"{word}ip prefix-list {leaves.IMPORT} seq 1 deny {node.blocks[-1]}")
        leaves.vtysh(run, leaf, f"clear bgp {node.address} soft in")


@fault("leaves-disagree", "session", "one leaf refuses the host routes of services from a node")
def leaves_disagree(run: Run, session: Session, undo: bool) -> None:
    """The pair installs different next hops."""
    address, name = session.node.address, leaves.IMPORT if undo else leaves.WITHOUT_SERVICES
    _bgp(run, session, f"neighbor {address} route-map {name} in", family=True)
    leaves.vtysh(run, session.leaf, f"clear bgp {address} soft in")


@fault("service-single-next-hop", "none", "multipath relax is off on all leaves")
def service_single_next_hop(run: Run, _: None, undo: bool) -> None:
    """Nodes of different AS no longer share the load."""
    word = "" if undo else "no "
    for leaf in run.topology.leaves:
        leaves.configure(run, leaf, *leaves.in_bgp(run, f"{word}bgp bestpath as-path multipath-relax"))


@fault("leaf-killed", "leaf", "bgpd is killed by SIGKILL; undo starts it")
def leaf_killed(run: Run, leaf: Leaf, undo: bool) -> None:
    """The kernel closes its sessions."""
    _ended(run, leaf, undo, signal.SIGKILL)


@fault("leaf-terminated", "leaf", "bgpd ends by SIGTERM: FRR closes TCP without a Cease; undo starts it")
def leaf_terminated(run: Run, leaf: Leaf, undo: bool) -> None:
    """An orderly end."""
    _ended(run, leaf, undo, signal.SIGTERM)


def _ended(run: Run, leaf: Leaf, undo: bool, number: signal.Signals) -> None:
    tag = f"bgpd-{leaf.key}"
    if undo:
        if run.pid(tag) is None:
            leaves.start_bgpd(run, leaf)
        return
    pid = run.pid(tag)
    run.stop(tag, number)
    leaves.forget(pid)


@fault("leaf-stopped", "leaf", "bgpd is stopped by SIGSTOP: it keeps its sessions and says nothing; undo continues it")
def leaf_stopped(run: Run, leaf: Leaf, undo: bool) -> None:
    """A leaf that hangs."""
    run.send(f"bgpd-{leaf.key}", signal.SIGCONT if undo else signal.SIGSTOP)


@fault("one-leaf-down", "leaf", "the leaf reloads: cables and daemons at once; undo is its coming back")
def one_leaf_down(run: Run, leaf: Leaf, undo: bool) -> None:
    """A leaf forgets what was configured since its start."""
    ports = [network.port(node, leaf) for node in run.topology.rack(leaf.rack).nodes] + [f"overlay-{leaf.id}"]
    mark = run.leaf(leaf.key) / "off"
    if not undo:
        mark.touch()
        for name in ports:
            network.ip(run, network.WIRE, "link", "set", name, "down")
        network.ip(run, leaf.key, "link", "set", "client", "down")
        leaves.stop(run, leaf, signal.SIGKILL)
        ssh.stop(run, leaf.key)
        return
    for name in ports:
        network.ip(run, network.WIRE, "link", "set", name, "up")
    network.ip(run, leaf.key, "link", "set", "client", "up")
    here, there = network.client_addresses(leaf)
    network.ip(run, leaf.key, "route", "replace", f"{network.CLIENT_ADDRESS}/32", "via", there)
    for daemon in ("bgpd", "zebra"):
        if run.pid(f"{daemon}-{leaf.key}") is not None:
            break
    else:
        leaves.start(run, leaf)
    ssh.start(run, leaf.key)
    mark.unlink(missing_ok=True)
