"""A node's BGP speaker: Debian's BIRD 1.6.8, started as calico-node starts its own."""
from __future__ import annotations

import signal
import socket
from typing import Iterable

from .run import LabError, Run, until, write
from .topology import Node

BIRD = "/usr/sbin/bird"


def tag(node: Node) -> str:
    """The name of the process in the run folder."""
    return f"bird-{node.name}"


def start(run: Run, node: Node, patience: float = 10) -> None:
    """Starts BIRD with graceful-restart recovery, as calico-node does at every start, and waits for its socket."""
    folder = run.node(node.name)
    if not until(lambda: (folder / "bird.cfg").is_file(), 30):
        raise LabError(f"{node.name} has no bird.cfg: does the stand-in for confd run?")
    (folder / "bird.ctl").unlink(missing_ok=True)
    run.spawn(
        tag(node), [BIRD, "-R", "-f", "-s", f"{folder}/bird.ctl", "-c", f"{folder}/bird.cfg"], node.name,
        pid_file=folder / "bird.pid")
    if not until(lambda: answers(run, node), patience, 0.05):
        raise LabError(f"BIRD of {node.name} did not start: see {run.log(tag(node))}")


def stop(run: Run, node: Node, number: signal.Signals = signal.SIGTERM) -> bool:
    """Ends BIRD by a signal; False where it did not run."""
    ended = run.stop(tag(node), number)
    if ended:
        (run.node(node.name) / "bird.pid").unlink(missing_ok=True)
    return ended


def answers(run: Run, node: Node) -> bool:
    """Whether BIRD's socket accepts."""
    try:
        ask(run, node, "show status", timeout=1)
        return True
    except LabError:
        return False


def ask(run: Run, node: Node, command: str, timeout: float = 5) -> str:
    """BIRD's answer to a command, without reply codes."""
    path = run.node(node.name) / "bird.ctl"
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as bird:
            bird.settimeout(timeout)
            bird.connect(str(path))
            with bird.makefile("rw") as stream:
                list(_reply(stream))
                stream.write(command + "\n")
                stream.flush()
                return "\n".join(_reply(stream))
    except OSError as error:
        raise LabError(f"{node.name}: BIRD's socket: {error}") from None


def _reply(stream: Iterable[str]) -> Iterable[str]:
    """The lines of one reply: four digits and a hyphen or a blank, or one blank for a continuation."""
    for line in stream:
        line = line.rstrip("\n")
        if line[:1] in (" ", "+"):
            yield line[1:]
        else:
            if line[5:] or line[4:5] == "-":
                yield line[5:]
            if line[4:5] == " ":
                return


def render(run: Run, node: Node) -> str:
    """A bird.cfg for a lab without Kubernetes: the node's blocks and the service range towards both leaves."""
    topology = run.topology
    statics = [*node.blocks, topology.service_subnet]
    peers = "".join(_peer(leaf.rack and topology.rack(node.rack).asn, address, node)
                    for leaf, address in zip(topology.leaves_of(node), node.leaf_addresses))
    routes = "\n".join(f"  route {prefix} blackhole;" for prefix in statics)
    exports = "\n".join(f"  if ( net = {prefix} ) then {{ accept; }}" for prefix in statics)
    return f"""router id {node.address};
log stderr all;
protocol static {{
{routes}
}}
protocol kernel {{
  learn; persist; scan time 2; import all; graceful restart; merge paths on;
  export filter {{ if ( net = {topology.service_subnet} ) then reject; accept; }};
}}
protocol device {{ scan time 2; }}
protocol direct {{ interface -"cali*", -"kube-ipvs*", "*"; }}
filter calico_export_to_bgp_peers {{
{exports}
  reject;
}}
template bgp bgp_template {{
  description "Connection to BGP peer"; local as {node.asn}; multihop; gateway recursive; import all;
  export filter calico_export_to_bgp_peers; source address {node.address}; add paths on; graceful restart;
  connect delay time 2; connect retry time 5; error wait time 5,30;
}}
{peers}"""


def _peer(leaf_as: int, address: str, node: Node) -> str:
    name = "Node_" + address.replace(".", "_")
    return f"protocol bgp {name} from bgp_template {{\n  neighbor {address} as {leaf_as};\n}}\n"


def configure_without_kubernetes(run: Run) -> None:
    """Writes every node's bird.cfg from the figure alone."""
    for node in run.topology.nodes:
        write(run.node(node.name) / "bird.cfg", render(run, node))
