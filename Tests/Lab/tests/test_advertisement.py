"""Which routes a node advertises: the table of calico.md 4.1, case by case."""
import unittest
from typing import Sequence

from lab.calico import advertisement
from tests.objects import LAST, LOCAL_ADDRESS, MASTER, WORKER, configuration, endpoints, nodes, resources, slice_of

RANGE = "10.96.0.0/12"


def routes(node: str = MASTER, **changes) -> set[str]:
    """The service routes of a node."""
    held = resources(**changes)
    return {str(route) for route in advertisement.services(held, held.node(node) or {})}


def service(policy: str, *, external: Sequence[str] = (), balancer: Sequence[str] = (), kind: str = "LoadBalancer") -> dict:
    """A service with addresses of every kind."""
    return {
        "metadata": {"namespace": "gb", "name": "frontend"},
        "spec": {
            "type": kind, "clusterIP": "10.96.142.7", "clusterIPs": ["10.96.142.7"], "externalIPs": list(external),
            "externalTrafficPolicy": policy},
        "status": {"loadBalancer": {"ingress": [{"ip": address} for address in balancer]}}}


def version(text: str) -> list[dict]:
    """ClusterInformation of a version."""
    return [{"metadata": {"name": "default"}, "spec": {"calicoVersion": text}}]


class ServiceTests(unittest.TestCase):
    """Ranges and addresses of services."""

    def test_range_and_local_address_where_an_endpoint_is_ready(self) -> None:
        self.assertEqual(routes(), {RANGE, LOCAL_ADDRESS})
        moved = [endpoints("gb", "frontend", WORKER, unready=(MASTER,))]
        self.assertEqual(routes(endpoints=moved), {RANGE})
        self.assertEqual(routes(WORKER, endpoints=moved), {RANGE, LOCAL_ADDRESS})

    def test_exclude_label_takes_all_and_only_with_true(self) -> None:
        for value, expected in (("true", set()), ("", {RANGE, LOCAL_ADDRESS}), ("True", {RANGE, LOCAL_ADDRESS})):
            labelled = nodes()
            labelled[0]["metadata"]["labels"][advertisement.EXCLUDE_LABEL] = value
            self.assertEqual(routes(nodes=labelled), expected, value)

    def test_external_address_in_a_range(self) -> None:
        ranges = configuration(serviceExternalIPs=[{"cidr": "203.0.113.0/24"}])
        for policy, extra in (("Cluster", set()), ("Local", {LOCAL_ADDRESS, "203.0.113.10/32"})):
            held = routes(configurations=ranges, services=[service(policy, external=["203.0.113.10"])])
            self.assertEqual(held, {RANGE, "203.0.113.0/24"} | extra, policy)

    def test_external_address_outside_every_range_is_left_out(self) -> None:
        ranges = configuration(serviceExternalIPs=[{"cidr": "203.0.113.0/24"}])
        held = routes(configurations=ranges, services=[service("Local", external=["198.51.100.1"])])
        self.assertEqual(held, {RANGE, "203.0.113.0/24", LOCAL_ADDRESS})

    def test_external_address_configured_by_itself(self) -> None:
        ranges = configuration(serviceExternalIPs=[{"cidr": "203.0.113.10/32"}])
        elsewhere = [endpoints("gb", "frontend", WORKER)]
        for policy, here in (("Cluster", True), ("Local", False)):
            held = routes(
                configurations=ranges, endpoints=elsewhere, information=version("v3.30.0"),
                services=[service(policy, external=["203.0.113.10"])])
            self.assertEqual("203.0.113.10/32" in held, here, policy)

    def test_load_balancer_addresses_with_and_without_aggregation(self) -> None:
        ranges = [{"cidr": "198.51.100.0/24"}]
        services = [service("Cluster", balancer=["198.51.100.7"])]
        held = routes(configurations=configuration(serviceLoadBalancerIPs=ranges), services=services)
        self.assertEqual(held, {RANGE, "198.51.100.0/24"})
        split = configuration(serviceLoadBalancerIPs=ranges, serviceLoadBalancerAggregation="Disabled")
        self.assertEqual(routes(configurations=split, services=services), {RANGE, "198.51.100.7/32"})
        self.assertEqual(routes(configurations=split, services=services, endpoints=[]), {RANGE})

    def test_headless_and_external_name_services_do_not_count(self) -> None:
        headless = service("Local")
        headless["spec"].update(clusterIP="None", clusterIPs=["None"])
        self.assertEqual(routes(services=[headless, service("Local", kind="ExternalName")]), {RANGE})

    def test_which_endpoints_count_depends_on_the_version(self) -> None:
        slices = [slice_of("gb", "frontend", calico_master_1=False, calico_node_1=True)]
        cases = {
            "v3.29.0": set(), "v3.31.2": {MASTER, WORKER}, "v3.31.7": {WORKER}, "v3.32.1": {MASTER, WORKER},
            "v3.32.2": {WORKER}, "v3.34.0-0.dev-12": {WORKER}}
        for text, expected in cases.items():
            held = resources(slices=slices, endpoints=[], information=version(text))
            item = next(item for item in held.services if item["metadata"]["name"] == "frontend")
            self.assertEqual(advertisement.hosts(held, item), expected, text)

    def test_environment_overrides_the_ranges(self) -> None:
        daemon_set = {"metadata": {"name": "calico-node"}, "spec": {"template": {"spec": {"containers": [
            {"env": [{"name": "CALICO_ADVERTISE_CLUSTER_IPS", "value": "10.96.0.0/16"}]}]}}}}
        self.assertEqual(routes(daemon_sets=[daemon_set]), {"10.96.0.0/16", LOCAL_ADDRESS})


class BlockTests(unittest.TestCase):
    """Blocks by their affinities."""

    def test_states(self) -> None:
        def affinity(cidr: str, **spec) -> dict:
            return {"spec": {"cidr": cidr, "node": LAST, "state": "confirmed", "deleted": "false", **spec}}

        held = resources(affinities=[
            affinity("10.244.9.0/26"), affinity("10.244.8.0/26", state="pending"), affinity("10.244.7.0/26", state=""),
            affinity("10.244.6.0/26", deleted="true"), affinity("10.244.5.0/26", type="virtual"),
            affinity("10.244.4.0/26", node=MASTER), affinity("fd00::/122")])
        found = [(str(block.prefix), block.is_confirmed) for block in advertisement.blocks(held, LAST)]
        self.assertEqual(found, [("10.244.7.0/26", True), ("10.244.8.0/26", False), ("10.244.9.0/26", True)])
