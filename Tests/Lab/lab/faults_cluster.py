"""Faults that an object of the Kubernetes API makes, and the API's own."""
from __future__ import annotations

from typing import Any

from .faults import Session, fault
from .faults_leaf import WRONG_AS
from .run import LabError, Run, until
from .topology import Node

#: Pods beside those that a figure has of a deployment, all on one node.
_SURPLUS = 3


def _api(run: Run) -> Any:
    from . import cluster

    return cluster.admin(run)


def _peer(run: Run, session: Session) -> tuple[str, str, dict[str, Any]]:
    """The collection, the object's path and the figure's own object of a session's BGPPeer."""
    from .kubernetes import calico_objects

    collection = calico_objects.path("BGPPeer")
    item = calico_objects.peer(run.topology, session.node, session.leaf, session.address)
    return collection, f"{collection}/{item['metadata']['name']}", item


@fault("wrong-node-as", "node", "the node's AS annotation is wrong", needs_cluster=True)
def wrong_node_as(run: Run, node: Node, undo: bool) -> None:
    """The leaves refuse its OPEN."""
    asn = node.asn if undo else node.asn + 276
    annotations = {"projectcalico.org/ASNumber": str(asn)}
    _api(run).patch(f"/api/v1/nodes/{node.name}", {"metadata": {"annotations": annotations}})


@fault("wrong-leaf-as", "session", "a BGPPeer names another AS than the leaf's Local-AS", needs_cluster=True)
def wrong_leaf_as(run: Run, session: Session, undo: bool) -> None:
    """The node refuses the leaf's OPEN."""
    _, path, item = _peer(run, session)
    _api(run).patch(path, {"spec": {"asNumber": item["spec"]["asNumber"] if undo else WRONG_AS}})


@fault("wrong-peer-address", "session", "a BGPPeer names an address that no leaf has", needs_cluster=True)
def wrong_peer_address(run: Run, session: Session, undo: bool) -> None:
    """An orphan on each side."""
    _, path, item = _peer(run, session)
    wrong = str(session.node.subnet[3])
    _api(run).patch(path, {"spec": {"peerIP": item["spec"]["peerIP"] if undo else wrong}})


@fault("peer-missing", "session", "the BGPPeer for one leaf is deleted", needs_cluster=True)
def peer_missing(run: Run, session: Session, undo: bool) -> None:
    """The node has no such protocol any more."""
    collection, path, item = _peer(run, session)
    if undo:
        _api(run).ensure(collection, item)
    else:
        _api(run).delete(path)


@fault("mesh-enabled", "none", "Calico's node-to-node mesh is on", needs_cluster=True)
def mesh_enabled(run: Run, _: None, undo: bool) -> None:
    """What Calico does by default, and the paper forbids."""
    from .kubernetes import calico_objects

    path = f"{calico_objects.path('BGPConfiguration')}/default"
    _api(run).patch(path, {"spec": {"nodeToNodeMeshEnabled": not undo}})


@fault("services-excluded", "node", "the node's label excludes it from load balancers", needs_cluster=True)
def services_excluded(run: Run, node: Node, undo: bool) -> None:
    """It withdraws every service route (calico.md 0.10)."""
    label = {"node.kubernetes.io/exclude-from-external-load-balancers": None if undo else "true"}
    _api(run).patch(f"/api/v1/nodes/{node.name}", {"metadata": {"labels": label}})


@fault(
    "service-skew", "service", "one node hosts most endpoints of a Local service", needs_cluster=True, needs_several=True)
def service_skew(run: Run, service: str, undo: bool) -> None:
    """The leaves give each next hop the same share, whatever stands behind it (aci.md 1).

    The deployment grows while every other node is cordoned; undo lets it shrink to what the figure has.
    """
    from .kubernetes import workloads

    api, topology = _api(run), run.topology
    deployment = workloads.behind(topology, service)
    path = f"/apis/apps/v1/namespaces/{deployment.namespace}/deployments/{deployment.name}"
    if undo:
        api.patch(path, {"spec": {"replicas": deployment.replicas}})
        return
    chosen = min(workloads.placed(topology)[deployment.name])
    others = [node.name for node in topology.nodes if node.name != chosen]
    pods = f"/api/v1/namespaces/{deployment.namespace}/pods"
    selector = ",".join(f"{key}={value}" for key, value in deployment.labels.items())

    def is_grown() -> bool:
        bound = [pod for pod in api.items(pods, labelSelector=selector) if pod["spec"].get("nodeName") == chosen]
        return len(bound) > _SURPLUS

    for name in others:
        api.patch(f"/api/v1/nodes/{name}", {"spec": {"unschedulable": True}})
    try:
        api.patch(path, {"spec": {"replicas": deployment.replicas + _SURPLUS}})
        if not until(is_grown, 20, 0.2):
            raise LabError(f"service-skew: the new pods of {service} are not on {chosen} after 20 s")
    finally:
        for name in others:
            api.patch(f"/api/v1/nodes/{name}", {"spec": {"unschedulable": None}})


@fault("api-down", "none", "the API server is gone; undo starts it", needs_cluster=True)
def api_down(run: Run, _: None, undo: bool) -> None:
    """Nothing that Kubernetes knows can be asked."""
    from .kubernetes import control_plane

    if undo:
        control_plane.restart(run, "kube-apiserver")
        control_plane.await_api(run)
    else:
        run.stop("kube-apiserver")
