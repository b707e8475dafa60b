"""The columns of `calicoctl get` (calico.md 3.6)."""
from __future__ import annotations

from typing import Any

from . import tables
from .convert import Json, Kind, kind
from .resources import Client, Refused


def default_as(client: Client, wanted: Kind, output: str | None) -> str:
    """The AS of nodes that name none, which only the wide table of nodes shows."""
    configuration = kind("bgpconfig")
    if wanted.name != "Node" or output != "wide" or configuration is None:
        return "64512"
    try:
        return str(client.get(configuration, "default")["spec"].get("asNumber", 64512))
    except Refused:
        return "64512"


def table(wanted: Kind, found: list[Json], wide: bool, inherited: str, version: tuple[int, int]) -> str:
    """A table of resources."""
    head, row = _columns(wanted.name, wide, inherited, version)
    rows = [[item["metadata"]["name"], *row(item.get("spec") or {})] for item in found]
    return tables.plain([["NAME", *head], *rows])


def _columns(name: str, wide: bool, inherited: str, version: tuple[int, int]) -> tuple[list[str], Any]:
    if name == "BGPPeer":
        return ["PEERIP", "NODE", "ASN"], lambda spec: [
            spec.get("peerIP", ""), spec.get("node") or spec.get("nodeSelector") or "(global)",
            str(spec.get("asNumber", 0))]
    if name == "Node" and wide:
        return ["ASN", "IPV4", "IPV6"], lambda spec: [
            str((spec.get("bgp") or {}).get("asNumber", f"({inherited})")),
            (spec.get("bgp") or {}).get("ipv4Address", ""), (spec.get("bgp") or {}).get("ipv6Address", "")]
    if name == "BGPConfiguration":
        return ["LOGSEVERITY", "MESHENABLED", "ASNUMBER"], lambda spec: [
            spec.get("logSeverityScreen", ""), _text(spec.get("nodeToNodeMeshEnabled", "-")),
            str(spec.get("asNumber", "-"))]
    if name == "IPPool" and not wide:
        return ["CIDR", "SELECTOR"], lambda spec: [spec.get("cidr", ""), spec.get("nodeSelector", "")]
    if name == "IPPool":
        head = ["CIDR", "NAT", "IPIPMODE", "VXLANMODE", "DISABLED", "DISABLEBGPEXPORT", "SELECTOR"]
        assigned = version >= (3, 30)
        return head + (["ASSIGNMENTMODE"] if assigned else []), lambda spec: [
            spec.get("cidr", ""), _text(spec.get("natOutgoing", False)), spec.get("ipipMode", "Never"),
            spec.get("vxlanMode", "Never"), _text(spec.get("disabled", False)),
            _text(spec.get("disableBGPExport", False)), spec.get("nodeSelector", ""),
            *([spec.get("assignmentMode", "Automatic")] if assigned else [])]
    if name == "CalicoNodeStatus" and wide:
        return ["NODE", "CLASSES"], lambda spec: [spec.get("node", ""), ",".join(spec.get("classes") or [])]
    return [], lambda spec: []


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
