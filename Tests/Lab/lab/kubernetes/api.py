"""A client of the Kubernetes API: lists, writes and watches over verified TLS."""
from __future__ import annotations

import base64
import http.client
import json
import ssl
import subprocess
import threading
from pathlib import Path
from typing import Any, Iterator
from urllib.parse import urlencode, urlsplit

Json = dict[str, Any]
MERGE = "application/merge-patch+json"
STRATEGIC = "application/strategic-merge-patch+json"


class ApiError(Exception):
    """The API server's refusal: HTTP status and its message."""

    def __init__(self, status: int, reason: str, message: str) -> None:
        super().__init__(message)
        self.status, self.reason, self.message = status, reason, message


class Unreachable(Exception):
    """The API server does not answer."""


class Api:
    """One user's door to the API. Each thread has a connection of its own."""

    def __init__(self, server: str, authority: str, token: str | None, timeout: float = 10.0) -> None:
        parts = urlsplit(server)
        self.server, self.timeout = server, timeout
        self.host, self.port = parts.hostname or "127.0.0.1", parts.port or 443
        self.tls = ssl.create_default_context(cadata=authority)
        self.headers = {"Accept": "application/json"}
        if token:
            self.headers["Authorization"] = f"Bearer {token}"
        self._local = threading.local()

    @staticmethod
    def from_kubeconfig(path: Path | str, context: str | None = None, kubectl: str = "kubectl") -> "Api":
        """The API and user that a kubeconfig names; one in YAML is read by kubectl."""
        text = Path(path).read_text(encoding="utf-8")
        try:
            config = json.loads(text)
        except ValueError:
            words = [kubectl, "config", "view", "--raw", "-o", "json", f"--kubeconfig={path}"]
            config = json.loads(subprocess.run(words, capture_output=True, check=True).stdout)
        chosen = _named(config["contexts"], context or config["current-context"])["context"]
        cluster = _named(config["clusters"], chosen["cluster"])["cluster"]
        user = _named(config["users"], chosen["user"])["user"]
        authority = base64.b64decode(cluster["certificate-authority-data"]).decode()
        return Api(cluster["server"], authority, user.get("token"))

    def get(self, path: str, **query: str) -> Json:
        """An object or a list."""
        return self._json("GET", path, None, query)

    def items(self, path: str, **query: str) -> list[Json]:
        """The items of a list."""
        return self.get(path, **query).get("items") or []

    def create(self, path: str, body: Json) -> Json:
        """Creates an object in a collection."""
        return self._json("POST", path, body, {})

    def replace(self, path: str, body: Json) -> Json:
        """Replaces an object whole."""
        return self._json("PUT", path, body, {})

    def patch(self, path: str, body: Json, kind: str = MERGE) -> Json:
        """Changes the named fields of an object."""
        return self._json("PATCH", path, body, {}, kind)

    def delete(self, path: str, body: Json | None = None) -> Json:
        """Deletes an object."""
        return self._json("DELETE", path, body, {})

    def ensure(self, path: str, body: Json) -> None:
        """Creates an object, or replaces the one of that name."""
        try:
            self.create(path, body)
        except ApiError as error:
            if error.status != 409:
                raise
            address = f"{path}/{body['metadata']['name']}"
            version = self.get(address)["metadata"]["resourceVersion"]
            self.replace(address, {**body, "metadata": {**body["metadata"], "resourceVersion": version}})

    def watch(self, path: str, version: str, seconds: int = 300) -> Iterator[tuple[str, Json]]:
        """Events after a version, each a type and an object, until the server ends the watch.

        Raises ApiError 410 where the version is too old.
        """
        query = urlencode({
            "watch": "1", "resourceVersion": version, "allowWatchBookmarks": "true", "timeoutSeconds": str(seconds)})
        connection = http.client.HTTPSConnection(self.host, self.port, timeout=seconds + 30, context=self.tls)
        try:
            connection.request("GET", f"{path}?{query}", headers=self.headers)
            response = connection.getresponse()
            if response.status != 200:
                raise _error(response.status, response.read())
            while line := response.readline():
                event = json.loads(line)
                if event["type"] == "ERROR":
                    status = event["object"]
                    raise ApiError(status.get("code", 500), status.get("reason", ""), status.get("message", ""))
                yield event["type"], event["object"]
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise Unreachable(str(error)) from error
        finally:
            connection.close()

    def _json(self, method: str, path: str, body: Json | None, query: dict[str, str], kind: str = "") -> Json:
        target = path + ("?" + urlencode(query) if query else "")
        payload = None if body is None else json.dumps(body).encode()
        headers = dict(self.headers)
        if payload is not None:
            headers["Content-Type"] = kind or "application/json"
        status, answer = self._exchange(method, target, payload, headers)
        if status >= 300:
            raise _error(status, answer)
        return json.loads(answer) if answer else {}

    def _exchange(self, method: str, target: str, payload: bytes | None, headers: dict[str, str]) -> tuple[int, bytes]:
        """One request on the kept connection; a kept one that has gone stale is opened anew once."""
        kept: http.client.HTTPSConnection | None = getattr(self._local, "connection", None)
        for attempt in (kept, None):
            if attempt is None and kept is not None:
                kept.close()
            connection = attempt or http.client.HTTPSConnection(
                self.host, self.port, timeout=self.timeout, context=self.tls)
            try:
                connection.request(method, target, payload, headers)
                response = connection.getresponse()
                answer = response.read()
                self._local.connection = connection
                return response.status, answer
            except (OSError, http.client.HTTPException) as error:
                connection.close()
                self._local.connection = None
                if attempt is None:
                    raise Unreachable(str(error)) from error
        raise Unreachable("no connection")


def _named(entries: list[Json], name: str) -> Json:
    for entry in entries:
        if entry["name"] == name:
            return entry
    raise KeyError(f"the kubeconfig has no {name}")


def _error(status: int, body: bytes) -> ApiError:
    try:
        answer = json.loads(body)
        return ApiError(status, answer.get("reason", ""), answer.get("message", ""))
    except ValueError:
        return ApiError(status, "", body.decode(errors="replace").strip())
