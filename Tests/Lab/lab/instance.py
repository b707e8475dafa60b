"""An instance from start to end: up, converged, down."""
from __future__ import annotations

import os
import time
from typing import Callable

from . import console, dataplane, fabricstate, leaf as leaves, network, speaker, ssh
from .run import ROOT, LabError, Run, checked_name, end, instances, members, open_run, remove, until
from .topology import named

Say = Callable[[str], None]


def missing() -> str | None:
    """Why no lab can run here, in one line; nil where one can."""
    if os.geteuid() != 0:
        return "the lab needs root, for network namespaces"
    programs = ("/usr/sbin/bird", "/usr/lib/frr/bgpd", "/usr/bin/vtysh", "/usr/sbin/sshd")
    absent = [path for path in programs if not os.access(path, os.X_OK)]
    if absent:
        return f"the lab needs {', '.join(absent)}: run Tests/Lab/install"
    return None


def up(figure: str, name: str | None, kubernetes: bool, options: leaves.Options | None, say: Say) -> Run:
    """Starts an instance and waits until it has converged; what an earlier one of that name left is removed first."""
    reason = missing()
    if reason:
        raise LabError(reason)
    topology = named(figure)
    run = Run(checked_name(name or figure), topology)
    started = time.monotonic()
    down(run.name)
    chosen = options or leaves.Options.of(topology)
    run.path.mkdir(parents=True)
    run.update_state(
        figure=figure, name=run.name, nodes=[node.name for node in topology.nodes],
        leaves=[leaf.key for leaf in topology.leaves], kubernetes=kubernetes,
        namespaces={key: run.namespace(key) for key in network.keys(run)}, options=vars(chosen))
    try:
        _start(run, kubernetes, chosen, lambda text: say(f"{time.monotonic() - started:5.1f} s  {text}"))
    except BaseException:
        say(f"not up; its logs are in {run.path}/logs until Tests/Lab/down {run.name}")
        end(members(run.path))
        raise
    return run


def _start(run: Run, kubernetes: bool, options: leaves.Options, say: Say) -> None:
    network.build(run)
    for leaf in run.topology.leaves:
        leaves.start(run, leaf, options)
    say(f"{len(run.topology.leaves)} leaves run")
    ssh.start_all(run)
    if kubernetes:
        from . import cluster

        cluster.start(run)
        say("the cluster is ready")
    else:
        speaker.configure_without_kubernetes(run)
    for node in run.topology.nodes:
        speaker.start(run, node)
    dataplane.start(run)
    fabricstate.start(run)
    console.write_configuration(run, kubernetes)
    run.update_state(up=True)
    if not until(lambda: converged(run), 60, 0.2):
        raise LabError(f"{run.name} has not converged after 60 s: see Tests/Lab/status")
    say(f"{2 * len(run.topology.nodes)} sessions are Established")


def converged(run: Run) -> bool:
    """Whether every session of the design is Established and has told something, and the leaves know each other."""
    for leaf in run.topology.leaves:
        try:
            peers = leaves.ask(run, leaf, "show bgp ipv4 unicast summary").get("peers", {})
        except LabError:
            return False
        if not peers or any(peer["state"] != "Established" or peer["pfxRcd"] == 0 for peer in peers.values()):
            return False
    return True


def down(name: str) -> bool:
    """Ends everything of an instance and removes its folder; False where there was nothing."""
    path = ROOT / checked_name(name)
    pids = members(path)
    known = path.exists()
    end(pids)
    for pid in pids:
        leaves.forget(pid)
    network.destroy(name)
    remove(path)
    return known or bool(pids)


def status(run: Run) -> str:
    """One line per leaf and node."""
    lines = [f"{run.name}: {run.topology.name}, {run.path}"]
    for leaf in run.topology.leaves:
        try:
            peers = leaves.ask(run, leaf, "show bgp ipv4 unicast summary").get("peers", {})
            tell = [f"{peer.get('desc', address)} {peer['state']}/{peer['pfxRcd']}" for address, peer in peers.items()]
            lines.append(f"  {leaf.key}: {', '.join(tell)}")
        except LabError as error:
            lines.append(f"  {leaf.key}: {error}")
    for node in run.topology.nodes:
        try:
            table = speaker.ask(run, node, "show protocols").splitlines()
            tell = [" ".join(line.split()) for line in table if " BGP " in line]
            lines.append(f"  {node.name}: {'; '.join(tell)}")
        except LabError as error:
            lines.append(f"  {node.name}: {error}")
    faults = run.state.get("faults", [])
    lines.append(f"  faults: {', '.join(faults) if faults else 'none'}")
    return "\n".join(lines)


def chosen(name: str | None) -> Run:
    """The instance of that name, or the only one there is."""
    if name is not None:
        return open_run(name)
    known = instances()
    if len(known) != 1:
        raise LabError(f"which lab? up are: {', '.join(known) or 'none'}")
    return open_run(known[0])
