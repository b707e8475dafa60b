"""The kubelets' stand-in: keeps nodes Ready, runs pods by saying so, and ends them.

    python3 -m lab.kubelet INSTANCE

One process serves all nodes. A node whose folder holds `kubelet.stopped` is silent: no lease, no pods; after 40 s the
controller finds it not ready, as with a real one. For those who forward packets it writes each node's `pods.json` and
`services.json` of the instance.

A pod with the annotation `lab.bgpdeck/ready: "false"` fails its readiness probe. calico-node's does where its confd
is stopped. When calico-node's pod is deleted, BIRD is killed with it, and starts again with the next one.
"""
from __future__ import annotations

import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone

from . import speaker, views
from .kubernetes import control_plane, exec_server
from .kubernetes.api import STRATEGIC, Api, ApiError, Json, Unreachable
from .kubernetes.ipam import Ipam
from .kubernetes.store import Store
from .run import LabError, Run, open_run

LEASE_SECONDS, RENEW_SECONDS = 40, 10
#: From being bound to running, from running to ready, and from being told to end to being gone; all are short beside a
#: real pod's. A pod that is ready answers already, so the data plane has its address before the endpoints do.
START_SECONDS, READY_SECONDS, END_SECONDS = 0.5, 0.5, 2.0
READY_ANNOTATION = "lab.bgpdeck/ready"


def _now() -> str:
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


