"""etcd and the three servers of an instance, on loopback ports that were free."""
from __future__ import annotations

import json
import shutil
import time
from pathlib import Path

from ..run import LabError, Run, write
from . import certificates, rights
from .api import Api, ApiError, Unreachable

#: The controllers that the lab needs; nodelifecycle makes a silent node NotReady.
_CONTROLLERS = (
    "endpoint,endpointslice,endpointslicemirroring,disruption,deployment,replicaset,namespace,daemonset,"
    "garbagecollector,nodelifecycle")


def start(run: Run, programs: Path) -> None:
    """Starts the control plane and waits until the API answers; writes the kubeconfigs."""
    folder = run.path / "kubernetes"
    keys = folder / "pki"
    certificates.make(keys, run.name)
    tokens = rights.make_tokens(folder / "tokens.csv")
    for name, user in rights.USERS.items():
        rights.write_kubeconfig(
            kubeconfig(run.path, name), f"https://127.0.0.1:{run.port('api')}", keys / "ca.crt", user, tokens[name])
    commands = _commands(run, programs)
    write(folder / "commands.json", json.dumps(commands))
    for name in ("etcd", "kube-apiserver"):
        run.spawn(name, commands[name])
    await_api(run)
    for name in ("kube-controller-manager", "kube-scheduler"):
        run.spawn(name, commands[name])


def kubeconfig(path: Path, name: str) -> Path:
    """The kubeconfig `admin`, `full`, `read-only` or `none` of a run folder."""
    return path / f"kubeconfig.{name}"


def restart(run: Run, name: str) -> None:
    """Starts a server again that was stopped, with the words it had."""
    if run.pid(name) is None:
        commands = json.loads((run.path / "kubernetes" / "commands.json").read_text(encoding="utf-8"))
        run.spawn(name, commands[name])
    if name == "kube-apiserver":
        await_api(run)


def _commands(run: Run, programs: Path) -> dict[str, list[str]]:
    folder, keys, topology = run.path / "kubernetes", run.path / "kubernetes" / "pki", run.topology
    etcd, peers = (f"http://127.0.0.1:{run.port(name)}" for name in ("etcd", "etcd-peers"))
    admin = f"--kubeconfig={kubeconfig(run.path, 'admin')}"
    return {
        "etcd": [
            str(programs / "etcd"), "--name=lab", f"--data-dir={folder / 'etcd'}", f"--listen-client-urls={etcd}",
            f"--advertise-client-urls={etcd}", f"--listen-peer-urls={peers}",
            f"--initial-advertise-peer-urls={peers}", f"--initial-cluster=lab={peers}", "--logger=zap",
            "--snapshot-count=2000", "--log-outputs=stderr"],
        "kube-apiserver": [
            str(programs / "kube-apiserver"), f"--etcd-servers={etcd}", "--bind-address=127.0.0.1",
            f"--secure-port={run.port('api')}", f"--advertise-address={topology.nodes[0].address}",
            "--endpoint-reconciler-type=none", f"--tls-cert-file={keys / 'apiserver.crt'}",
            f"--tls-private-key-file={keys / 'apiserver.key'}", f"--token-auth-file={folder / 'tokens.csv'}",
            "--anonymous-auth=false", "--authorization-mode=RBAC",
            f"--service-cluster-ip-range={topology.service_subnet}", f"--service-account-key-file={keys / 'sa.key'}",
            f"--service-account-signing-key-file={keys / 'sa.key'}",
            "--service-account-issuer=https://kubernetes.default.svc", "--disable-admission-plugins=ServiceAccount",
            "--kubelet-preferred-address-types=InternalDNS",
            f"--kubelet-certificate-authority={keys / 'ca.crt'}",
            f"--kubelet-client-certificate={keys / 'kubelet-client.crt'}",
            f"--kubelet-client-key={keys / 'kubelet-client.key'}", f"--cert-dir={folder / 'certs'}",
            "--profiling=false"],
        "kube-controller-manager": [
            str(programs / "kube-controller-manager"), admin, "--leader-elect=false",
            f"--controllers={_CONTROLLERS}", "--port=0", f"--secure-port={run.port('controllers')}",
            "--bind-address=127.0.0.1", f"--cert-dir={folder / 'certs'}", "--profiling=false"],
        "kube-scheduler": [
            str(programs / "kube-scheduler"), admin, "--leader-elect=false", "--port=0",
            f"--secure-port={run.port('scheduler')}", "--bind-address=127.0.0.1", f"--cert-dir={folder / 'certs'}",
            "--profiling=false"],
    }


def await_api(run: Run, seconds: float = 120.0) -> None:
    """Waits until the API serves and its first roles exist."""
    api = Api.from_kubeconfig(kubeconfig(run.path, "admin"))
    deadline = time.monotonic() + seconds
    problem = "no answer"
    while time.monotonic() < deadline:
        for name in ("etcd", "kube-apiserver"):
            if run.pid(name) is None:
                raise LabError(f"{name} has ended: see {run.log(name)}")
        try:
            api.get("/api/v1/namespaces/kube-system")
            api.get("/apis/rbac.authorization.k8s.io/v1/clusterroles/cluster-admin")
            return
        except (ApiError, Unreachable) as error:
            problem = str(error)
        time.sleep(0.1)
    raise LabError(f"the API server does not answer after {seconds:.0f} s: {problem}")


def remove(run: Run) -> None:
    """Removes what the control plane wrote."""
    shutil.rmtree(run.path / "kubernetes", ignore_errors=True)
    for name in rights.USERS:
        kubeconfig(run.path, name).unlink(missing_ok=True)
