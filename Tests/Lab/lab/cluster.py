"""The Kubernetes half of an instance: control plane, objects, confd's and the kubelets' stand-ins.

In the run folder it owns `kubernetes/` and `kubeconfig.*`; per node it writes `bird.cfg`, `pods.json` and, once for
all, `services.json`, for those who speak BGP and forward packets. It reads `nodes/NODE/bird.pid`, and where a file
`kubelet.stopped` or `confd.stopped` lies in a node's folder that node's stand-in does nothing.
"""
from __future__ import annotations

import sys
import time
from pathlib import Path

from . import confd, views
from .kubernetes import build, calico_objects, control_plane, rights, workloads
from .kubernetes.api import Api
from .run import LabError, Run
from .topology import Topology

#: The stand-ins: modules of this package, run for an instance's name.
DAEMONS = ("confd", "kubelet")


def prepare() -> Path:
    """The folder of the control plane's programs, built if they are not in the cache."""
    return build.prepare()


def start(run: Run, wait: bool = True) -> None:
    """Starts the half; with `wait` until every pod is Ready and every node has its bird.cfg."""
    programs = prepare()
    run.update_state(figure=run.topology.name, programs=str(programs))
    for node in run.topology.nodes:
        run.node(node.name).mkdir(parents=True, exist_ok=True)
    control_plane.start(run, programs)
    api = admin(run)
    create_objects(api, run.topology)
    for name in DAEMONS:
        run.spawn(name, [sys.executable, "-m", f"lab.{name}", run.name])
    await_nodes(api, run.topology)
    for path, item in workloads.deployed(run.topology):
        api.ensure(path, item)
    if wait:
        await_ready(run)


def stop(run: Run) -> None:
    """Ends every process of the half and removes its files; does nothing where there is none."""
    for name in (*DAEMONS, "kube-scheduler", "kube-controller-manager", "kube-apiserver", "etcd"):
        run.stop(name)
    control_plane.remove(run)
    (run.path / "services.json").unlink(missing_ok=True)
    for path in run.path.glob("nodes/*"):
        for name in ("bird.cfg", "pods.json", "kubelet.stopped", "confd.stopped"):
            (path / name).unlink(missing_ok=True)


def admin(run: Run) -> Api:
    """The API with every right."""
    return Api.from_kubeconfig(control_plane.kubeconfig(run.path, "admin"))


def create_objects(api: Api, topology: Topology) -> None:
    """Makes the figure's cluster but for what the scheduler places."""
    for definition in calico_objects.definitions():
        api.create("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition)
    for node in topology.nodes:
        api.create("/api/v1/nodes", _node(topology, node.name))
    for path, item in rights.objects() + workloads.objects(topology):
        api.ensure(path, item)
    _await_definitions(api)
    for item in calico_objects.objects(topology):
        api.create(calico_objects.path(item["kind"]), item)


def _node(topology: Topology, name: str) -> dict:
    """A node with calico-node's annotations (calico.md 3.2)."""
    node = topology.node(name)
    index = [other.name for other in topology.nodes].index(name)
    return {
        "apiVersion": "v1", "kind": "Node",
        "metadata": {
            "name": name,
            "labels": {"kubernetes.io/hostname": name, "kubernetes.io/os": "linux", "rack": node.rack},
            "annotations": {
                "projectcalico.org/IPv4Address": f"{node.address}/{node.subnet.prefixlen}",
                "projectcalico.org/ASNumber": str(node.asn)}},
        "spec": {"podCIDR": f"10.200.{index}.0/24", "podCIDRs": [f"10.200.{index}.0/24"]},
    }


def await_nodes(api: Api, topology: Topology, seconds: float = 60.0) -> None:
    """Waits until the scheduler may use every node: with fewer it would put pods together that belong apart."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        nodes = api.items("/api/v1/nodes")
        usable = [node for node in nodes if views.is_ready(node) and not node["spec"].get("taints")]
        if len(usable) == len(topology.nodes):
            return
        time.sleep(0.1)
    raise LabError(f"{len(usable)} of {len(topology.nodes)} nodes are Ready after {seconds:.0f} s")


def _await_definitions(api: Api) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        items = api.items("/apis/apiextensions.k8s.io/v1/customresourcedefinitions")
        if all(_is_established(item) for item in items):
            return
        time.sleep(0.1)
    raise LabError("the API server does not serve Calico's kinds")


def _is_established(definition: dict) -> bool:
    conditions = definition.get("status", {}).get("conditions") or []
    return any(item["type"] == "Established" and item["status"] == "True" for item in conditions)


def await_ready(run: Run, seconds: float = 90.0) -> None:
    """Waits until all pods of the figure are Ready, services know them, and confd has written every node's file."""
    api, topology, ready = admin(run), run.topology, 0
    wanted = sum(item.replicas for item in workloads.deployments(topology)) + 2 * len(topology.nodes)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        ready = sum(1 for pod in api.items("/api/v1/pods") if views.is_ready(pod))
        known = _known_endpoints(api) == workloads.endpoint_count(topology)
        if ready >= wanted and known and confd.is_settled(run, api):
            return
        time.sleep(0.2)
    raise LabError(f"{ready} of {wanted} pods are Ready after {seconds:.0f} s: see {run.path}/logs")


def _known_endpoints(api: Api) -> int:
    """The ready endpoints of all services."""
    subsets = [subset for item in api.items("/api/v1/endpoints") for subset in item.get("subsets") or []]
    return sum(len(subset.get("addresses") or []) for subset in subsets)
