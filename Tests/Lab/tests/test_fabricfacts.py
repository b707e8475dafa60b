"""FRR's JSON as facts for the simulated APIC."""
from __future__ import annotations

import unittest
from unittest.mock import patch

from lab import fabricfacts
from lab.run import LabError, Run
from lab.topology import named

FIGURE = named("figure-2")
LEAF = FIGURE.leaf("204")
RUN = Run("figure-2", FIGURE)


def summary(**fields: object) -> dict:
    """A summary with the last node, and the other leaf, which is no neighbor of the VRF."""
    peer = {
        "remoteAs": 64503, "msgRcvd": 90, "msgSent": 80, "pfxRcd": 4, "pfxSnt": 0, "peerUptime": "00:01:00",
        "peerUptimeMsec": 60_000, "state": "Established"} | fields
    return {
        "routerId": "192.168.255.204", "tableVersion": 12, "ribCount": 9,
        "peers": {"192.168.2.17": peer, FIGURE.leaves[0].tep: peer}}


def neighbor(detail: dict | None = None, stale: int = 0, **fields: object) -> dict:
    """The one neighbor of the picture."""
    with patch.object(Run, "state", {}):
        vrf = fabricfacts.vrf(
            RUN, LEAF, summary(**fields), {"192.168.2.17": detail or {}}, {"192.168.2.17": stale},
            lambda address, at: 1000.0)
    (peer,) = vrf["peers"]
    return peer


class PictureTests(unittest.TestCase):
    def test_an_established_neighbor(self) -> None:
        peer = neighbor({"connectionsEstablished": 3, "connectionsDropped": 2, "bgpTimerHoldTimeMsecs": 60_000})
        self.assertEqual(peer["state"], "established")
        self.assertEqual((peer["acceptedPaths"], peer["established"], peer["drops"]), (4, 3, 2))
        self.assertEqual((peer["holdTime"], peer["changedAt"]), (60, 1000.0))
        self.assertEqual((peer["localAddress"], peer["error"]), ("192.168.2.21", ["none", "none"]))

    def test_what_keeps_a_neighbor_down_is_told(self) -> None:
        for word, shutdown, error in [
            ("Idle (Admin)", "admin", ["cease-err", "admin-shut"]),
            ("Idle (PfxCt)", "exceeded-pfxlimit", ["cease-err", "max-pfx-count-err"]),
            ("Active", "unspecified", ["none", "none"]),
        ]:
            peer = neighbor(state=word)
            self.assertEqual((peer["shutdown"], peer["error"], peer["acceptedPaths"]), (shutdown, error, 0))

    def test_the_last_error_in_a_controllers_words(self) -> None:
        for detail, error in [
            ({"lastResetDueTo": "Hold Timer Expired"}, ["hold-timer-exp", "none"]),
            ({"lastResetDueTo": "Peer closed the session"}, ["peer-close-sess-err", "none"]),
            ({"lastResetDueTo": "BGP Notification send", "lastErrorCodeSubcode": "0202"},
             ["open-msg-err", "bad-peer-as"]),
        ]:
            self.assertEqual(neighbor(detail, state="Active")["error"], error)

    def test_paths_that_outlive_their_session(self) -> None:
        self.assertEqual(neighbor(stale=4, state="Active")["stalePaths"], 4)
        self.assertEqual(neighbor(stale=4)["stalePaths"], 0)
        table = {"routes": {"10.0.0.0/26": [{"stale": True, "peerId": "192.168.2.17"}, {"peerId": "192.168.2.9"}]}}
        self.assertEqual(fabricfacts.stale_paths(table), {"192.168.2.17": 1})

    def test_a_next_hop_beside_the_best_is_a_change(self) -> None:
        def zebra(*hops: str, uptime: str = "00:01:40") -> dict:
            return {"10.96.0.0/12": [{
                "selected": True, "uptime": uptime, "nexthops": [{"ip": hop, "active": True} for hop in hops]}]}

        one = fabricfacts.digest(zebra("192.168.2.1"), {})
        self.assertEqual(fabricfacts.digest(zebra("192.168.2.1", uptime="00:02:00"), {}), one)
        self.assertNotEqual(fabricfacts.digest(zebra("192.168.2.1", "192.168.2.9"), {}), one)
        paths = {"routes": {"10.96.0.0/12": [{"peerId": "192.168.2.1", "path": "65102"}]}}
        self.assertNotEqual(fabricfacts.digest(zebra("192.168.2.1"), paths), one)

    def test_a_neighbor_that_never_came_up(self) -> None:
        self.assertIsNone(neighbor(state="Active", peerUptime="never", peerUptimeMsec=0)["changedAt"])


