"""Faults of a node's speaker and host."""
from __future__ import annotations

import signal

from . import leaf as leaves
from . import network, speaker, ssh
from .faults import Session, fault
from .faults_leaf import one_leaf_down
from .run import Run
from .topology import Node


def _mark(run: Run, node: Node, name: str, undo: bool) -> None:
    """Lets a stand-in of the node rest (`kubelet.stopped`, `confd.stopped`), or go on."""
    file = run.node(node.name) / f"{name}.stopped"
    if undo:
        file.unlink(missing_ok=True)
    else:
        file.touch()


def _ended(run: Run, node: Node, undo: bool, number: signal.Signals) -> None:
    if undo:
        if run.pid(speaker.tag(node)) is None:
            speaker.start(run, node)
    else:
        speaker.stop(run, node, number)


@fault("bird-killed", "node", "BIRD is killed by SIGKILL: TCP closes without a word; undo starts it")
def bird_killed(run: Run, node: Node, undo: bool) -> None:
    """What deleting calico-node's pod does."""
    _ended(run, node, undo, signal.SIGKILL)


@fault("bird-terminated", "node", "BIRD ends by SIGTERM, with a Cease; undo starts it")
def bird_terminated(run: Run, node: Node, undo: bool) -> None:
    """An orderly end."""
    _ended(run, node, undo, signal.SIGTERM)


@fault("hold-timer-expired", "node", "BIRD is stopped by SIGSTOP, hold timers expire; undo continues it")
def hold_timer_expired(run: Run, node: Node, undo: bool) -> None:
    """A daemon without CPU."""
    run.send(speaker.tag(node), signal.SIGCONT if undo else signal.SIGSTOP)


@fault("calico-node-restarted", "node", "BIRD is killed and started at once; nothing to undo")
def calico_node_restarted(run: Run, node: Node, undo: bool) -> None:
    """A pod that is replaced."""
    if not undo:
        speaker.stop(run, node, signal.SIGKILL)
        speaker.start(run, node)


@fault("calico-node-dead", "node", "BIRD and confd are gone, the pod does not come back; undo starts both")
def calico_node_dead(run: Run, node: Node, undo: bool) -> None:
    """A pod that stays away."""
    _mark(run, node, "confd", undo)
    _ended(run, node, undo, signal.SIGKILL)


@fault("recovery-wait", "node", "BIRD restarts while leaf B has shut its session; undo lets leaf B back in")
def recovery_wait(run: Run, node: Node, undo: bool) -> None:
    """Graceful-restart recovery that waits for a peer which does not come (calico.md 0.5)."""
    first, leaf = run.topology.leaves_of(node)
    if not undo:
        leaves.await_settled(run, first)
    word = "no neighbor" if undo else "neighbor"
    leaves.configure(run, leaf, *leaves.in_bgp(run, f"{word} {node.address} shutdown"))
    if not undo:
        speaker.stop(run, node, signal.SIGKILL)
        speaker.start(run, node)


@fault("restarted-with-leaf-down", "node", "BIRD restarts while leaf B reloads; undo is the leaf's coming back")
def restarted_with_leaf_down(run: Run, node: Node, undo: bool) -> None:
    """What a node's upgrade meets beside a leaf's: the same wait for a peer that does not come."""
    first, leaf = run.topology.leaves_of(node)
    if not undo:
        leaves.await_settled(run, first)
    one_leaf_down(run, leaf, undo)
    if not undo:
        speaker.stop(run, node, signal.SIGKILL)
        speaker.start(run, node)


@fault("peer-disabled", "session", "`birdcl disable` of one peer; undo is a reload, which starts it again")
def peer_disabled(run: Run, session: Session, undo: bool) -> None:
    """By hand, and not for long: any reload undoes it (calico.md 0.16)."""
    if undo:
        run.send(speaker.tag(session.node), signal.SIGHUP)
    else:
        speaker.ask(run, session.node, f"disable {session.protocol}")


@fault("node-down", "node", "the host loses power: cable and processes at once; undo boots it")
def node_down(run: Run, node: Node, undo: bool) -> None:
    """Nothing is said any more, and nothing answers."""
    if not undo:
        network.ip(run, network.WIRE, "link", "set", network.port(node), "down")
        _mark(run, node, "kubelet", undo)
        _mark(run, node, "confd", undo)
        run.stop(speaker.tag(node), signal.SIGKILL)
        ssh.stop(run, node.name)
        return
    network.ip(run, network.WIRE, "link", "set", network.port(node), "up")
    # The kernel forgets the default route with the cable.
    network.ip(run, node.name, "route", "replace", "default", "via", node.gateway)
    _mark(run, node, "kubelet", undo)
    _mark(run, node, "confd", undo)
    ssh.start(run, node.name)
    _ended(run, node, True, signal.SIGKILL)


@fault("source-ssh-refused", "host", "sshd of a host is down: connections are refused; undo starts it")
def source_ssh_refused(run: Run, host: str, undo: bool) -> None:
    """A machine that runs and cannot be logged in to."""
    key = ssh.hosts(run).get(host) or run.topology.leaf(host).key
    if undo:
        ssh.start(run, key)
    else:
        ssh.stop(run, key)
