"""What runs in a figure's cluster: the same namespaces, deployments, services and budgets as the simulator's.

Counts, names and addresses follow Sources/Simulator/Kubernetes/Scheduling.swift.
"""
from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from ipaddress import IPv4Address

from ..topology import Topology
from .api import Json

HOSTNAME, RACK = "kubernetes.io/hostname", "rack"


@dataclass(frozen=True)
class Deployment:
    """So many pods of a kind, and how many must stay available."""

    namespace: str
    name: str
    labels: dict[str, str]
    replicas: int
    budget: int | None = None
    empty_dir: bool = False


@dataclass(frozen=True)
class Service:
    """A service by the offset of its address in the range; one with a node port is Local."""

    namespace: str
    name: str
    selector: dict[str, str]
    offset: int
    port: int
    node_port: int | None = None


def deployments(topology: Topology) -> list[Deployment]:
    """The deployments of a figure."""
    count = len(topology.nodes)
    half = max(2, sum(len(rack.nodes) * 2 // 3 for rack in topology.racks))
    frontends, gateways = min(count, 24), min(half, 16)
    return [
        Deployment("gb", "frontend", {"app": "guestbook", "tier": "frontend"}, frontends, frontends - 1),
        Deployment("shop", "gateway", {"app": "gateway"}, gateways, gateways - 1),
        Deployment("gb", "redis-leader", {"app": "redis", "role": "leader"}, 1, 1, empty_dir=True),
        Deployment("gb", "redis-follower", {"app": "redis", "role": "follower"}, 2),
        Deployment("kube-system", "coredns", {"k8s-app": "kube-dns"}, 2, 1),
    ]


#: The services of every figure, but `default/kubernetes`, which the API server makes itself.
SERVICES = [
    Service("kube-system", "kube-dns", {"k8s-app": "kube-dns"}, 10, 53),
    Service("gb", "frontend", {"app": "guestbook", "tier": "frontend"}, 36_359, 80, 30702),
    Service("shop", "gateway", {"app": "gateway"}, 51_200, 443, 30443),
    Service("gb", "redis-leader", {"app": "redis", "role": "leader"}, 4242, 6379),
    Service("gb", "redis-follower", {"app": "redis", "role": "follower"}, 4243, 6379),
]


def behind(topology: Topology, name: str) -> Deployment:
    """The deployment whose pods answer for a service, by `namespace/name`; KeyError where there is none."""
    for service in SERVICES:
        if f"{service.namespace}/{service.name}" == name:
            return next(item for item in deployments(topology) if item.labels == service.selector)
    raise KeyError(f"the figure has no service {name}")


def endpoint_count(topology: Topology) -> int:
    """How many endpoints all services have together when every pod is ready: each deployment stands behind one."""
    return sum(item.replicas for item in deployments(topology))


def placed(topology: Topology) -> dict[str, list[str]]:
    """The nodes that each deployment's pods begin on, by the simulator's rule: fewest of a kind on the node, then in
    the rack, then fewest pods at all."""
    total = Counter({node.name: 2 for node in topology.nodes})
    chosen: dict[str, list[str]] = {}
    for deployment in deployments(topology):
        own: Counter[str] = Counter()
        racks: Counter[str] = Counter()
        for _ in range(deployment.replicas):
            best = min(topology.nodes, key=lambda node: (
                own[node.name], racks[node.rack], 0 if deployment.empty_dir else total[node.name]))
            own[best.name] += 1
            racks[best.rack] += 1
            total[best.name] += 1
        chosen[deployment.name] = list(own)
    return chosen


def objects(topology: Topology) -> list[tuple[str, Json]]:
    """Namespaces, services and DaemonSets, each with its collection, in the order of their making."""
    names = sorted({"gb", "shop", topology.calico_namespace})
    made: list[tuple[str, Json]] = [
        ("/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
        for name in names]
    made += [_service(topology, service) for service in SERVICES]
    made.append(_daemon_set(topology.calico_namespace, "calico-node", _calico_container(topology), 5))
    made.append(_daemon_set("kube-system", "kube-proxy", {"name": "kube-proxy", "image": "registry/kube-proxy:1"}, 30))
    return made


def deployed(topology: Topology) -> list[tuple[str, Json]]:
    """Deployments and their budgets, each with its collection."""
    homes = placed(topology)
    made: list[tuple[str, Json]] = []
    for deployment in deployments(topology):
        made.append(_deployment(deployment, homes[deployment.name]))
        if deployment.budget is not None:
            made.append(_budget(deployment))
    return made


def _service(topology: Topology, service: Service) -> tuple[str, Json]:
    port: Json = {"port": service.port, "protocol": "TCP"}
    spec: Json = {
        "type": "ClusterIP", "clusterIP": str(IPv4Address(int(topology.service_subnet[0]) + service.offset)),
        "selector": service.selector, "ports": [port]}
    if service.node_port:
        port["nodePort"] = service.node_port
        spec.update(type="NodePort", externalTrafficPolicy="Local")
    return f"/api/v1/namespaces/{service.namespace}/services", {
        "apiVersion": "v1", "kind": "Service",
        "metadata": {"name": service.name, "namespace": service.namespace}, "spec": spec}


def _daemon_set(namespace: str, name: str, container: Json, grace: int) -> tuple[str, Json]:
    labels = {"k8s-app": name}
    pod = {
        "hostNetwork": True, "tolerations": [{"operator": "Exists"}], "terminationGracePeriodSeconds": grace,
        "containers": [container]}
    return f"/apis/apps/v1/namespaces/{namespace}/daemonsets", {
        "apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": name, "namespace": namespace,
                                                                   "labels": labels},
        "spec": {
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": pod}}}


def _calico_container(topology: Topology) -> Json:
    """calico-node with the environment that matters for BGP (calico.md 3.2, 4.1)."""
    values = {
        "DATASTORE_TYPE": "kubernetes", "WAIT_FOR_DATASTORE": "true", "CLUSTER_TYPE": "k8s,bgp",
        "CALICO_NETWORKING_BACKEND": "bird", "IP": "autodetect", "IP_AUTODETECTION_METHOD": "can-reach=192.168.2.6",
        "CALICO_IPV4POOL_CIDR": str(topology.pod_subnet), "CALICO_IPV4POOL_IPIP": "Never",
        "CALICO_IPV4POOL_VXLAN": "Never", "CALICO_DISABLE_FILE_LOGGING": "true"}
    environment: list[Json] = [{"name": name, "value": value} for name, value in values.items()]
    environment.append({"name": "NODENAME", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}})
    return {
        "name": "calico-node", "image": f"docker.io/calico/node:{topology.calico_version}", "env": environment}


def _deployment(deployment: Deployment, homes: list[str]) -> tuple[str, Json]:
    """Spread over nodes and racks, and at first where the simulator's pods are."""
    container: Json = {"name": deployment.labels.get("tier", "app"), "image": "registry/app:1"}
    selector = {"matchLabels": deployment.labels}
    pod: Json = {
        "containers": [container], "terminationGracePeriodSeconds": 30,
        "tolerations": [
            {"key": f"node.kubernetes.io/{key}", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}
            for key in ("not-ready", "unreachable")],
        "topologySpreadConstraints": [
            {"maxSkew": 1, "topologyKey": key, "whenUnsatisfiable": "ScheduleAnyway", "labelSelector": selector}
            for key in (HOSTNAME, RACK)],
        "affinity": {"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [
            {"weight": 100, "preference": {
                "matchExpressions": [{"key": HOSTNAME, "operator": "In", "values": homes}]}}]}},
    }
    if deployment.empty_dir:
        pod["volumes"] = [{"name": "data", "emptyDir": {}}]
        container["volumeMounts"] = [{"name": "data", "mountPath": "/data"}]
    return f"/apis/apps/v1/namespaces/{deployment.namespace}/deployments", {
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": deployment.name, "namespace": deployment.namespace},
        "spec": {
            "replicas": deployment.replicas, "selector": selector,
            "template": {"metadata": {"labels": deployment.labels}, "spec": pod}}}


def _budget(deployment: Deployment) -> tuple[str, Json]:
    return f"/apis/policy/v1beta1/namespaces/{deployment.namespace}/poddisruptionbudgets", {
        "apiVersion": "policy/v1beta1", "kind": "PodDisruptionBudget",
        "metadata": {"name": deployment.name, "namespace": deployment.namespace},
        "spec": {"minAvailable": deployment.budget, "selector": {"matchLabels": deployment.labels}}}
