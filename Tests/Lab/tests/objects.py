"""Objects for the tests: figure 2's cluster as the API gives it, without an API."""
from __future__ import annotations

from typing import Any

from lab.calico.resources import Resources
from lab.kubernetes import calico_objects, workloads
from lab.topology import named

Json = dict[str, Any]
FIGURE = named("figure-2")
MASTER, WORKER, LAST = (node.name for node in FIGURE.nodes)
LOCAL_ADDRESS = "10.96.142.7/32"


def nodes() -> list[Json]:
    """The nodes with their annotations."""
    return [
        {"metadata": {"name": node.name, "labels": {"rack": node.rack}, "annotations": {
            "projectcalico.org/IPv4Address": f"{node.address}/29", "projectcalico.org/ASNumber": str(node.asn)}}}
        for node in FIGURE.nodes]


def endpoints(namespace: str, name: str, *ready: str, unready: tuple[str, ...] = ()) -> Json:
    """A service's Endpoints with addresses on nodes."""
    def entries(names: tuple[str, ...]) -> list[Json]:
        return [{"ip": f"10.244.7.{70 + number}", "nodeName": node} for number, node in enumerate(names)]

    return {"metadata": {"namespace": namespace, "name": name}, "subsets": [
        {"addresses": entries(ready), "notReadyAddresses": entries(unready)}]}


def slice_of(namespace: str, name: str, **conditions: bool) -> Json:
    """An EndpointSlice with one endpoint per node, ready or not."""
    return {
        "metadata": {"namespace": namespace, "name": f"{name}-x", "labels": {"kubernetes.io/service-name": name}},
        "endpoints": [
            {"nodeName": node.replace("_", "-"), "conditions": {"ready": ready}} for node, ready in conditions.items()]}


def resources(**changes: Any) -> Resources:
    """Figure 2's resources with every frontend on a node of its own; `changes` replace whole lists."""
    objects = calico_objects.objects(FIGURE)
    services = [item for path, item in workloads.objects(FIGURE) if path.endswith("/services")]

    def of(kind: str) -> list[Json]:
        return [item for item in objects if item["kind"] == kind]

    lists = {
        "nodes": nodes(), "services": services, "endpoints": [endpoints("gb", "frontend", MASTER, WORKER, LAST)],
        "peers": of("BGPPeer"), "configurations": of("BGPConfiguration"), "pools": of("IPPool"),
        "affinities": of("BlockAffinity"), "information": of("ClusterInformation")}
    return Resources(**{**lists, **changes})


def configuration(**fields: Any) -> list[Json]:
    """The default BGPConfiguration with other fields."""
    item = calico_objects.bgp_configuration(FIGURE)
    return [{**item, "spec": {**item["spec"], **fields}}]


def peer(name: str, **spec: Any) -> Json:
    """A BGPPeer."""
    return {"kind": "BGPPeer", "metadata": {"name": name}, "spec": spec}
