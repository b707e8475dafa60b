"""The two figures of the white paper as data.

Names, AS numbers and addresses are those of Sources/Simulator/Model/Figures.swift, so that the simulated fabric and
the lab can be compared line by line. Addresses follow the paper's rule: a /29 per node, the node first, then from the
end the shared secondary (the node's default gateway), leaf B and leaf A.
"""
from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network
from typing import Iterator


@dataclass(frozen=True)
class Leaf:
    """A leaf switch of a vPC pair."""

    id: int
    name: str
    rack: str
    #: 0 for leaf A of the pair, 1 for leaf B.
    side: int
    router_id: str
    #: The address in the fabric's own network; other leaves forward to it.
    tep: str

    @property
    def key(self) -> str:
        """The name by which run folder, namespace and faults know the leaf: `leaf-101` for leaf 101."""
        return f"leaf-{self.id}"


@dataclass(frozen=True)
class Node:
    """A Kubernetes node with its subnet, its VLAN and its blocks of pod addresses."""

    name: str
    rack: str
    asn: int
    subnet: IPv4Network
    vlan: int
    blocks: tuple[IPv4Network, ...]

    @property
    def address(self) -> str:
        """The first usable address of the subnet."""
        return str(self.subnet[1])

    @property
    def leaf_addresses(self) -> tuple[str, str]:
        """The addresses of leaf A and leaf B in the subnet."""
        return str(self.subnet[4]), str(self.subnet[5])

    @property
    def gateway(self) -> str:
        """The secondary that both leaves share."""
        return str(self.subnet[6])


@dataclass(frozen=True)
class Rack:
    """A vPC pair and the nodes behind it."""

    name: str
    #: The Local-AS that the rack's nodes see on both leaves.
    asn: int
    leaves: tuple[Leaf, ...]
    nodes: tuple[Node, ...]


@dataclass(frozen=True)
class Topology:
    """A figure of the paper."""

    name: str
    release: str
    #: The fabric's own AS, which the leaves' headers show and nodes never see.
    fabric_asn: int
    vrf: str
    racks: tuple[Rack, ...]
    pod_subnet: IPv4Network = IPv4Network("10.244.0.0/16")
    service_subnet: IPv4Network = IPv4Network("10.96.0.0/12")
    #: eBGP next hops of one prefix at most.
    maximum_paths: int = 16
    #: Whether paths of equal length through different AS share the load.
    multipath_relax: bool = True
    #: The longest AS path that a leaf accepts, its own Local-AS counted (paper, ACI step 10).
    maximum_as_path: int = 2
    calico_version: str = "v3.29.0"
    calico_namespace: str = "calico-system"
    controller: str = "apic1"

    @property
    def leaves(self) -> list[Leaf]:
        """All leaves, rack by rack."""
        return [leaf for rack in self.racks for leaf in rack.leaves]

    @property
    def nodes(self) -> list[Node]:
        """All nodes, rack by rack."""
        return [node for rack in self.racks for node in rack.nodes]

    def rack(self, name: str) -> Rack:
        """The rack of that name."""
        return next(rack for rack in self.racks if rack.name == name)

    def leaf(self, text: str) -> Leaf:
        """A leaf by number (`101`), key (`leaf-101`) or name (`Leaf203`)."""
        for leaf in self.leaves:
            if text in (str(leaf.id), leaf.key, leaf.name):
                return leaf
        raise KeyError(f"{self.name} has no leaf {text}")

    def node(self, name: str) -> Node:
        """A node by its Kubernetes name."""
        for node in self.nodes:
            if node.name == name:
                return node
        raise KeyError(f"{self.name} has no node {name}")

    def leaves_of(self, node: Node) -> tuple[Leaf, ...]:
        """The vPC pair of a node's rack, leaf A first."""
        return self.rack(node.rack).leaves

    def sessions(self) -> Iterator[tuple[Node, Leaf, str]]:
        """Each session of the design: node, leaf, and the leaf's address in the node's subnet."""
        for node in self.nodes:
            for leaf in self.leaves_of(node):
                yield node, leaf, node.leaf_addresses[leaf.side]


@dataclass
class _Builder:
    """Counts nodes through all racks, since subnet, VLAN and blocks follow the count."""

    pods: IPv4Network = IPv4Network("10.244.0.0/16")
    supernet: IPv4Network = IPv4Network("192.168.2.0/24")
    count: int = 0
    racks: list[Rack] = field(default_factory=list)

    def rack(self, name: str, asn: int, leaves: list[tuple[int, str]], nodes: list[tuple[str, int]]) -> "_Builder":
        """Adds a rack of leaves (number, name) and nodes (name, AS)."""
        self.racks.append(
            Rack(
                name, asn, tuple(self._leaf(name, side, *leaf) for side, leaf in enumerate(leaves)),
                tuple(self._node(name, *node) for node in nodes)))
        return self

    @staticmethod
    def _leaf(rack: str, side: int, number: int, name: str) -> Leaf:
        return Leaf(
            number, name, rack, side, router_id=str(IPv4Address(0xC0A8FF00 | number & 0xFF)),
            tep=str(IPv4Address(0x0A002040 | (number & 0x3F) << 1)))

    def _node(self, rack: str, name: str, asn: int) -> Node:
        index, self.count = self.count, self.count + 1
        base = int(self.pods.network_address) + 64 * (2 * index + 28)
        offsets = (64, 128) if index % 2 == 0 else (64,)
        return Node(
            name, rack, asn, IPv4Network((int(self.supernet.network_address) + 8 * index, 29)), 310 + index,
            tuple(IPv4Network((base + offset, 26)) for offset in offsets))


def _figure_1() -> Topology:
    builder = _Builder()
    for number in (1, 2):
        asn, leaf = 65001 + 100 * number, 99 + 2 * number
        builder.rack(
            f"rack-{number}", asn, [(leaf, f"leaf-{leaf}"), (leaf + 1, f"leaf-{leaf + 1}")],
            [(f"node-{3 * (number - 1) + index}", asn + index) for index in (1, 2, 3)])
    return Topology("figure-1", "4.2(1)", 65001, "prod:k8s", tuple(builder.racks))


def _figure_2() -> Topology:
    builder = _Builder().rack(
        "rack-1", 64500, [(203, "Leaf203"), (204, "Leaf204")],
        [("calico-master-1", 64501), ("calico-node-1", 64502), ("calico-node-2", 64503)])
    return Topology(
        "figure-2", "4.1(2)", 65002, "common:calico", tuple(builder.racks), maximum_paths=1, multipath_relax=False)


#: The figures by name.
FIGURES: dict[str, Topology] = {topology.name: topology for topology in (_figure_1(), _figure_2())}


def named(name: str) -> Topology:
    """The figure of that name; KeyError names the ones there are."""
    try:
        return FIGURES[name]
    except KeyError:
        raise KeyError(f"no figure {name}: choose from {', '.join(FIGURES)}") from None
