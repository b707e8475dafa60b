"""What calicoctl does with the cluster's resources, and how it words what went wrong (calico.md 3.6)."""
from __future__ import annotations

import copy
import re
from typing import Any

from ..kubernetes.api import Api, ApiError, Unreachable
from . import convert
from .convert import Json, Kind


class Refused(Exception):
    """One resource was not taken; the text is calicoctl's."""


class Client:
    """The resources of a cluster by calicoctl's kinds."""

    def __init__(self, api: Api) -> None:
        self.api = api

    def get(self, kind: Kind, name: str) -> Json:
        """One resource."""
        return convert.shown(kind, self._call(kind, name, lambda: self.api.get(f"{kind.collection}/{name}")))

    def all(self, kind: Kind) -> tuple[list[Json], str]:
        """All resources of a kind by name, and the list's version."""
        listing = self._call(kind, "", lambda: self.api.get(kind.collection))
        items = sorted(listing.get("items") or [], key=lambda item: item["metadata"]["name"])
        return [convert.shown(kind, item) for item in items], listing["metadata"].get("resourceVersion", "")

    def create(self, kind: Kind, resource: Json) -> None:
        """Makes a new resource."""
        name = resource["metadata"]["name"]
        if kind.name == "Node":
            raise Refused(f"operation Create is not supported on Node({name})")
        self._call(kind, name, lambda: self.api.create(kind.collection, convert.stored(kind, resource, None)))

    def replace(self, kind: Kind, resource: Json) -> None:
        """Replaces a resource whole."""
        name = resource["metadata"]["name"]
        address = f"{kind.collection}/{name}"
        existing = self._call(kind, name, lambda: self.api.get(address))
        self._call(kind, name, lambda: self.api.replace(address, convert.stored(kind, resource, existing)), update=True)

    def apply(self, kind: Kind, resource: Json) -> None:
        """Makes a resource, or replaces the one that is there."""
        try:
            self.create(kind, resource)
        except Refused as refusal:
            if kind.name != "Node" and "already exists" not in str(refusal):
                raise
            self.replace(kind, resource)

    def patch(self, kind: Kind, name: str, change: Json) -> None:
        """Reads, merges, replaces."""
        resource = self.get(kind, name)
        self.replace(kind, _merged(resource, change))

    def delete(self, kind: Kind, name: str) -> None:
        """Removes a resource."""
        if kind.name == "Node":
            raise Refused(f"operation Delete is not supported on Node({name})")
        self._call(kind, name, lambda: self.api.delete(f"{kind.collection}/{name}"))

    def _call(self, kind: Kind, name: str, request: Any, update: bool = False) -> Json:
        try:
            return request()
        except ApiError as error:
            raise Refused(_worded(kind, name, error, update)) from error
        except Unreachable as error:
            raise Refused(unreachable(self.api, kind.collection, error)) from error


def unreachable(api: Api, path: str, error: Unreachable) -> str:
    """A failed connection as Go's HTTP client words it."""
    text = str(error).lower()
    reason = "connection refused" if "refused" in text else "i/o timeout" if "timed out" in text else text
    return f'Get "{api.server}{path}": dial tcp {api.host}:{api.port}: connect: {reason}'


def _worded(kind: Kind, name: str, error: ApiError, update: bool) -> str:
    if error.status in (401, 403):
        return f"connection is unauthorized: {error.message}"
    if error.status == 404:
        return f"resource does not exist: {kind.name}({name}) with error: {error.message}"
    if error.status == 409 and error.reason == "AlreadyExists":
        return f"resource already exists: {kind.name}({name}) with error: {error.message}"
    if error.status == 409 and update:
        return f"update conflict: {kind.name}({name})"
    return error.message


def _merged(value: Any, change: Any) -> Any:
    """A JSON merge patch (RFC 7396)."""
    if not isinstance(change, dict):
        return change
    result = copy.deepcopy(value) if isinstance(value, dict) else {}
    for key, item in change.items():
        if item is None:
            result.pop(key, None)
        else:
            result[key] = _merged(result.get(key), item)
    return result


def problem(kind: Kind, resource: Json) -> str | None:
    """What Calico's validation has against a resource, None where it has nothing. Only BGPPeers are looked at."""
    spec = resource.get("spec") or {}
    if kind.name != "BGPPeer":
        return None
    ip = spec.get("peerIP", "")
    if not spec.get("peerSelector") and not spec.get("localWorkloadSelector"):
        if not re.fullmatch(r"(\d{1,3}(\.\d{1,3}){3}|[0-9a-fA-F:]+)(:\d+)?|\[[0-9a-fA-F:]+\]:\d+", ip):
            reason = "(Reason: failed to validate Field: PeerIP because of Tag: IP:port )"
            return f"error with field PeerIP = '{ip}' {reason}"
        if not re.fullmatch(r"[1-9]\d*(\.\d+)?", str(spec.get("asNumber", ""))):
            return f"error with field ASNumber = '{spec.get('asNumber', 0)}' (invalid AS number)"
    if spec.get("node") and spec.get("nodeSelector"):
        return f"error with field Node = '{spec['node']}' (Node field must be empty when NodeSelector is specified)"
    return None
