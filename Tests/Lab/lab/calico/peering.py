"""Which BGP sessions a node has: BGPPeers that select it, and the mesh (calico.md 3.3, 3.4)."""
from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field

from .resources import Json, Resources, address, annotation, as_number, labels
from .selector import SelectorError, matches


@dataclass(frozen=True)
class Peer:
    """One protocol of BIRD."""

    #: `Node`, `Global` or `Mesh`.
    kind: str
    ip: str
    asn: int
    port: int | None = None
    local_as: int | None = None
    uses_node_address: bool = True
    is_passive: bool = False
    restart_seconds: int | None = None
    keepalive_seconds: int | None = None
    allowed_local_as: int | None = None
    ttl_hops: int | None = None
    keeps_next_hop: bool = False
    password: str | None = None
    gateway: str | None = None
    filters: tuple[str, ...] = field(default=())

    @property
    def name(self) -> str:
        """`Node_192_168_2_4`, `Global_192_168_2_6_port_1790`."""
        tail = f"_port_{self.port}" if self.port else ""
        return f"{self.kind}_{self.ip.replace('.', '_')}{tail}"


def peers(resources: Resources, node: Json) -> list[Peer]:
    """The sessions of a node in the order of the configuration: mesh, global, node; one for each address and port."""
    own = address(node)
    explicit = [peer for item in resources.peers for peer in _explicit(resources, node, item) if peer.ip != own]
    found: dict[tuple[str, int | None], Peer] = {}
    for peer in sorted(explicit, key=lambda peer: (peer.kind != "Node", _sortable(peer.ip), peer.port or 0)):
        found.setdefault((peer.ip, peer.port), peer)
    mesh = [peer for peer in _mesh(resources, node) if (peer.ip, None) not in found]
    ordered = sorted(found.values(), key=lambda peer: (peer.kind == "Node", _sortable(peer.ip), peer.port or 0))
    return mesh + ordered


def _mesh(resources: Resources, node: Json) -> list[Peer]:
    """Every other node with an address; on where no configuration says otherwise, and not for route reflectors."""
    if not resources.configuration().get("nodeToNodeMeshEnabled", True):
        return []
    if annotation(node, "RouteReflectorClusterID"):
        return []
    own = address(node) or ""
    found = []
    for other in resources.nodes:
        ip = address(other)
        if ip and ip != own and not annotation(other, "RouteReflectorClusterID"):
            found.append(Peer("Mesh", ip, resources.asn(other), is_passive=_sortable(ip) > _sortable(own)))
    return found


def _explicit(resources: Resources, node: Json, item: Json) -> list[Peer]:
    """What a BGPPeer gives for a node: nothing, one session, or one for each node that a peerSelector selects."""
    spec = item.get("spec") or {}
    kind = "Node"
    if spec.get("node"):
        if spec["node"] != node["metadata"]["name"]:
            return []
    elif spec.get("nodeSelector"):
        if not _selects(spec["nodeSelector"], node):
            return []
    else:
        kind = "Global"
    if spec.get("peerSelector"):
        others = [other for other in resources.nodes if other is not node and _selects(spec["peerSelector"], other)]
        targets = [(address(other), None, resources.asn(other)) for other in others]
    else:
        ip, port = _endpoint(spec.get("peerIP", ""))
        targets = [(ip, port, as_number(spec.get("asNumber") or 0))]
    return [
        Peer(
            kind, ip, asn, port, local_as=as_number(spec["localASNumber"]) if spec.get("localASNumber") else None,
            uses_node_address=spec.get("sourceAddress", "UseNodeIP") == "UseNodeIP",
            restart_seconds=_seconds(spec.get("maxRestartTime")), keepalive_seconds=_seconds(spec.get("keepaliveTime")),
            allowed_local_as=spec.get("numAllowedLocalASNumbers"), ttl_hops=spec.get("ttlSecurity"),
            keeps_next_hop=bool(spec.get("keepOriginalNextHop")) or spec.get("nextHopMode") == "Keep",
            password=_password(resources, spec), gateway=spec.get("reachableBy"),
            filters=tuple(spec.get("filters") or ()))
        for ip, port, asn in targets if ip and ":" not in ip
    ]


def _selects(selector: str, node: Json) -> bool:
    try:
        return matches(selector, labels(node))
    except SelectorError:
        return False


def _endpoint(text: str) -> tuple[str | None, int | None]:
    """`192.168.2.4` or `192.168.2.4:1790`; None for what is no IPv4 address."""
    found = re.fullmatch(r"(\d+\.\d+\.\d+\.\d+)(?::(\d+))?", text)
    return (found[1], int(found[2]) if found[2] else None) if found else (None, None)


def _seconds(text: str | None) -> int | None:
    """A duration as Go writes it, such as `1m30s`."""
    if not text:
        return None
    units = {"h": 3600, "m": 60, "s": 1}
    return int(sum(float(number) * units[unit] for number, unit in re.findall(r"([\d.]+)([hms])", text)))


def _password(resources: Resources, spec: Json) -> str | None:
    """The password of a secret in calico-node's namespace. BIRD's strings know no escapes: one with a quotation mark
    is not written."""
    reference = (spec.get("password") or {}).get("secretKeyRef")
    if not reference:
        return None
    for secret in resources.secrets:
        if secret["metadata"]["name"] == reference["name"]:
            value = base64.b64decode((secret.get("data") or {}).get(reference["key"], "")).decode(errors="replace")
            return value if value and not set(value) & set('"\n\r') else None
    return None


def _sortable(ip: str) -> tuple[int, ...]:
    return tuple(int(part) for part in ip.split(".")) if ip else ()
