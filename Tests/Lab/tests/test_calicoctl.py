"""calicoctl's tables against captured ones (v3.29.0's and v3.33's own code), and resources to and fro."""
import unittest

from lab.calicoctl import convert, documents, listing, status, tables
from lab.calicoctl.resources import problem
from lab.kubernetes import calico_objects
from tests.objects import FIGURE, MASTER, nodes

HEAD = ["PEER ADDRESS", "PEER TYPE", "STATE", "SINCE", "INFO"]
MIXED = [
    ["192.168.2.4", "node specific", "up", "19:39:29", "Established"],
    ["192.168.2.3", "node-to-node mesh", "start", "19:44:16", "Passive"],
    ["192.168.2.6.port.1790", "global", "start", "19:44:16", "Connect Socket: No route to host"]]
OLD = """\
+-----------------------+-------------------+-------+----------+--------------------------------+
|     PEER ADDRESS      |     PEER TYPE     | STATE |  SINCE   |              INFO              |
+-----------------------+-------------------+-------+----------+--------------------------------+
| 192.168.2.4           | node specific     | up    | 19:39:29 | Established                    |
| 192.168.2.3           | node-to-node mesh | start | 19:44:16 | Passive                        |
| 192.168.2.6.port.1790 | global            | start | 19:44:16 | Connect Socket: No route to    |
|                       |                   |       |          | host                           |
+-----------------------+-------------------+-------+----------+--------------------------------+
"""
NEW = """\
+-----------------------+-------------------+-------+----------+----------------------------------+
| PEER ADDRESS          | PEER TYPE         | STATE | SINCE    | INFO                             |
+-----------------------+-------------------+-------+----------+----------------------------------+
| 192.168.2.4           | node specific     | up    | 19:39:29 | Established                      |
| 192.168.2.3           | node-to-node mesh | start | 19:44:16 | Passive                          |
| 192.168.2.6.port.1790 | global            | start | 19:44:16 | Connect Socket: No route to host |
+-----------------------+-------------------+-------+----------+----------------------------------+
"""
PEERS = (
    "NAME                      PEERIP             NODE               ASN     \n"
    "leaf203-calico-master-1   192.168.2.4        calico-master-1    64500   \n"
    "rack1-leaf-a              192.168.2.4:1790   rack == 'rack-1'   64500   \n"
    "rr-global                 192.168.9.1        (global)           64512   \n\n")
NODES = (
    "NAME              ASN       IPV4              IPV6   \n"
    "calico-master-1   64501     192.168.2.1/29           \n"
    "calico-node-2     (64512)   192.168.2.17/29          \n\n")


def kind(word: str) -> convert.Kind:
    """A kind that is known."""
    found = convert.kind(word)
    assert found is not None
    return found


class TableTests(unittest.TestCase):
    """What is printed."""

    def test_status_in_both_styles(self) -> None:
        self.assertEqual(tables.bordered(HEAD, MIXED, wrapped=True), OLD)
        self.assertEqual(tables.bordered(HEAD, MIXED, wrapped=False), NEW)

    def test_lines_break_as_evenly_as_they_can(self) -> None:
        self.assertEqual(
            tables.broken_text("Active Received: Administrative shutdown"),
            ["Active Received:", "Administrative shutdown"])
        self.assertEqual(
            tables.broken_text("Idle BGP Error: Hold timer expired"), ["Idle BGP Error: Hold timer", "expired"])
        self.assertEqual(tables.broken_text("x" * 40), ["x" * 40])

    def test_rows_of_a_protocol_list(self) -> None:
        row = status._row
        self.assertEqual(
            row("Node_192_168_2_4 BGP      master   up     19:17:37    Established   "),
            ["192.168.2.4", "node specific", "up", "19:17:37", "Established"])
        self.assertEqual(
            row("Global_192_168_2_6_port_1790 BGP master start 19:44:16 Connect       Socket: No route to host"),
            ["192.168.2.6.port.1790", "global", "start", "19:44:16", "Connect Socket: No route to host"])
        for left_out in (
            "Node_192_168_2_5 BGP      master   down   19:20:30    ", "static1  Static   master   up     19:17:35    ",
            "Local_Workload_10_0_0_1 BGP master up 19:17:37 Established",
        ):
            self.assertIsNone(row(left_out), left_out)

    def test_get_peers(self) -> None:
        found = [
            {"metadata": {"name": name}, "spec": spec} for name, spec in (
                ("leaf203-calico-master-1", {"peerIP": "192.168.2.4", "node": "calico-master-1", "asNumber": 64500}),
                ("rack1-leaf-a", {
                    "peerIP": "192.168.2.4:1790", "nodeSelector": "rack == 'rack-1'", "asNumber": 64500}),
                ("rr-global", {"peerIP": "192.168.9.1", "asNumber": 64512}))]
        self.assertEqual(listing.table(kind("bgppeer"), found, False, "", (3, 29)), PEERS)

    def test_get_nodes_wide(self) -> None:
        held = nodes()
        del held[2]["metadata"]["annotations"]["projectcalico.org/ASNumber"]
        found = [convert.shown(kind("node"), item) for item in (held[0], held[2])]
        self.assertEqual(listing.table(kind("nodes"), found, True, "64512", (3, 29)), NODES)


