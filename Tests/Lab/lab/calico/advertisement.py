"""Which routes a node advertises (calico.md 4.1, table and rules; Calico's routes.go)."""
from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from .resources import Json, Resources, labels

#: With the value `true`, exactly, a node advertises no service at all.
EXCLUDE_LABEL = "node.kubernetes.io/exclude-from-external-load-balancers"


@dataclass(frozen=True)
class Block:
    """A block of pod addresses of a node; only a confirmed one is advertised."""

    prefix: IPv4Network
    state: str

    @property
    def is_confirmed(self) -> bool:
        """Old objects have no state, which counts as confirmed."""
        return self.state in ("confirmed", "")


@dataclass(frozen=True)
class _Ranges:
    """The advertised ranges of one kind of address."""

    prefixes: list[IPv4Network]

    def holds(self, address: IPv4Address) -> bool:
        return any(address in prefix for prefix in self.prefixes)

    @property
    def wide(self) -> list[IPv4Network]:
        return [prefix for prefix in self.prefixes if prefix.prefixlen < 32]

    def names(self, address: IPv4Address) -> bool:
        """Whether the address itself stands there as a /32."""
        return IPv4Network(address) in self.prefixes


def blocks(resources: Resources, node: str) -> list[Block]:
    """The blocks that a node has, load balancers' blocks excepted."""
    found = set()
    for item in resources.affinities:
        spec = item["spec"]
        is_deleted = str(spec.get("deleted", "false")).lower() == "true"
        if spec["node"] == node and not is_deleted and spec.get("type") != "virtual" and ":" not in spec["cidr"]:
            found.add(Block(IPv4Network(spec["cidr"]), spec.get("state") or ""))
    return sorted(found, key=lambda block: block.prefix)


def services(resources: Resources, node: Json) -> list[IPv4Network]:
    """The service routes of a node: ranges, and addresses of services."""
    if labels(node).get(EXCLUDE_LABEL) == "true":
        return []
    cluster, external, balanced = _ranges(resources)
    is_aggregated = resources.configuration().get("serviceLoadBalancerAggregation", "Enabled") != "Disabled"
    routes = set(cluster.prefixes) | set(external.wide)
    if resources.version < (3, 30, 0):
        routes |= set(external.prefixes)
    if is_aggregated:
        routes |= set(balanced.wide)
    for service in resources.services:
        if _is_advertised(service):
            routes |= _addresses(resources, service, node["metadata"]["name"], is_aggregated)
    return sorted(routes)


def _addresses(resources: Resources, service: Json, node: str, is_aggregated: bool) -> set[IPv4Network]:
    cluster, external, balanced = _ranges(resources)
    spec = service["spec"]
    ingress = (service.get("status", {}).get("loadBalancer") or {}).get("ingress") or []
    externals = _v4(spec.get("externalIPs") or [])
    balancers = _v4([item["ip"] for item in ingress if item.get("ip")])
    if spec.get("externalTrafficPolicy") == "Local":
        if node not in hosts(resources, service):
            return set()
        chosen = [ip for ip in _v4(spec.get("clusterIPs") or [spec["clusterIP"]]) if cluster.holds(ip)]
        chosen += [ip for ip in externals if external.holds(ip)]
        chosen += [ip for ip in balancers if balanced.holds(ip)]
    else:
        chosen = [ip for ip in externals if external.names(ip)]
        chosen += [ip for ip in balancers if balanced.names(ip)]
        if not is_aggregated and hosts(resources, service):
            chosen += [ip for ip in balancers if balanced.holds(ip)]
    return {IPv4Network(ip) for ip in chosen}


def hosts(resources: Resources, service: Json) -> set[str]:
    """The nodes whose endpoints of a service count; what counts depends on Calico's version (calico.md 4.1)."""
    namespace, name = service["metadata"]["namespace"], service["metadata"]["name"]
    version = resources.version
    found = set()
    if version < (3, 31, 0):
        for item in resources.endpoints:
            if (item["metadata"]["namespace"], item["metadata"]["name"]) == (namespace, name):
                for subset in item.get("subsets") or []:
                    found |= {entry["nodeName"] for entry in subset.get("addresses") or [] if "nodeName" in entry}
        return found
    ignores_ready = (3, 31, 0) <= version <= (3, 31, 6) or (3, 32, 0) <= version <= (3, 32, 1)
    for item in resources.slices:
        if item["metadata"]["namespace"] == namespace and labels(item).get("kubernetes.io/service-name") == name:
            for entry in item.get("endpoints") or []:
                ready = (entry.get("conditions") or {}).get("ready")
                host = entry.get("nodeName") or (entry.get("topology") or {}).get("kubernetes.io/hostname")
                if host and (ignores_ready or ready is None or ready):
                    found.add(host)
    return found


def _is_advertised(service: Json) -> bool:
    spec = service["spec"]
    is_kind = spec.get("type", "ClusterIP") in ("ClusterIP", "NodePort", "LoadBalancer")
    return is_kind and spec.get("clusterIP") not in (None, "", "None")


def _ranges(resources: Resources) -> tuple[_Ranges, _Ranges, _Ranges]:
    """The ranges of cluster, external and load balancer addresses; the environment overrides the first."""
    configuration = resources.configuration()
    kinds = ("serviceClusterIPs", "serviceExternalIPs", "serviceLoadBalancerIPs")
    texts = [[item["cidr"] for item in configuration.get(kind) or []] for kind in kinds]
    override = resources.environment("CALICO_ADVERTISE_CLUSTER_IPS")
    if override:
        texts[0] = [text.strip() for text in override.split(",")]
    cluster, external, balanced = (
        _Ranges([IPv4Network(text, strict=False) for text in kind if ":" not in text]) for kind in texts)
    return cluster, external, balanced


def _v4(texts: list[str]) -> list[IPv4Address]:
    return [IPv4Address(text) for text in texts if text and ":" not in text]
