"""The stand-in for confd: turns Calico's resources and the services' endpoints into every node's bird.cfg.

    python3 -m lab.confd INSTANCE

One process serves all nodes. A file is written, and BIRD told, only when its text changed; a node whose folder holds
`confd.stopped` is left alone. While the API is away the last files stay.
"""
from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path

from .calico import bird_config
from .calico.resources import Resources
from .kubernetes import calico_objects, control_plane
from .kubernetes.api import Api, Json
from .kubernetes.store import Store
from .run import Run, belongs, open_run, write

#: Changes that come within this time are rendered together, as confd does.
BATCH_SECONDS = 0.2
_KINDS = {
    "peers": "BGPPeer", "configurations": "BGPConfiguration", "pools": "IPPool", "affinities": "BlockAffinity",
    "filters": "BGPFilter", "information": "ClusterInformation",
}


def render(resources: Resources, node: str) -> str:
    """The text of a node's bird.cfg."""
    return bird_config.render(resources, node)


def collections(namespace: str) -> dict[str, str]:
    """What is watched: the fields of ``Resources`` with the API's collections."""
    paths = {
        "nodes": "/api/v1/nodes", "services": "/api/v1/services", "endpoints": "/api/v1/endpoints",
        "slices": "/apis/discovery.k8s.io/v1beta1/endpointslices",
        "secrets": f"/api/v1/namespaces/{namespace}/secrets",
        "daemon_sets": f"/apis/apps/v1/namespaces/{namespace}/daemonsets",
    }
    return paths | {field: calico_objects.path(kind) for field, kind in _KINDS.items()}


def is_settled(run: Run, api: Api) -> bool:
    """Whether every node's file is what the API's present objects give."""
    paths = collections(run.topology.calico_namespace)
    resources = Resources(**{field: api.items(path) for field, path in paths.items()})
    files = [(run.node(node.name) / "bird.cfg", node.name) for node in run.topology.nodes]
    return all(file.is_file() and file.read_text() == render(resources, name) for file, name in files)


def apply(run: Run, resources: Resources) -> list[str]:
    """Writes what changed and tells BIRD; the nodes that got another file."""
    changed = []
    for node in run.topology.nodes:
        folder = run.node(node.name)
        if (folder / "confd.stopped").exists() or not folder.is_dir():
            continue
        if write(folder / "bird.cfg", render(resources, node.name), mode=0o600):
            changed.append(node.name)
            _reload(run.path, folder / "bird.pid")
    return changed


def _reload(run: Path, file: Path) -> None:
    """Sends SIGHUP to the BIRD of this instance whose number a file holds; nothing where it does not run."""
    try:
        pid = int(file.read_text(encoding="ascii"))
        if belongs(pid, run):
            os.kill(pid, signal.SIGHUP)
    except (OSError, ValueError):
        pass


def main(name: str) -> None:
    """Follows the API until it is ended."""
    run = open_run(name)
    api = Api.from_kubeconfig(control_plane.kubeconfig(run.path, "admin"))
    changed = threading.Event()
    stores = {
        field: Store(api, path, changed.set) for field, path in collections(run.topology.calico_namespace).items()}
    for store in stores.values():
        store.synced.wait()
    while True:
        changed.wait()
        time.sleep(BATCH_SECONDS)
        changed.clear()
        lists: dict[str, list[Json]] = {field: store.all() for field, store in stores.items()}
        try:
            for node in apply(run, Resources(**lists)):
                print(f"{time.strftime('%H:%M:%S')} {node}: bird.cfg", flush=True)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            # An object that no Calico would have taken: the files stay, and the log says why.
            print(f"{time.strftime('%H:%M:%S')} not rendered: {error!r}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
