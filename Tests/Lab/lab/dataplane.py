"""What pods and kube-proxy do with packets, on every node.

    python3 -m lab.dataplane INSTANCE NODE

A pod answers on its address. A service address answers on every node where kube-proxy would forward it: everywhere for
`externalTrafficPolicy: Cluster`, to any ready endpoint; only where a ready endpoint runs for `Local`, to one of those.
Elsewhere its packets are dropped. Forwarding happens in user space, as kube-proxy's oldest mode did, since the kernel
of a test machine need not have packet filters; packets reach the node by the leaves' and nodes' real routes.

A request is a connection that sends nothing, or one datagram; services take both on their ports, though Kubernetes is
told of TCP alone. The answer is one JSON line: the pod, its node, and the node through which the request entered. What
runs where comes from the files that the kubelets' stand-in writes (`pods.json`, `services.json`).
"""
from __future__ import annotations

import json
import random
import resource
import selectors
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from functools import partial
from pathlib import Path
from typing import Any

from .run import Run, open_run
from .sshhost import enter_network
from .topology import Node

#: The port on which every pod answers, beside the ports of the services that it stands behind.
POD_PORT = 8080
#: Interfaces that BIRD leaves alone, by their names in Calico's template.
_PODS, _SERVICES = "cali0", "kube-ipvs0"
#: Seconds between two looks at the files: less than a withdrawn or new route takes to reach a leaf.
_PACE = 0.03
#: Seconds after which a datagram without an answer is lost: one that is answered late, on a busy machine, is not.
PATIENCE = 20.0
#: SO_RCVBUFFORCE of Linux, and bytes: a second of the client's datagrams must not overflow a busy node.
_RECEIVE_BUFFER, _BYTES = 33, 4 << 20
Json = dict[str, Any]


