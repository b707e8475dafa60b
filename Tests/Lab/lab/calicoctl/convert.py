"""Between Calico's resources as people see them (projectcalico.org/v3) and as the Kubernetes datastore holds them
(calico.md 3.1, 3.2)."""
from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from ..kubernetes.calico_objects import VERSION, path

Json = dict[str, Any]
V3 = "projectcalico.org/v3"
_PACKED = "projectcalico.org/metadata"
_NODE_FIELDS = {
    "ipv4Address": "IPv4Address", "ipv6Address": "IPv6Address", "asNumber": "ASNumber",
    "routeReflectorClusterID": "RouteReflectorClusterID", "ipv4IPIPTunnelAddr": "IPv4IPIPTunnelAddr"}


@dataclass(frozen=True)
class Kind:
    """A kind of resource, the words by which calicoctl knows it, and where it is kept."""

    name: str
    words: tuple[str, ...]
    collection: str
    stored: str


def _kind(name: str, *words: str, stored: str | None = None) -> Kind:
    return Kind(name, (name.lower(), *words), path(stored or name), stored or name)


KINDS = [
    _kind("BGPPeer", "bgppeers", "bgpp", "bgpps", "bp", "bps"),
    _kind("BGPConfiguration", "bgpconfigurations", "bgpconfig", "bgpconfigs"),
    _kind("BGPFilter", "bgpfilters", "bgpf"),
    _kind("IPPool", "ippools", "ipp", "ipps", "pool", "pools"),
    _kind("BlockAffinity", "blockaffinities", "affinity", "affinities"),
    _kind("IPAMConfiguration", "ipamconfigurations", "ipamconfig", "ipamconfigs", stored="IPAMConfig"),
    _kind("ClusterInformation", "clusterinformations", "clusterinfo", "clusterinfos"),
    _kind("CalicoNodeStatus", "caliconodestatuses", "nodestatus", "nodestatuses"),
    _kind("FelixConfiguration", "felixconfigurations", "felixconfig", "felixconfigs"),
    Kind("Node", ("node", "nodes", "no", "nos"), "/api/v1/nodes", "Node"),
]


def kind(word: str) -> Kind | None:
    """The kind that a word means, None for a word that means none."""
    return next((known for known in KINDS if word.lower() in known.words), None)


def shown(kind: Kind, item: Json) -> Json:
    """A stored object as calicoctl shows it."""
    return _node(item) if kind.name == "Node" else _resource(kind, item)


def _resource(kind: Kind, item: Json) -> Json:
    old = item["metadata"]
    annotations = dict(old.get("annotations") or {})
    packed = json.loads(annotations.pop(_PACKED, "{}"))
    metadata = {key: old[key] for key in ("creationTimestamp", "name", "resourceVersion", "uid") if key in old}
    labels = {**(old.get("labels") or {}), **(packed.get("labels") or {})}
    annotations.update(packed.get("annotations") or {})
    metadata.update({key: value for key, value in (("labels", labels), ("annotations", annotations)) if value})
    spec = dict(item.get("spec") or {})
    if kind.name == "BlockAffinity":
        spec["deleted"] = str(spec.get("deleted", "false")).lower() == "true"
    result = {"kind": kind.name, "apiVersion": V3, "metadata": metadata, "spec": spec}
    return {**result, "status": item["status"]} if item.get("status") else result


def _node(item: Json) -> Json:
    old = item["metadata"]
    annotations = dict(old.get("annotations") or {})
    bgp: Json = {}
    for field, key in _NODE_FIELDS.items():
        value = annotations.pop(f"projectcalico.org/{key}", None)
        if value:
            bgp[field] = int(value) if field == "asNumber" and value.isdigit() else value
    labels = old.get("labels") or {}
    annotations["projectcalico.org/kube-labels"] = json.dumps(labels, separators=(",", ":"), sort_keys=True)
    metadata = {key: old[key] for key in ("creationTimestamp", "name", "resourceVersion", "uid") if key in old}
    addresses = [{"address": bgp[key], "type": "CalicoNodeIP"} for key in ("ipv4Address", "ipv6Address") if key in bgp]
    addresses += [
        {"address": entry["address"], "type": "InternalIP"} for entry in item.get("status", {}).get("addresses") or []
        if entry["type"] == "InternalIP"]
    spec: Json = {"addresses": addresses, "orchRefs": [{"nodeName": old["name"], "orchestrator": "k8s"}]}
    if bgp:
        spec["bgp"] = bgp
    return {
        "kind": "Node", "apiVersion": V3, "metadata": {**metadata, "labels": labels, "annotations": annotations},
        "spec": spec, "status": {"podCIDRs": item.get("spec", {}).get("podCIDRs") or []}}


def stored(kind: Kind, resource: Json, existing: Json | None) -> Json:
    """A resource as the datastore takes it; an existing object's version goes with it unless the resource names one."""
    metadata = resource.get("metadata") or {}
    if kind.name == "Node":
        return _stored_node(resource, existing or {})
    new: Json = {"name": metadata["name"]}
    version = metadata.get("resourceVersion") or ((existing or {}).get("metadata") or {}).get("resourceVersion")
    if existing and version:
        new["resourceVersion"] = version
    packed = {key: metadata[key] for key in ("labels", "annotations") if metadata.get(key)}
    if packed:
        new["annotations"] = {_PACKED: json.dumps(packed, separators=(",", ":"), sort_keys=True)}
    spec = dict(resource.get("spec") or {})
    if kind.name == "BlockAffinity":
        spec["deleted"] = str(spec.get("deleted", False)).lower()
    return {"apiVersion": VERSION, "kind": kind.stored, "metadata": new, "spec": spec}


def _stored_node(resource: Json, existing: Json) -> Json:
    """The Kubernetes node with the BGP part replaced; its labels belong to Kubernetes and stay."""
    annotations = dict(existing["metadata"].get("annotations") or {})
    bgp = (resource.get("spec") or {}).get("bgp") or {}
    for field, key in _NODE_FIELDS.items():
        name = f"projectcalico.org/{key}"
        if bgp.get(field):
            annotations[name] = str(bgp[field])
        else:
            annotations.pop(name, None)
    metadata = {**existing["metadata"], "annotations": annotations}
    if (resource.get("metadata") or {}).get("resourceVersion"):
        metadata["resourceVersion"] = resource["metadata"]["resourceVersion"]
    return {**existing, "metadata": metadata}
