"""BIRD's configuration: what peers become, and that BIRD itself takes every text."""
import base64
import os
import subprocess
import tempfile
import unittest
from typing import Any

from lab.confd import render
from tests.objects import FIGURE, LAST, MASTER, WORKER, configuration, endpoints, nodes, peer, resources

BIRD = "/usr/sbin/bird"
GOLDEN = os.path.join(os.path.dirname(__file__), "figure-2.calico-master-1.bird.cfg")


def protocols(text: str) -> list[str]:
    """The names of the BGP protocols, in order."""
    return [line.split()[2] for line in text.splitlines() if line.startswith("protocol bgp ")]


def body(text: str, name: str) -> str:
    """The lines of one protocol."""
    return text.split(f"protocol bgp {name} ", 1)[1].split("\n}", 1)[0]


class RenderTests(unittest.TestCase):
    """Texts."""

    def setUp(self) -> None:
        self.texts: list[str] = []

    def render(self, node: str = MASTER, **changes) -> str:
        """A text, which BIRD will be shown when the test ends."""
        text = render(resources(**changes), node)
        self.texts.append(text)
        return text

    def tearDown(self) -> None:
        """BIRD reads every text that a test made; without BIRD there is nothing to ask."""
        if not os.access(BIRD, os.X_OK):
            return
        for text in self.texts:
            with tempfile.NamedTemporaryFile("w", suffix=".cfg") as file:
                file.write(text)
                file.flush()
                done = subprocess.run([BIRD, "-p", "-c", file.name], capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 0, f"{done.stderr}\n{text}")

    def test_golden(self) -> None:
        with open(GOLDEN, encoding="ascii") as file:
            self.assertEqual(self.render(), file.read())

    def test_both_leaves_by_name_and_own_as(self) -> None:
        text = self.render(WORKER)
        self.assertEqual(protocols(text), ["Node_192_168_2_12", "Node_192_168_2_13"])
        self.assertIn("neighbor 192.168.2.12 as 64500;", text)
        self.assertIn("local as 64502;", text)
        self.assertIn("source address 192.168.2.9;", text)

    def test_as_without_annotation(self) -> None:
        bare = nodes()
        del bare[0]["metadata"]["annotations"]["projectcalico.org/ASNumber"]
        self.assertIn("local as 64512;", self.render(nodes=bare))
        self.assertIn("local as 65000;", self.render(nodes=bare, configurations=configuration(asNumber=65000)))
        bare[0]["metadata"]["annotations"]["projectcalico.org/ASNumber"] = "1.10"
        self.assertIn("local as 65546;", self.render(nodes=bare))

    def test_global_port_and_selector(self) -> None:
        peers = [
            peer("a", peerIP="192.168.2.6:1790", asNumber=64500),
            peer("b", peerIP="192.168.2.4", asNumber=64500, nodeSelector="rack == 'rack-1'"),
            peer("c", peerIP="192.168.2.4", asNumber=64999), peer("d", peerIP="192.168.2.5", asNumber=1, node=LAST)]
        text = self.render(peers=peers)
        self.assertEqual(protocols(text), ["Global_192_168_2_6_port_1790", "Node_192_168_2_4"])
        self.assertIn("neighbor 192.168.2.6 port 1790 as 64500;", text)
        self.assertNotIn("64999", text)

    def test_mesh(self) -> None:
        text = self.render(WORKER, configurations=configuration(nodeToNodeMeshEnabled=True), peers=[])
        self.assertEqual(protocols(text), ["Mesh_192_168_2_1", "Mesh_192_168_2_17"])
        self.assertNotIn("passive", body(text, "Mesh_192_168_2_1"))
        self.assertIn("passive on;", body(text, "Mesh_192_168_2_17"))
        self.assertEqual(protocols(self.render(configurations=[], peers=[])), ["Mesh_192_168_2_9", "Mesh_192_168_2_17"])

    def test_options_of_a_peer(self) -> None:
        secret = {"metadata": {"name": "bgp-secrets"}, "data": {"rack-1": base64.b64encode(b"s3cret").decode()}}
        full = peer(
            "a", node=MASTER, peerIP="192.168.2.4", asNumber=64500, maxRestartTime="1m30s", keepaliveTime="1s",
            numAllowedLocalASNumbers=2, ttlSecurity=1, keepOriginalNextHop=True, sourceAddress="None",
            localASNumber=65010, password={"secretKeyRef": {"name": "bgp-secrets", "key": "rack-1"}})
        lines = body(self.render(peers=[full], secrets=[secret]), "Node_192_168_2_4")
        for line in (
            "graceful restart time 90;", "keepalive time 1;", "allow local as 2;", "ttl security on;", "multihop 1;",
            "next hop keep;", "local as 65010;", 'password "s3cret";',
        ):
            self.assertIn(f"  {line}\n", lines + "\n")
        self.assertNotIn("source address", lines)

    def test_password_that_would_break_out_is_not_written(self) -> None:
        secret = {"metadata": {"name": "s"}, "data": {"k": base64.b64encode(b'a"; }').decode()}}
        text = self.render(peers=[peer(
            "a", peerIP="192.168.2.4", asNumber=1, password={"secretKeyRef": {"name": "s", "key": "k"}})],
            secrets=[secret])
        self.assertNotIn("password", text)

    def test_filters_come_before_calicos_own_rules(self) -> None:
        rules = {"exportV4": [
            {"cidr": "10.96.0.0/12", "matchOperator": "In", "prefixLength": {"min": 32, "max": 32}, "action": "Reject"},
            {"source": "RemotePeers", "cidr": "10.0.0.0/8", "matchOperator": "NotEqual", "action": "Accept"}],
            "importV4": [{"action": "Reject"}]}
        text = self.render(
            peers=[peer("a", peerIP="192.168.2.4", asNumber=64500, filters=["no-hosts", "absent"])],
            filters=[{"metadata": {"name": "no-hosts"}, "spec": rules}])
        lines = body(text, "Global_192_168_2_4")
        self.assertLess(lines.index("bgp_no_hosts_exportFilterV4();"), lines.index("calico_export_to_bgp_peers(false)"))
        self.assertIn("if ((net ~ [ 10.96.0.0/12{32,32} ])) then { reject; }", text)
        self.assertNotIn("absent", text)

    def test_node_without_address_speaks_no_bgp(self) -> None:
        bare = nodes()
        del bare[0]["metadata"]["annotations"]
        self.assertEqual(protocols(self.render(nodes=bare)), [])
        self.assertEqual(protocols(self.render("no-such-node")), [])

    def test_equal_resources_in_another_order_give_the_same_text(self) -> None:
        held = resources()
        turned: dict[str, Any] = {name: list(reversed(getattr(held, name))) for name in ("affinities", "peers", "services", "nodes")}
        self.assertEqual(self.render(), self.render(**turned))

    def test_reachable_by_communities_and_pool_without_export(self) -> None:
        pools = [{"metadata": {"name": "p"}, "spec": {"cidr": "10.244.0.0/16", "disableBGPExport": True}}]
        text = self.render(
            pools=pools, peers=[peer("a", peerIP="172.16.0.9", asNumber=1, reachableBy="192.168.2.6")],
            configurations=configuration(
                communities=[{"name": "blue", "value": "64500:7"}],
                prefixAdvertisements=[{"cidr": "10.96.0.0/12", "communities": ["blue", "1:2:3"]}]),
            endpoints=[endpoints("gb", "frontend")])
        self.assertIn("route 172.16.0.9/32 via 192.168.2.6;", text)
        self.assertIn("bgp_community.add((64500, 7));", text)
        self.assertIn("bgp_large_community.add((1, 2, 3));", text)
        self.assertIn("if ( net ~ 10.244.0.0/16 ) then { reject; }", text)


class FigureTests(unittest.TestCase):
    """The golden's figures are the simulator's."""

    def test_blocks_of_the_figure(self) -> None:
        self.assertEqual([str(block) for block in FIGURE.nodes[0].blocks], ["10.244.7.64/26", "10.244.7.128/26"])