class NodePlane:
    """One node's addresses and listeners; lives in a process of its own inside the node's namespace."""

    def __init__(self, run: Run, node: Node) -> None:
        self.run, self.node = run, node
        self.selector = selectors.DefaultSelector()
        self.listeners: dict[tuple[str, int], tuple[socket.socket, socket.socket]] = {}
        self.addresses: dict[str, set[str]] = {_PODS: set(), _SERVICES: set()}
        self.pods: dict[str, Json] = {}
        self.services: dict[tuple[str, int], list[str]] = {}
        self.seen: tuple[float, ...] = ()
        #: Datagrams that were handed to an endpoint and are not answered yet, oldest first, with their ends.
        self.flows: deque[tuple[float, socket.socket]] = deque()

    def serve(self) -> None:
        """For ever: follows the files, and accepts."""
        enter_network(self.run.namespace(self.node.name))
        for name in (_PODS, _SERVICES):
            _ip("link", "add", name, "type", "bridge")
            _ip("link", "set", name, "up")
        # Service packets that nobody here takes are dropped, in a table that BIRD does not learn from.
        _ip("rule", "add", "to", str(self.run.topology.service_subnet), "lookup", "100")
        _ip("route", "replace", "blackhole", str(self.run.topology.service_subnet), "table", "100")
        while True:
            self.forget()
            try:
                self.follow()
            except (OSError, ValueError, KeyError) as error:
                print(f"{self.node.name}: {error!r}", flush=True)
            for key, _ in self.selector.select(_PACE):
                key.data(key.fileobj)

    def accept(self, listener: socket.socket) -> None:
        """Takes one connection; each is answered in a thread of its own."""
        try:
            connection, _ = listener.accept()
            threading.Thread(target=self.answer, args=(connection, *listener.getsockname()), daemon=True).start()
        except OSError:
            pass

    def receive(self, listener: socket.socket) -> None:
        """Takes one datagram: a pod answers, a service hands it to an endpoint from a port of its own."""
        try:
            _, client = listener.recvfrom(1500)
            address, port = listener.getsockname()
            if address in self.pods:
                listener.sendto(self.reply(address, port), client)
                return
            flow = socket.socket(type=socket.SOCK_DGRAM)
            flow.setblocking(False)
            flow.connect((random.choice(self.services[(address, port)]), port))
            flow.send(b"?")
            self.selector.register(flow, selectors.EVENT_READ, partial(self.relay, listener, client))
            self.flows.append((time.monotonic() + PATIENCE, flow))
        except (OSError, KeyError, IndexError):
            pass

    def relay(self, listener: socket.socket, client: tuple[str, int], flow: socket.socket) -> None:
        """Hands an endpoint's answer back."""
        try:
            reply = json.loads(flow.recv(1500)) | {"entered": self.node.name}
            listener.sendto(json.dumps(reply).encode() + b"\n", client)
        except (OSError, ValueError):
            pass
        self.end(flow)

    def end(self, flow: socket.socket) -> None:
        """Forgets a datagram that was handed on; harmless where it was answered."""
        if flow.fileno() >= 0:
            self.selector.unregister(flow)
            flow.close()

    def forget(self) -> None:
        """Ends what has waited for an answer for too long."""
        while self.flows and (self.flows[0][0] < time.monotonic() or self.flows[0][1].fileno() < 0):
            self.end(self.flows.popleft()[1])

    def answer(self, connection: socket.socket, address: str, port: int) -> None:
        """One connection: the pod's own answer, or an endpoint's with the node that it entered by."""
        with connection:
            try:
                connection.settimeout(2)
                connection.sendall(self.reply(address, port))
            except (OSError, ValueError, KeyError, IndexError):
                pass

    def reply(self, address: str, port: int) -> bytes:
        """The answer of a pod, or of one of a service's endpoints, as a line."""
        pod = self.pods.get(address)
        if pod is not None:
            reply: Json = {"pod": f"{pod['namespace']}/{pod['name']}", "node": self.node.name}
        else:
            reply = ask(random.choice(self.services[(address, port)]), port)
        return json.dumps(reply | {"entered": self.node.name}).encode() + b"\n"

    def follow(self) -> None:
        """Reads the files where they changed, and sets up what they say."""
        files = (self.run.node(self.node.name) / "pods.json", self.run.path / "services.json")
        stamps = tuple(file.stat().st_mtime for file in files if file.exists())
        if stamps == self.seen or len(stamps) < len(files):
            return
        pods, services = (json.loads(file.read_text()) for file in files)
        self.pods = {pod["address"]: pod for pod in pods}
        self.services = {
            (address, port): chosen for service in services
            if (chosen := self.endpoints(service)) for address in service["addresses"] for port in service["ports"]}
        ports = {POD_PORT} | {port for service in services for port in service["ports"]}
        self.assign(_PODS, set(self.pods))
        self.assign(_SERVICES, {address for address, _ in self.services})
        self.listen({(address, port) for address in self.pods for port in ports} | set(self.services))
        self.seen = stamps

    def endpoints(self, service: Json) -> list[str]:
        """Where this node forwards a service to."""
        return [
            entry["address"] for entry in service["endpoints"]
            if not service["local"] or entry["node"] == self.node.name]

    def assign(self, interface: str, wanted: set[str]) -> None:
        """Gives an interface exactly these addresses."""
        for address in self.addresses[interface] - wanted:
            _ip("addr", "del", f"{address}/32", "dev", interface)
        for address in wanted - self.addresses[interface]:
            _ip("addr", "add", f"{address}/32", "dev", interface)
        self.addresses[interface] = wanted

    def listen(self, wanted: set[tuple[str, int]]) -> None:
        """Opens and closes listeners until exactly these are open."""
        for key in set(self.listeners) - wanted:
            for listener in self.listeners.pop(key):
                self.selector.unregister(listener)
                listener.close()
        for key in wanted - set(self.listeners):
            connections, datagrams = socket.socket(), socket.socket(type=socket.SOCK_DGRAM)
            connections.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            for listener in (connections, datagrams):
                listener.bind(key)
            connections.listen(64)
            datagrams.setsockopt(socket.SOL_SOCKET, _RECEIVE_BUFFER, _BYTES)
            self.selector.register(connections, selectors.EVENT_READ, self.accept)
            self.selector.register(datagrams, selectors.EVENT_READ, self.receive)
            self.listeners[key] = (connections, datagrams)


def ask(address: str, port: int, timeout: float = 1.0) -> Json:
    """Sends one request as a new flow, and gives the answer."""
    with socket.create_connection((address, port), timeout) as connection:
        connection.settimeout(timeout)
        return json.loads(connection.makefile().readline())


def _ip(*words: str) -> None:
    done = subprocess.run(["ip", *words], capture_output=True, text=True)
    if done.returncode != 0 and "File exists" not in done.stderr:
        print(f"ip {' '.join(words)}: {done.stderr.strip()}", flush=True)


def allow_flows() -> None:
    """Lets this process have as many sockets as a stall of some seconds leaves open."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 65_536) if most > 0 else 65_536, most))


def start(run: Run) -> None:
    """Starts the data plane of all nodes, ahead of whatever else runs: a kernel forwards before it does anything else."""
    for node in run.topology.nodes:
        command = [sys.executable, "-m", "lab.dataplane", run.name, node.name]
        run.spawn(f"dataplane-{node.name}", ["nice", "-n", "-15", *command])


def main(name: str, node: str) -> None:
    """Serves one node while the instance is there."""
    allow_flows()
    run = open_run(name)
    plane = NodePlane(run, run.topology.node(node))
    threading.Thread(target=plane.serve, daemon=True).start()
    while Path(run.path).exists():
        time.sleep(1)


if __name__ == "__main__":
    main(*sys.argv[1:3])
