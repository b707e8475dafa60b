"""What runs where, as files in the run folder: for the data plane and for people.

`nodes/NODE/pods.json`: the pods of a node with an address of their own, [{"namespace", "name", "address", "ready"}].
`services.json`: [{"namespace", "name", "addresses", "ports", "local", "endpoints": [{"address", "node"}]}], ready
endpoints only; `addresses` are cluster, external and load balancer addresses.
"""
from __future__ import annotations

import json
from typing import Any

from .run import Run, write

Json = dict[str, Any]


def is_ready(item: Json) -> bool:
    """Whether a pod's or node's condition Ready is True."""
    conditions = (item.get("status") or {}).get("conditions") or []
    return any(entry["type"] == "Ready" and entry["status"] == "True" for entry in conditions)


def pods_of(node: str, pods: list[Json]) -> list[Json]:
    """The pods of a node that answer on an address of their own; a terminating one answers until it is gone."""
    return [
        {"namespace": pod["metadata"]["namespace"], "name": pod["metadata"]["name"],
         "address": pod["status"]["podIP"], "ready": is_ready(pod)}
        for pod in pods
        if pod["spec"].get("nodeName") == node and not pod["spec"].get("hostNetwork")
        and (pod.get("status") or {}).get("podIP")
    ]


def service(item: Json, endpoints: list[Json]) -> Json:
    """A service as kube-proxy needs it."""
    spec, metadata = item["spec"], item["metadata"]
    ingress = (item.get("status", {}).get("loadBalancer") or {}).get("ingress") or []
    addresses = list(spec.get("clusterIPs") or [spec.get("clusterIP")]) + list(spec.get("externalIPs") or [])
    addresses += [entry["ip"] for entry in ingress if entry.get("ip")]
    found = []
    for entry in endpoints:
        if (entry["metadata"]["namespace"], entry["metadata"]["name"]) == (metadata["namespace"], metadata["name"]):
            for subset in entry.get("subsets") or []:
                found += [
                    {"address": one["ip"], "node": one.get("nodeName", "")} for one in subset.get("addresses") or []]
    return {
        "namespace": metadata["namespace"], "name": metadata["name"],
        "addresses": [address for address in addresses if address and address != "None"],
        "ports": [port["port"] for port in spec.get("ports") or []],
        "local": spec.get("externalTrafficPolicy") == "Local",
        "endpoints": sorted(found, key=lambda one: one["address"])}


def write_all(run: Run, pods: list[Json], services: list[Json], endpoints: list[Json]) -> None:
    """Writes the files whose content changed."""
    for node in run.topology.nodes:
        write(run.node(node.name) / "pods.json", _text(pods_of(node.name, pods)))
    write(run.path / "services.json", _text([service(item, endpoints) for item in services]))


def _text(value: list[Json]) -> str:
    return json.dumps(value, indent=1, sort_keys=True) + "\n"
