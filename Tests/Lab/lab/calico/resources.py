"""The objects that calico-node reads, as the API gave them."""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

#: The AS of a node that names none, where BGPConfiguration names none either.
DEFAULT_AS = 64512


@dataclass
class Resources:
    """Lists of JSON objects of crd.projectcalico.org/v1 and of Kubernetes."""

    nodes: list[Json] = field(default_factory=list)
    services: list[Json] = field(default_factory=list)
    endpoints: list[Json] = field(default_factory=list)
    slices: list[Json] = field(default_factory=list)
    peers: list[Json] = field(default_factory=list)
    configurations: list[Json] = field(default_factory=list)
    pools: list[Json] = field(default_factory=list)
    affinities: list[Json] = field(default_factory=list)
    filters: list[Json] = field(default_factory=list)
    information: list[Json] = field(default_factory=list)
    #: Secrets of calico-node's namespace.
    secrets: list[Json] = field(default_factory=list)
    daemon_sets: list[Json] = field(default_factory=list)

    def node(self, name: str) -> Json | None:
        """The Kubernetes node of that name."""
        return named(self.nodes, name)

    def configuration(self, name: str = "default") -> Json:
        """A BGPConfiguration's specification, empty where there is no such object."""
        return (named(self.configurations, name) or {}).get("spec") or {}

    @property
    def version(self) -> tuple[int, int, int]:
        """Calico's version by ClusterInformation; 3.29.0 where it tells none."""
        text = ((named(self.information, "default") or {}).get("spec") or {}).get("calicoVersion", "")
        parts = text.lstrip("v").split("-")[0].split(".")
        if len(parts) != 3 or not all(part.isdigit() for part in parts):
            return (3, 29, 0)
        major, minor, patch = (int(part) for part in parts)
        return (major, minor, patch)

    def environment(self, name: str) -> str | None:
        """A variable of calico-node's container."""
        for daemon_set in self.daemon_sets:
            if daemon_set["metadata"]["name"] != "calico-node":
                continue
            for container in daemon_set["spec"]["template"]["spec"]["containers"]:
                for variable in container.get("env") or []:
                    if variable["name"] == name:
                        return variable.get("value")
        return None

    def asn(self, node: Json) -> int:
        """A node's AS: its annotation, BGPConfiguration's, or 64512."""
        own = annotation(node, "ASNumber")
        return as_number(own) if own else as_number(self.configuration().get("asNumber") or DEFAULT_AS)


def named(objects: list[Json], name: str) -> Json | None:
    """The object of that name."""
    return next((item for item in objects if item["metadata"]["name"] == name), None)


def annotation(node: Json, key: str) -> str | None:
    """One of calico-node's annotations of a node."""
    return (node["metadata"].get("annotations") or {}).get(f"projectcalico.org/{key}")


def address(node: Json) -> str | None:
    """A node's BGP address, None where calico-node has told none."""
    text = annotation(node, "IPv4Address")
    return text.split("/")[0] if text else None


def labels(node: Json) -> dict[str, str]:
    """An object's labels."""
    return node["metadata"].get("labels") or {}


def as_number(value: Any) -> int:
    """An AS as a number or in dotted form: `1.10` is 65546."""
    text = str(value)
    if "." in text:
        high, low = text.split(".")
        return int(high) << 16 | int(low)
    return int(text)
