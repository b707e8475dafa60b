"""The leaves' text against lines that real switches printed (aci.md 6.1 to 6.3)."""
from __future__ import annotations

import unittest

from lab import nxos
from lab.topology import named

FIGURE = named("figure-1")
LEAF = FIGURE.leaf("101")


def peer(**fields: object) -> dict:
    """A neighbor as FRR's JSON has it."""
    common = {
        "remoteAs": 65113, "msgRcvd": 8911, "msgSent": 8902, "inq": 0, "outq": 0, "state": "Established", "pfxRcd": 3,
        "peerUptime": "3d02h", "peerUptimeMsec": (3 * 86400 + 2 * 3600 + 100) * 1000}
    return common | fields


def summary(**peers: dict) -> list[str]:
    """The lines of a summary with these neighbors."""
    frr = {
        "routerId": "192.168.255.101", "as": 65001, "tableVersion": 9704, "ribCount": 3, "ribMemory": 300,
        "peers": {name.replace("_", "."): fields for name, fields in peers.items()}}
    return nxos.summary(FIGURE, LEAF, frr).splitlines()


class SummaryTests(unittest.TestCase):
    def test_a_row_is_as_real_ones_are(self) -> None:
        row = summary(**{"192_168_2_35": peer()})[-1]
        self.assertEqual(row, "192.168.2.35    4 65113    8911    8902     9704    0    0    3d02h 3")

    def test_an_as_of_more_than_five_digits_wraps(self) -> None:
        first, second = summary(**{"10_101_1_1": peer(
            remoteAs=4233316914, msgRcvd=14111081, msgSent=14037706, pfxRcd=100,
            peerUptimeMsec=(36 * 86400) * 1000)})[-2:]
        self.assertEqual(first, "10.101.1.1      4 4233316914")
        self.assertEqual(second, "                        14111081 14037706     9704    0    0     5w1d 100")

    def test_a_neighbor_that_is_down_has_no_version(self) -> None:
        rows = summary(**{
            "10_0_0_1": peer(state="Idle (Admin)", peerUptime="never"),
            "10_0_0_2": peer(state="Active", peerUptimeMsec=3299000)})[-2:]
        self.assertEqual(rows[0], "10.0.0.1        4 65113    8911    8902        0    0    0    never Shut (Admin)")
        self.assertEqual(rows[1], "10.0.0.2        4 65113    8911    8902        0    0    0 00:54:59 Active")

    def test_the_fabrics_own_peers_are_in_another_vrf(self) -> None:
        lines = summary(**{"10_0_32_76": peer(), "192_168_2_1": peer()})
        self.assertIn("config peers 1, capable peers 1", lines[2])
        self.assertFalse(any(line.startswith("10.0.32.76") for line in lines))


class RouteTests(unittest.TestCase):
    def text(self, distance: int, hop: str, path: str) -> list[str]:
        zebra = {"10.244.7.64/26": [{
            "protocol": "bgp", "selected": True, "distance": distance, "metric": 0, "uptime": "01:10:02",
            "nexthops": [{"ip": hop, "active": True, "interfaceName": "vlan310"}]}]}
        bgp = {"routes": {"10.244.7.64/26": [{"path": path, "nexthops": [{"ip": hop}]}]}}
        return nxos.routes(FIGURE, LEAF, zebra, bgp).splitlines()[6:]

    def test_an_external_route_is_as_a_real_one(self) -> None:
        self.assertEqual(self.text(20, "192.168.2.1", "65101 65102"), [
            "10.244.7.64/26, ubest/mbest: 1/0",
            "    *via 192.168.2.1%prod:k8s, [20/0], 01:10:02, bgp-65001, external, tag 65101",
            "         recursive next hop: 192.168.2.1/32%prod:k8s"])

    def test_an_internal_route_leads_to_a_tep(self) -> None:
        self.assertEqual(self.text(200, "10.0.32.78", "65201 65202")[1:], [
            "    *via 10.0.32.78%overlay-1, [200/0], 01:10:02, bgp-65001, internal, tag 65201"])

    def test_what_is_not_there_is_not_found(self) -> None:
        self.assertTrue(nxos.routes(FIGURE, LEAF, {}, {}, "10.1.2.3").endswith("Route not found\n"))

    def test_the_legend_stands_first(self) -> None:
        legend = nxos.routes(FIGURE, LEAF, {}, {}).splitlines()
        self.assertEqual(legend[0], 'IP Route Table for VRF "prod:k8s"')
        self.assertEqual(legend[4], "'%<string>' in via output denotes VRF <string>")


class UptimeTests(unittest.TestCase):
    def test_forms(self) -> None:
        day = 86400
        forms = {90: "00:01:30", day * 4 + 22 * 3600: "4d22h", day * 41: "5w6d", day * 435: "1y10w"}
        for seconds, text in forms.items():
            self.assertEqual(nxos.uptime(seconds), text)
        self.assertEqual(nxos.uptime(day * 14, route=True), "02w00d")

    def test_the_banner_has_64_dashes(self) -> None:
        self.assertEqual(nxos.banner(LEAF), f"{'-' * 64}\n Node 101 (leaf-101)\n{'-' * 64}\n")


if __name__ == "__main__":
    unittest.main()