class ConvertTests(unittest.TestCase):
    """Resources as people see them, and as they are kept."""

    def test_a_peer_goes_to_and_fro(self) -> None:
        shown = {"kind": "BGPPeer", "apiVersion": convert.V3, "metadata": {"name": "a", "labels": {"x": "y"}},
                 "spec": {"peerIP": "192.168.2.4", "asNumber": 64500}}
        kept = convert.stored(kind("BGPPeer"), shown, None)
        self.assertEqual(kept["apiVersion"], "crd.projectcalico.org/v1")
        self.assertNotIn("labels", kept["metadata"])
        self.assertEqual(convert.shown(kind("BGPPeer"), kept), shown)

    def test_affinitys_deleted_is_text_where_it_is_kept(self) -> None:
        kept = calico_objects.affinity(MASTER, FIGURE.nodes[0].blocks[0])
        shown = convert.shown(kind("blockaffinity"), kept)
        self.assertIs(shown["spec"]["deleted"], False)
        self.assertEqual(convert.stored(kind("blockaffinity"), shown, None)["spec"], kept["spec"])

    def test_node_without_as_loses_its_annotation_and_keeps_its_labels(self) -> None:
        existing = nodes()[0]
        shown = convert.shown(kind("node"), existing)
        self.assertEqual(shown["spec"]["bgp"], {"ipv4Address": "192.168.2.1/29", "asNumber": 64501})
        del shown["spec"]["bgp"]["asNumber"]
        shown["metadata"]["labels"] = {"other": "label"}
        kept = convert.stored(kind("node"), shown, existing)
        self.assertEqual(kept["metadata"]["labels"], {"rack": "rack-1"})
        self.assertEqual(kept["metadata"]["annotations"], {"projectcalico.org/IPv4Address": "192.168.2.1/29"})

    def test_update_carries_the_version_that_was_read(self) -> None:
        existing = {"metadata": {"name": "a", "resourceVersion": "7"}}
        for given, expected in (({}, "7"), ({"resourceVersion": "5"}, "5")):
            kept = convert.stored(kind("bgppeer"), {"metadata": {"name": "a", **given}, "spec": {}}, existing)
            self.assertEqual(kept["metadata"]["resourceVersion"], expected)

    def test_validation(self) -> None:
        for spec, is_good in (
            ({"peerIP": "192.168.2.4", "asNumber": 64500}, True),
            ({"peerIP": "192.168.2.4:1790", "asNumber": "1.10"}, True),
            ({"peerIP": "leaf", "asNumber": 1}, False), ({"peerIP": "192.168.2.4", "asNumber": "x"}, False),
            ({"peerIP": "192.168.2.4", "asNumber": 1, "node": "a", "nodeSelector": "all()"}, False),
        ):
            self.assertEqual(problem(kind("bgppeer"), {"spec": spec}) is None, is_good, spec)

    def test_yaml_out(self) -> None:
        value = {"b": [{"x": 1, "y": "10.0.0.0/8"}, "on"], "a": {}, "c": {"d": None, "e": True}}
        self.assertEqual(
            documents.to_yaml(value), 'a: {}\nb:\n- x: 1\n  y: "10.0.0.0/8"\n- "on"\nc:\n  d: null\n  e: true\n')
