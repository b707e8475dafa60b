"""The kubelets' port: what `kubectl exec` into calico-node reaches through the API server.

Only calico-node's pod has something to run, BIRD's client; nothing reads standard input. The API server shows its
client certificate; nobody else is heard.
"""
from __future__ import annotations

import json
import ssl
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from ..run import Run
from . import spdy
from .api import Json
from .store import Store

_BIN = Path(__file__).resolve().parent.parent.parent / "bin"
#: The programs in calico-node's container.
PROGRAMS = {"birdcl": _BIN / "birdcl"}
_PROTOCOL = "v4.channel.k8s.io"


class Kubelets(Protocol):
    """What is asked of the kubelets' stand-in."""

    pods: Store

    def is_silent(self, node: str) -> bool:
        """Whether a node's kubelet does not answer."""

    def is_dead(self, node: str) -> bool:
        """Whether calico-node's container does not run on a node."""


def start(run: Run, port: int, kubelets: Kubelets) -> None:
    """Serves in threads of its own until the process ends."""
    keys = run.path / "kubernetes" / "pki"
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(keys / "ca.crt"))
    tls.verify_mode = ssl.CERT_REQUIRED
    tls.load_cert_chain(keys / "kubelet.crt", keys / "kubelet.key")
    words = spdy.dictionary(Path(run.state["programs"]) / "spdy-dictionary.go")

    class Handler(_Handler):
        """The handler with what it needs to know."""

        lab, host, dictionary = run, kubelets, words

    server = _Server(("127.0.0.1", port), Handler)
    server.tls = tls
    threading.Thread(target=server.serve_forever, name="exec", daemon=True).start()


class _Server(ThreadingHTTPServer):
    """TLS is shaken hands in the connection's own thread, so that nobody waits for a slow one."""

    daemon_threads = True
    tls: ssl.SSLContext

    def finish_request(self, request, client_address) -> None:
        request.settimeout(30)
        try:
            with self.tls.wrap_socket(request, server_side=True) as secure:
                self.RequestHandlerClass(secure, client_address, self)
        except (OSError, ssl.SSLError):
            pass


class _Handler(BaseHTTPRequestHandler):
    """One request: `/exec/NAMESPACE/POD/CONTAINER?command=…`."""

    protocol_version = "HTTP/1.1"
    lab: Run
    host: Kubelets
    dictionary: bytes

    def do_POST(self) -> None:
        """Runs a command in a container."""
        self.close_connection = True
        parts = [unquote(part) for part in urlsplit(self.path).path.split("/")[1:]]
        query = parse_qs(urlsplit(self.path).query)
        if len(parts) != 4 or parts[0] != "exec":
            return self._refuse(404, "the lab's kubelet serves exec alone")
        pod = self._pod(parts[1], parts[2])
        if pod is not None and self.host.is_silent(pod["spec"]["nodeName"]):
            return None
        if pod is None:
            return self._refuse(404, f"pod {parts[2]} is not here")
        if not _runs(pod, parts[3]) or self.host.is_dead(pod["spec"]["nodeName"]):
            return self._refuse(404, f'container not found ("{parts[3]}")')
        if self.headers.get("Upgrade", "").upper() != "SPDY/3.1":
            return self._refuse(400, "only SPDY/3.1 is spoken here")
        self.send_response_only(101)
        for name, value in (("Connection", "Upgrade"), ("Upgrade", "SPDY/3.1"),
                            ("X-Stream-Protocol-Version", _PROTOCOL)):
            self.send_header(name, value)
        self.end_headers()
        return self._serve(pod, query)

    do_GET = do_POST

    def _pod(self, namespace: str, name: str) -> Json | None:
        for pod in self.host.pods.all():
            if (pod["metadata"]["namespace"], pod["metadata"]["name"]) == (namespace, name):
                return pod
        return None

    def _serve(self, pod: Json, query: dict[str, list[str]]) -> None:
        """Waits for the streams that the client asked for, runs the command, and tells how it ended."""
        session = spdy.Session(self.rfile, self.connection, self.dictionary)
        wanted = 1 + sum(name in query for name in ("input", "output", "error"))
        streams: dict[str, int] = {}
        while len(streams) < wanted:
            opened = session.next_stream()
            if opened is None:
                return
            streams[opened.headers.get("streamtype", "")] = opened.stream
        output, errors, status = self._run(pod, query.get("command", []))
        for name, data in (("stdout", output), ("stderr", errors)):
            if name in streams:
                session.write(streams[name], data)
        session.write(streams["error"], json.dumps(_status(status)).encode())
        self.connection.settimeout(3)
        while session.next_stream() is not None:
            pass

    def _run(self, pod: Json, words: list[str]) -> tuple[bytes, bytes, int]:
        program = PROGRAMS.get(words[0]) if words else None
        if program is None or pod["metadata"].get("labels", {}).get("k8s-app") != "calico-node":
            name = words[0] if words else ""
            text = (
                "OCI runtime exec failed: exec failed: unable to start container process: exec: "
                f'"{name}": executable file not found in $PATH: unknown\r\n')
            return text.encode(), b"", 126
        try:
            done = subprocess.run(
                [str(program), *words[1:]], env=self.lab.environment(pod["spec"]["nodeName"]),
                stdin=subprocess.DEVNULL, capture_output=True, timeout=20, check=False)
        except subprocess.TimeoutExpired as late:
            return late.stdout or b"", late.stderr or b"", 137
        return done.stdout, done.stderr, done.returncode

    def _refuse(self, status: int, text: str) -> None:
        body = (text + "\n").encode()
        self.send_response_only(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args) -> None:
        """Nothing is logged."""


def _runs(pod: Json, container: str) -> bool:
    statuses = (pod.get("status") or {}).get("containerStatuses") or []
    return any(item["name"] == container and "running" in item.get("state", {}) for item in statuses)


def _status(code: int) -> Json:
    """How a command ended, as Kubernetes tells it on the error stream."""
    if code == 0:
        return {"metadata": {}, "status": "Success"}
    return {
        "metadata": {}, "status": "Failure", "reason": "NonZeroExitCode",
        "message": f"command terminated with non-zero exit code: exit status {code}",
        "details": {"causes": [{"reason": "ExitCode", "message": str(code)}]}}
