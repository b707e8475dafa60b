"""A leaf: FRR's zebra and bgpd in a namespace of its own, configured as the paper configures ACI.

What FRR 8.4 has not is emulated and says so: there is no maximum AS limit, an AS-path access list in the import route
map stands for it. Between the leaves runs iBGP over the fabric's bridge with each leaf as its own next hop, which is
what other racks see of a rack's routes in ACI without next-hop propagation; the SVI subnets go the same way.
"""
from __future__ import annotations

import json
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .network import CLIENT_ADDRESS
from .run import LabError, Run, until
from .topology import Leaf, Node, Topology

DAEMONS = "/usr/lib/frr"
#: The route map through which everything comes that a node tells (paper, ACI step 12).
IMPORT, EXPORT = "default-import", "default-export"
#: As default-import, but for the host routes of services: what one leaf of a pair may be given by mistake.
WITHOUT_SERVICES = "default-import-without-services"
#: The paper's BGP timers policy: keepalive and hold time in seconds (ACI step 10).
KEEPALIVE, HOLD = 1, 3
#: Seconds between attempts of a leaf to open a session; ACI's own value is not documented.
CONNECT_RETRY = 10


@dataclass(frozen=True)
class Options:
    """What a lab may want other than the figure has it."""

    maximum_paths: int
    multipath_relax: bool

    @staticmethod
    def of(topology: Topology) -> "Options":
        """The figure's own."""
        return Options(topology.maximum_paths, topology.multipath_relax)


def render(run: Run, leaf: Leaf, options: Options) -> str:
    """bgpd's configuration of a leaf."""
    topology, rack = run.topology, run.topology.rack(leaf.rack)
    lines = [
        "frr defaults traditional", f"hostname {leaf.key}", f"log file {run.leaf(leaf.key)}/bgpd.log", "!",
        f"router bgp {topology.fabric_asn}", f" bgp router-id {leaf.router_id}", " bgp log-neighbor-changes",
        " no bgp ebgp-requires-policy", " bgp graceful-restart stalepath-time 300",
    ]
    if options.multipath_relax:
        lines.append(" bgp bestpath as-path multipath-relax")
    for node in rack.nodes:
        lines += [f" {line}" for line in neighbor(node, rack.asn)]
    others = [other for other in topology.leaves if other.id != leaf.id]
    for other in others:
        lines += [
            f" neighbor {other.tep} remote-as {topology.fabric_asn}", f" neighbor {other.tep} description {other.key}",
            f" neighbor {other.tep} update-source {leaf.tep}", f" neighbor {other.tep} timers 3 9",
            f" neighbor {other.tep} timers connect 2",
        ]
    lines += [
        " address-family ipv4 unicast", "  redistribute kernel route-map client",
        "  redistribute connected route-map svi",
        f"  maximum-paths {options.maximum_paths}", f"  maximum-paths ibgp {options.maximum_paths}",
    ]
    lines += [f"  {line}" for node in rack.nodes for line in policy(node)]
    for other in others:
        lines += [f"  neighbor {other.tep} next-hop-self", f"  neighbor {other.tep} soft-reconfiguration inbound"]
    lines += [" exit-address-family", "!"]
    for index, prefix in enumerate((topology.pod_subnet, topology.service_subnet)):
        lines.append(f"ip prefix-list {IMPORT} seq {5 + 5 * index} permit {prefix} le 32")
    pattern = "^[0-9]+" + "( [0-9]+)?" * (topology.maximum_as_path - 1) + "$"
    lines += [
        f"ip prefix-list client permit {CLIENT_ADDRESS}/32",
        *(f"ip prefix-list svi permit {node.subnet}" for node in rack.nodes),
        f"bgp as-path access-list maximum-as-limit permit {pattern}", "!",
        f"route-map {IMPORT} permit 10", f" match ip address prefix-list {IMPORT}", " match as-path maximum-as-limit",
        "!", f"ip prefix-list service-hosts permit {topology.service_subnet} ge 32",
        f"route-map {WITHOUT_SERVICES} deny 5", " match ip address prefix-list service-hosts",
        f"route-map {WITHOUT_SERVICES} permit 10", f" match ip address prefix-list {IMPORT}",
        " match as-path maximum-as-limit", "!", f"route-map {EXPORT} deny 10", "!",
        "route-map client permit 10", " match ip address prefix-list client",
        "!", "route-map svi permit 10", " match ip address prefix-list svi", "!",
    ]
    return "\n".join(lines) + "\n"


def neighbor(node: Node, local_as: int) -> list[str]:
    """A peer connectivity profile with Local-AS and the timers policy."""
    return [
        f"neighbor {node.address} remote-as {node.asn}", f"neighbor {node.address} local-as {local_as}",
        f"neighbor {node.address} description {node.name}", f"neighbor {node.address} timers {KEEPALIVE} {HOLD}",
        f"neighbor {node.address} timers connect {CONNECT_RETRY}",
        f"neighbor {node.address} graceful-restart-helper",
    ]