class Kubelets:
    """All nodes' kubelets."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.api = Api.from_kubeconfig(control_plane.kubeconfig(run.path, "admin"))
        self.ipam = Ipam(self.api, run.topology.pod_subnet)
        self.changed = threading.Event()
        self.pods = Store(self.api, "/api/v1/pods", self.changed.set)
        self.services = Store(self.api, "/api/v1/services", self.changed.set)
        self.endpoints = Store(self.api, "/api/v1/endpoints", self.changed.set)
        #: When each pod was first seen in the state that it waits in, by its UID.
        self.seen: dict[tuple[str, str], float] = {}
        self.renewed: dict[str, float] = {}
        self.port = run.port("kubelet")
        #: Nodes whose BIRD was killed with calico-node's pod.
        self.restarting: set[str] = set()

    def is_silent(self, node: str) -> bool:
        """Whether a node's kubelet is stopped."""
        return (self.run.node(node) / "kubelet.stopped").exists()

    def follow(self) -> None:
        """Works until the process is ended. While the API is away, nothing happens and nothing is lost."""
        for store in (self.pods, self.services, self.endpoints):
            store.synced.wait()
        while True:
            try:
                self.renew()
                self.step()
            except (ApiError, Unreachable) as error:
                print(f"{_now()} {error}", flush=True)
            self.changed.wait(0.5)
            self.changed.clear()

    def renew(self) -> None:
        """Renews the leases and states that are due."""
        for node in self.run.topology.nodes:
            last = self.renewed.get(node.name)
            if self.is_silent(node.name):
                self.renewed.pop(node.name, None)
            elif last is None or time.monotonic() - last > RENEW_SECONDS:
                if last is None:
                    self._report(node.name, node.address)
                self._renew_lease(node.name)
                self.renewed[node.name] = time.monotonic()

    def step(self) -> None:
        """Moves every pod on by what is due."""
        pods = self.pods.all()
        live = {pod["metadata"]["uid"] for pod in pods}
        self.seen = {key: since for key, since in self.seen.items() if key[1] in live}
        due = [pod for pod in pods if self._is_mine(pod)]
        with ThreadPoolExecutor(8) as workers:
            list(workers.map(self._move, due))
        views.write_all(self.run, pods, self.services.all(), self.endpoints.all())

    def _is_mine(self, pod: Json) -> bool:
        node = pod["spec"].get("nodeName")
        return bool(node) and not self.is_silent(node)

    def _waited(self, state: str, pod: Json, seconds: float) -> bool:
        key = (state, pod["metadata"]["uid"])
        return time.monotonic() - self.seen.setdefault(key, time.monotonic()) >= seconds

    def _move(self, pod: Json) -> None:
        metadata, status = pod["metadata"], pod.get("status") or {}
        try:
            if metadata.get("deletionTimestamp"):
                grace = metadata.get("deletionGracePeriodSeconds") or 0
                if self._waited("ending", pod, min(END_SECONDS, grace)):
                    self._end(pod)
            elif status.get("phase", "Pending") == "Pending":
                if self._waited("starting", pod, START_SECONDS):
                    self._run(pod)
            elif views.is_ready(pod) != self._should_be_ready(pod) and self._waited("running", pod, READY_SECONDS):
                self._set_ready(pod, self._should_be_ready(pod))
        except ApiError as error:
            # Gone or changed meanwhile: the next event tells.
            if error.status not in (404, 409):
                print(f"{_now()} {metadata['namespace']}/{metadata['name']}: {error}", flush=True)

    def _run(self, pod: Json) -> None:
        metadata, spec = pod["metadata"], pod["spec"]
        node = self.run.topology.node(spec["nodeName"])
        address = node.address if spec.get("hostNetwork") else self.ipam.assign(
            node.name, metadata["namespace"], metadata["name"])
        if _is_calico(pod) and node.name in self.restarting:
            self._start_bird(node.name)
        now, ready = _now(), bool(spec.get("hostNetwork")) and self._should_be_ready(pod)
        containers = [
            {"name": item["name"], "image": item["image"], "imageID": "", "ready": ready, "started": True,
             "restartCount": 0, "containerID": f"lab://{metadata['uid']}", "state": {"running": {"startedAt": now}}}
            for item in spec["containers"]]
        self._patch_status(pod, {
            "phase": "Running", "hostIP": node.address, "podIP": address, "podIPs": [{"ip": address}],
            "startTime": now, "containerStatuses": containers, "conditions": [
                _condition("Initialized", True, now), _condition("Ready", ready, now),
                _condition("ContainersReady", ready, now), _condition("PodScheduled", True, now)]})

    def _set_ready(self, pod: Json, ready: bool) -> None:
        now = _now()
        containers = [dict(item, ready=ready) for item in pod["status"].get("containerStatuses") or []]
        self._patch_status(pod, {"containerStatuses": containers, "conditions": [
            _condition("Ready", ready, now), _condition("ContainersReady", ready, now)]})

    def _patch_status(self, pod: Json, status: Json) -> None:
        metadata = pod["metadata"]
        path = f"/api/v1/namespaces/{metadata['namespace']}/pods/{metadata['name']}/status"
        self.api.patch(path, {"metadata": {"uid": metadata["uid"]}, "status": status}, STRATEGIC)

    def _start_bird(self, name: str) -> None:
        try:
            speaker.start(self.run, self.run.topology.node(name))
            self.restarting.discard(name)
        except LabError as error:
            print(f"{_now()} {error}", flush=True)

    def is_dead(self, node: str) -> bool:
        """Whether calico-node does not run on a node."""
        return (self.run.node(node) / "confd.stopped").exists()

    def _should_be_ready(self, pod: Json) -> bool:
        if _is_calico(pod) and self.is_dead(pod["spec"]["nodeName"]):
            return False
        return (pod["metadata"].get("annotations") or {}).get(READY_ANNOTATION) != "false"

    def _end(self, pod: Json) -> None:
        metadata = pod["metadata"]
        if _is_calico(pod):
            name = pod["spec"]["nodeName"]
            if speaker.stop(self.run, self.run.topology.node(name), signal.SIGKILL):
                self.restarting.add(name)
        self.api.delete(f"/api/v1/namespaces/{metadata['namespace']}/pods/{metadata['name']}", {
            "apiVersion": "v1", "kind": "DeleteOptions", "gracePeriodSeconds": 0,
            "preconditions": {"uid": metadata["uid"]}})
        if not pod["spec"].get("hostNetwork"):
            self.ipam.release(metadata["namespace"], metadata["name"])

    def _report(self, name: str, address: str) -> None:
        """A node's state. The API server reaches the kubelet by the address of type InternalDNS, which is loopback."""
        now = _now()
        conditions = [
            dict(_condition(kind, status, now), reason=reason, lastHeartbeatTime=now)
            for kind, status, reason in (
                ("MemoryPressure", False, "KubeletHasSufficientMemory"),
                ("DiskPressure", False, "KubeletHasNoDiskPressure"),
                ("PIDPressure", False, "KubeletHasSufficientPID"), ("Ready", True, "KubeletReady"))]
        size = {"cpu": "16", "memory": "64Gi", "pods": "110", "ephemeral-storage": "100Gi"}
        self.api.patch(f"/api/v1/nodes/{name}/status", {"status": {
            "capacity": size, "allocatable": size, "conditions": conditions,
            "addresses": [
                {"type": "InternalIP", "address": address}, {"type": "Hostname", "address": name},
                {"type": "InternalDNS", "address": "localhost"}],
            "daemonEndpoints": {"kubeletEndpoint": {"Port": self.port}},
            "nodeInfo": {
                "kubeletVersion": "v1.20.2", "kubeProxyVersion": "v1.20.2", "osImage": "Debian GNU/Linux 12",
                "operatingSystem": "linux", "architecture": "amd64", "containerRuntimeVersion": "lab://1",
                "kernelVersion": "", "machineID": "", "systemUUID": "", "bootID": ""}}}, STRATEGIC)

    def _renew_lease(self, name: str) -> None:
        path = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases"
        renewed = {"renewTime": datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")}
        try:
            self.api.patch(f"{path}/{name}", {"spec": renewed})
        except ApiError as error:
            if error.status != 404:
                raise
            spec = {"holderIdentity": name, "leaseDurationSeconds": LEASE_SECONDS, **renewed}
            self.api.create(path, {
                "apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": {"name": name}, "spec": spec})


def _is_calico(pod: Json) -> bool:
    return (pod["metadata"].get("labels") or {}).get("k8s-app") == "calico-node"


def _condition(kind: str, status: bool, now: str) -> Json:
    return {"type": kind, "status": str(status), "lastTransitionTime": now}


def main(name: str) -> None:
    """Serves an instance until it is ended."""
    run = open_run(name)
    kubelets = Kubelets(run)
    exec_server.start(run, kubelets.port, kubelets)
    kubelets.follow()


if __name__ == "__main__":
    main(sys.argv[1])
