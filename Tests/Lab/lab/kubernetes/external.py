"""Services with addresses from outside the cluster, on demand: the figures have none, and neither has the simulator.

The ranges are advertised (`serviceExternalIPs`, `serviceLoadBalancerIPs`), but no leaf of a figure permits them: its
import list has pods and services alone, so that they also show what the fabric does not accept.
"""
from __future__ import annotations

from typing import Any

from . import calico_objects
from .api import Api, ApiError, Json

EXTERNAL_RANGE, BALANCED_RANGE = "203.0.113.0/24", "198.51.100.0/24"
EXTERNAL_ADDRESS, BALANCED_ADDRESS = "203.0.113.10", "198.51.100.7"
_SERVICES = "/api/v1/namespaces/gb/services"
_SELECTOR = {"app": "guestbook", "tier": "frontend"}


def add(api: Api) -> None:
    """`gb/edge`: Local, with an external address. `gb/vip`: Cluster, with a load balancer's."""
    ranges: Json = {
        "serviceExternalIPs": [{"cidr": EXTERNAL_RANGE}], "serviceLoadBalancerIPs": [{"cidr": BALANCED_RANGE}]}
    _configure(api, ranges)
    edge = _service("edge", {
        "type": "NodePort", "externalTrafficPolicy": "Local", "externalIPs": [EXTERNAL_ADDRESS]})
    vip = _service("vip", {"type": "LoadBalancer", "externalTrafficPolicy": "Cluster"})
    for service in (edge, vip):
        api.create(_SERVICES, service)
    api.patch(f"{_SERVICES}/vip/status", {"status": {"loadBalancer": {"ingress": [{"ip": BALANCED_ADDRESS}]}}})


def remove(api: Api) -> None:
    """Takes services and ranges away."""
    for name in ("edge", "vip"):
        try:
            api.delete(f"{_SERVICES}/{name}")
        except ApiError as error:
            if error.status != 404:
                raise
    _configure(api, {"serviceExternalIPs": None, "serviceLoadBalancerIPs": None})


def _configure(api: Api, fields: dict[str, Any]) -> None:
    api.patch(f"{calico_objects.path('BGPConfiguration')}/default", {"spec": fields})


def _service(name: str, spec: Json) -> Json:
    return {
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": name, "namespace": "gb"},
        "spec": {"selector": _SELECTOR, "ports": [{"port": 8443, "protocol": "TCP"}], **spec}}