class TableTests(unittest.TestCase):
    ZEBRA = {
        "10.244.8.0/26": [{
            "selected": True, "protocol": "bgp", "distance": 20, "metric": 0, "uptime": "00:01:40",
            "nexthops": [{"ip": "192.168.2.17", "active": True, "fib": True}]}],
        "192.168.2.16/29": [{
            "selected": True, "protocol": "connected", "uptime": "00:01:40",
            "nexthops": [{"interfaceName": "vlan312", "active": True}]}]}
    BGP = {"routes": {"10.244.8.0/26": [
        {"bestpath": True, "pathFrom": "external", "path": "64500 64503", "peerId": "192.168.2.17",
         "nexthops": [{"ip": "192.168.2.17"}]}],
        "192.168.2.16/29": [{"peerId": "(unspec)", "path": "", "nexthops": [{"ip": "0.0.0.0"}]}]}}

    def test_routes_in_order_with_their_hops(self) -> None:
        table = fabricfacts.routes(FIGURE, LEAF, self.ZEBRA, self.BGP, 1000.0)
        self.assertEqual([row[0] for row in table["routes"]], ["10.244.8.0/26", "192.168.2.16/29"])
        hop = table["hops"][table["routes"][0][1][0][0]]
        self.assertEqual((hop["origin"], hop["tag"], hop["preference"]), ("external", 64500, 20))
        self.assertEqual(table["routes"][0][1][0][1], 900_000)
        own = table["hops"][table["routes"][1][1][0][0]]
        self.assertEqual((own["address"], own["origin"], own["interface"]), ("192.168.2.21", "direct", "vlan312"))

    def test_paths_of_neighbors_only(self) -> None:
        (row,) = fabricfacts.paths(FIGURE, self.BGP)["paths"]
        self.assertEqual((row[0], row[1][0]["asPath"]), ("10.244.8.0/26", [64500, 64503]))


class ChangeTests(unittest.TestCase):
    SETTINGS = {"isPresent": True, "isEnabled": True, "asn": 64503, "localAS": 64500, "holdTime": 3, "keepalive": 1}

    def test_a_disabled_neighbor_is_shut(self) -> None:
        self.assertIn(
            "neighbor 192.168.2.17 shutdown", self.lines(self.SETTINGS | {"isEnabled": False}))
        self.assertIn("no neighbor 192.168.2.17 shutdown", self.lines(self.SETTINGS))

    def test_a_neighbor_that_is_gone(self) -> None:
        self.assertEqual(self.lines(self.SETTINGS | {"isPresent": False})[1:], ["no neighbor 192.168.2.17"])

    def test_an_address_that_no_node_has(self) -> None:
        with self.assertRaises(LabError):
            fabricfacts.commands(RUN, LEAF, "192.168.2.99", self.SETTINGS, True)

    def test_graceful_restart_is_said_once(self) -> None:
        line = "neighbor 192.168.2.17 graceful-restart-helper"
        self.assertNotIn(line, self.lines(self.SETTINGS))
        self.assertIn(line, self.lines(self.SETTINGS, exists=False))

    def lines(self, settings: dict, exists: bool = True) -> list[str]:
        """The lines that configure the last node's neighbor."""
        return fabricfacts.commands(RUN, LEAF, "192.168.2.17", settings, exists)


if __name__ == "__main__":
    unittest.main()
