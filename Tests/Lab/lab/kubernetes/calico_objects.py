"""Calico's resources as its Kubernetes datastore holds them: definitions and objects of crd.projectcalico.org/v1.

Shapes: calico.md 3.
"""
from __future__ import annotations

from ipaddress import IPv4Network

from ..topology import Leaf, Node, Topology
from .api import Json

GROUP = "crd.projectcalico.org"
VERSION = f"{GROUP}/v1"
#: Kinds with their plurals; all of them belong to the cluster, to no namespace.
KINDS = {
    "BGPPeer": "bgppeers", "BGPConfiguration": "bgpconfigurations", "BGPFilter": "bgpfilters", "IPPool": "ippools",
    "BlockAffinity": "blockaffinities", "IPAMBlock": "ipamblocks", "IPAMHandle": "ipamhandles",
    "IPAMConfig": "ipamconfigs", "ClusterInformation": "clusterinformations",
    "CalicoNodeStatus": "caliconodestatuses", "FelixConfiguration": "felixconfigurations",
}


def path(kind: str) -> str:
    """The collection of a kind."""
    return f"/apis/{VERSION}/{KINDS[kind]}"


def definitions() -> list[Json]:
    """The resource definitions; like Calico's own they keep every field, here without a schema that could refuse."""
    anything = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    schema = {"type": "object", "properties": {"spec": anything, "status": anything}}
    return [
        {
            "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "metadata": {"name": f"{plural}.{GROUP}"},
            "spec": {
                "group": GROUP, "scope": "Cluster",
                "names": {"kind": kind, "listKind": f"{kind}List", "plural": plural, "singular": kind.lower()},
                "versions": [
                    {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}],
            },
        }
        for kind, plural in KINDS.items()
    ]


def _object(kind: str, name: str, spec: Json) -> Json:
    return {"apiVersion": VERSION, "kind": kind, "metadata": {"name": name}, "spec": spec}


def objects(topology: Topology) -> list[Json]:
    """What a figure's cluster holds of Calico."""
    made = [cluster_information(topology), bgp_configuration(topology), pool(topology)]
    made.append(_object("IPAMConfig", "default", {
        "strictAffinity": False, "autoAllocateBlocks": True, "maxBlocksPerHost": 0}))
    for node, leaf, address in topology.sessions():
        made.append(peer(topology, node, leaf, address))
    for node in topology.nodes:
        for block in node.blocks:
            made += [affinity(node.name, block), ipam_block(node.name, block)]
    return made


def cluster_information(topology: Topology) -> Json:
    """What tells clients Calico's version."""
    return _object("ClusterInformation", "default", {
        "calicoVersion": topology.calico_version, "clusterGUID": "5ec0a0d4b2f14f5f9b1c7a6f5d0e4c21",
        "clusterType": "k8s,bgp,kdd", "datastoreReady": True})


def bgp_configuration(topology: Topology) -> Json:
    """Mesh off, the service range advertised (paper, Calico steps)."""
    return _object("BGPConfiguration", "default", {
        "logSeverityScreen": "Info", "nodeToNodeMeshEnabled": False,
        "serviceClusterIPs": [{"cidr": str(topology.service_subnet)}]})


def pool(topology: Topology) -> Json:
    """The one pool, without overlay or NAT."""
    return _object("IPPool", "default-ipv4-ippool", {
        "cidr": str(topology.pod_subnet), "blockSize": 26, "ipipMode": "Never", "vxlanMode": "Never",
        "natOutgoing": False, "nodeSelector": "all()", "allowedUses": ["Workload", "Tunnel"]})


def peer_name(node: Node, leaf: Leaf) -> str:
    """`leaf203-calico-master-1`."""
    return f"leaf{leaf.id}-{node.name}"


def peer(topology: Topology, node: Node, leaf: Leaf, address: str) -> Json:
    """The peering of a node with one leaf of its rack."""
    return _object("BGPPeer", peer_name(node, leaf), {
        "node": node.name, "peerIP": address, "asNumber": topology.rack(node.rack).asn})


def affinity(node: str, block: IPv4Network) -> Json:
    """That a node owns a block. `deleted` is text in this form of the API."""
    return _object("BlockAffinity", f"{node}-{_dashed(block)}", {
        "cidr": str(block), "node": node, "state": "confirmed", "deleted": "false", "type": "host"})


def ipam_block(node: str, block: IPv4Network) -> Json:
    """An empty block of a node."""
    size = block.num_addresses
    return _object("IPAMBlock", _dashed(block), {
        "cidr": str(block), "affinity": f"host:{node}", "strictAffinity": False, "allocations": [None] * size,
        "unallocated": list(range(size)), "attributes": [], "deleted": False})


def _dashed(block: IPv4Network) -> str:
    return str(block).replace(".", "-").replace("/", "-")