def policy(node: Node) -> list[str]:
    """Import route control and the empty export of a peer."""
    return [
        f"neighbor {node.address} activate", f"neighbor {node.address} soft-reconfiguration inbound",
        f"neighbor {node.address} route-map {IMPORT} in", f"neighbor {node.address} route-map {EXPORT} out",
    ]


def start(run: Run, leaf: Leaf, options: Options | None = None) -> None:
    """Starts both daemons of a leaf; with options also writes its startup configuration anew."""
    folder = run.leaf(leaf.key)
    folder.mkdir(parents=True, exist_ok=True)
    shutil.chown(folder, "frr", "frr")
    if options is not None:
        (folder / "bgpd.conf").write_text(render(run, leaf, options))
        (folder / "zebra.conf").write_text(f"hostname {leaf.key}\nlog file {folder}/zebra.log\n")
    start_zebra(run, leaf)
    start_bgpd(run, leaf)


def start_zebra(run: Run, leaf: Leaf) -> None:
    """Starts zebra, which puts BGP's routes into the namespace's kernel table."""
    folder = run.leaf(leaf.key)
    run.spawn(f"zebra-{leaf.key}", [f"{DAEMONS}/zebra", *_common(folder, "zebra")], leaf.key)
    if not until(lambda: (folder / "zserv.api").is_socket(), 10, 0.02):
        raise LabError(f"zebra of {leaf.key} did not start: see {run.log(f'zebra-{leaf.key}')}")


def start_bgpd(run: Run, leaf: Leaf) -> None:
    """Starts bgpd and waits until it can be asked."""
    folder = run.leaf(leaf.key)
    (folder / "bgpd.vty").unlink(missing_ok=True)
    run.spawn(f"bgpd-{leaf.key}", [f"{DAEMONS}/bgpd", *_common(folder, "bgpd")], leaf.key)
    if not until(lambda: (folder / "bgpd.vty").is_socket(), 10, 0.02):
        raise LabError(f"bgpd of {leaf.key} did not start: see {run.log(f'bgpd-{leaf.key}')}")


def _common(folder: Path, daemon: str) -> list[str]:
    return [
        "-P", "0", "-f", f"{folder}/{daemon}.conf", "-z", f"{folder}/zserv.api",
        "-i", f"{folder}/{daemon}.pid", "--vty_socket", str(folder),
    ]


def await_settled(run: Run, leaf: Leaf) -> None:
    """Waits until a leaf no longer says that it restarts itself, which FRR does for 120 s; a BIRD that starts meanwhile
    does not wait for it."""
    started = (run.path / "pids" / f"bgpd-{leaf.key}").stat().st_mtime
    time.sleep(max(0.0, started + 121 - time.time()))


def stop(run: Run, leaf: Leaf, number: signal.Signals = signal.SIGTERM) -> None:
    """Ends both daemons."""
    for daemon in ("bgpd", "zebra"):
        pid = run.pid(f"{daemon}-{leaf.key}")
        run.stop(f"{daemon}-{leaf.key}", number)
        forget(pid)


def forget(pid: int | None) -> None:
    """Removes the crash folder that FRR's daemons make outside the run folder."""
    for daemon in ("bgpd", "zebra"):
        if pid is not None:
            shutil.rmtree(f"/var/tmp/frr/{daemon}.{pid}", ignore_errors=True)


def vtysh(run: Run, leaf: Leaf, *commands: str, daemon: str = "bgpd", timeout: float = 10) -> str:
    """What `vtysh` answers to the commands."""
    words = ["vtysh", "--vty_socket", str(run.leaf(leaf.key)), "-d", daemon]
    for command in commands:
        words += ["-c", command]
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=timeout, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        raise LabError(f"{leaf.key}: bgpd does not answer within {timeout} s") from None
    if done.returncode != 0 or "% " in done.stdout[:2]:
        raise LabError(f"{leaf.key}: {done.stdout.strip() or done.stderr.strip()}")
    return done.stdout


def ask(run: Run, leaf: Leaf, command: str, daemon: str = "bgpd") -> dict[str, Any]:
    """FRR's JSON answer to a `show` command."""
    text = vtysh(run, leaf, f"{command} json", daemon=daemon)
    try:
        return json.loads(text or "{}")
    except ValueError as error:
        raise LabError(f"{leaf.key}: {command} json: {error}: {text[:120]}") from None


def configure(run: Run, leaf: Leaf, *lines: str) -> None:
    """Changes the running configuration, not the one that the leaf starts with."""
    vtysh(run, leaf, "configure terminal", *lines)


def in_bgp(run: Run, *lines: str, family: bool = False) -> list[str]:
    """Configuration lines as they stand under the fabric's AS, perhaps in its address family."""
    head = [f"router bgp {run.topology.fabric_asn}"]
    return head + (["address-family ipv4 unicast"] if family else []) + list(lines)
