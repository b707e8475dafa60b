"""Network namespaces, VLAN bridges and cables of an instance.

One namespace per node and leaf, one for the client beyond the leaves, and one, `wire`, that holds a bridge for each
node's VLAN (the vPC's two members and the node hang on it) and one for the fabric between the leaves. Nothing of an
instance is in the host's own namespace, so that names cannot clash.
"""
from __future__ import annotations

import subprocess
from pathlib import Path

from .run import LabError, Run, instances
from .topology import Leaf, Node

WIRE, CLIENT, APIC = "wire", "client", "apic"
#: The client's address, known to the leaves.
CLIENT_ADDRESS = "172.30.0.10"
#: Routers forward, balance by ports and drop next hops whose cable is out.
_SETTINGS = {
    "net.ipv4.ip_forward": "1", "net.ipv4.conf.all.rp_filter": "0", "net.ipv4.conf.default.rp_filter": "0",
    "net.ipv4.fib_multipath_hash_policy": "1", "net.ipv4.conf.all.ignore_routes_with_linkdown": "1",
    "net.ipv4.conf.default.ignore_routes_with_linkdown": "1", "net.ipv4.conf.all.send_redirects": "0",
    "net.ipv4.conf.default.send_redirects": "0",
}
#: A vPC pair shares its gateway's MAC address; here each leaf answers with its own, and the node notices quickly that
#: one has gone and asks again.
_QUICK_NEIGHBORS = "base_reachable 500 delay_probe 0 retrans 150 ucast_probes 2"


def keys(run: Run) -> list[str]:
    """All namespaces of the instance, by key."""
    topology = run.topology
    return [WIRE, CLIENT, APIC] + [leaf.key for leaf in topology.leaves] + [node.name for node in topology.nodes]


def port(node: Node, leaf: Leaf | None = None) -> str:
    """The name of a port on a node's VLAN bridge: the leaf's or, without one, the node's own."""
    return f"v{node.vlan}-{leaf.id if leaf else 'node'}"


def bridge(vlan: int) -> str:
    """The name of a VLAN's bridge in the wire's namespace."""
    return f"vlan{vlan}"


def client_addresses(leaf: Leaf) -> tuple[str, str]:
    """The addresses of the leaf and of the client on the cable between them."""
    return f"172.31.{leaf.id & 255}.1", f"172.31.{leaf.id & 255}.2"


def build(run: Run) -> None:
    """Makes all namespaces, bridges, cables and addresses."""
    for key in keys(run):
        _ip("netns", "add", run.namespace(key))
    for key in keys(run):
        names = _SETTINGS if key not in (WIRE, APIC) else {}
        if names:
            run.call(key, "sysctl", "-q", "-w", *(f"{name}={value}" for name, value in names.items()))
    _batch(run, WIRE, _wire(run))
    for leaf in run.topology.leaves:
        _batch(run, leaf.key, _leaf(run, leaf))
    for node in run.topology.nodes:
        _batch(run, node.name, _node(node))
    _batch(run, CLIENT, _client(run))
    _batch(run, APIC, ["link set lo up"])


def _wire(run: Run) -> list[str]:
    lines = ["link set lo up", "link add overlay type bridge", "link set overlay up"]
    for leaf in run.topology.leaves:
        name = f"overlay-{leaf.id}"
        lines += _cable(run, name, "overlay", leaf.key) + [f"link set {name} master overlay up"]
        lines.append(_pair(run, f"client-{leaf.id}", run.namespace(CLIENT), "client", run.namespace(leaf.key)))
    for node in run.topology.nodes:
        lines += [f"link add {bridge(node.vlan)} type bridge", f"link set {bridge(node.vlan)} up"]
        ends = [(port(node), "eth0", node.name)]
        ends += [(port(node, leaf), bridge(node.vlan), leaf.key) for leaf in run.topology.leaves_of(node)]
        for name, other, key in ends:
            lines += _cable(run, name, other, key) + [f"link set {name} master {bridge(node.vlan)} up"]
    return lines


def _cable(run: Run, name: str, other: str, key: str) -> list[str]:
    return [f"link add {name} type veth peer name {other} netns {run.namespace(key)}"]


def _pair(run: Run, first: str, namespace: str, second: str, other: str) -> str:
    return f"link add {first} netns {namespace} type veth peer name {second} netns {other}"


def _leaf(run: Run, leaf: Leaf) -> list[str]:
    here, there = client_addresses(leaf)
    lines = [
        "link set lo up", f"addr add {leaf.router_id}/32 dev lo", f"addr add {leaf.tep}/24 dev overlay",
        "link set overlay up", f"addr add {here}/30 dev client", "link set client up",
        f"route add {CLIENT_ADDRESS}/32 via {there}",
    ]
    for node in run.topology.rack(leaf.rack).nodes:
        lines += leaf_port(node, leaf)
    return lines


def leaf_port(node: Node, leaf: Leaf) -> list[str]:
    """The SVI of a node's VLAN on a leaf, with the secondary that both leaves of the pair share."""
    name = bridge(node.vlan)
    return [
        f"addr add {node.leaf_addresses[leaf.side]}/{node.subnet.prefixlen} dev {name}",
        f"addr add {node.gateway}/{node.subnet.prefixlen} dev {name}", f"link set {name} up",
    ]


def _node(node: Node) -> list[str]:
    return [
        "link set lo up", f"addr add {node.address}/{node.subnet.prefixlen} dev eth0", "link set eth0 up",
        f"ntable change name arp_cache dev eth0 {_QUICK_NEIGHBORS}", f"route add default via {node.gateway}",
    ]


def _client(run: Run) -> list[str]:
    lines = ["link set lo up", f"addr add {CLIENT_ADDRESS}/32 dev lo"]
    hops = []
    for leaf in run.topology.leaves:
        here, there = client_addresses(leaf)
        lines += [f"addr add {there}/30 dev client-{leaf.id}", f"link set client-{leaf.id} up"]
        hops.append(f"nexthop via {here} dev client-{leaf.id}")
    return lines + [f"route add default src {CLIENT_ADDRESS} " + " ".join(hops)]


def destroy(name: str) -> None:
    """Deletes all namespaces of the instance of that name, and with them its bridges and cables."""
    folder, prefix = Path("/run/netns"), f"bgpdeck-{name}-"
    for entry in sorted(folder.iterdir()) if folder.is_dir() else []:
        # Another instance's name may begin with this one's: its own folder says whose it is.
        if entry.name.startswith(prefix) and _owner(entry.name, name) == name:
            _ip("netns", "del", entry.name)


def _owner(namespace: str, name: str) -> str:
    """The instance of a namespace: the longest instance name that its own begins with."""
    rest = namespace.removeprefix("bgpdeck-")
    return max((known for known in [*instances(), name] if rest.startswith(f"{known}-")), key=len, default="")


def _batch(run: Run, key: str, lines: list[str]) -> None:
    done = subprocess.run(
        ["ip", "-n", run.namespace(key), "-batch", "-"], input="\n".join(lines) + "\n", capture_output=True, text=True)
    if done.returncode != 0:
        raise LabError(f"ip in {run.namespace(key)}: {done.stderr.strip()}")


def ip(run: Run, key: str, *words: str, check: bool = True) -> str:
    """Runs `ip` in a namespace of the instance."""
    return _ip("-n", run.namespace(key), *words, check=check)


def _ip(*words: str, check: bool = True) -> str:
    done = subprocess.run(["ip", *words], capture_output=True, text=True)
    if check and done.returncode != 0:
        raise LabError(f"ip {' '.join(words)}: {done.stderr.strip()}")
    return done.stdout
