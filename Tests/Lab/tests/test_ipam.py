"""Addresses out of blocks."""
import copy
import unittest
from ipaddress import IPv4Network

from lab.kubernetes import calico_objects
from lab.kubernetes.api import ApiError
from lab.kubernetes.ipam import Ipam

POOL = IPv4Network("10.244.0.0/16")


class Blocks:
    """The API's IPAMBlocks and nothing else; `conflicts` counts down writes that somebody else wins."""

    def __init__(self) -> None:
        self.held = {item["metadata"]["name"]: item for item in [
            calico_objects.ipam_block("a", IPv4Network("10.244.1.0/26"))]}
        self.affinities: list[dict] = []
        self.conflicts = 0

    def items(self, path: str) -> list[dict]:
        return copy.deepcopy(list(self.held.values()))

    def replace(self, path: str, body: dict) -> None:
        if self.conflicts:
            self.conflicts -= 1
            raise ApiError(409, "Conflict", "changed")
        self.held[path.rsplit("/", 1)[1]] = body

    def create(self, path: str, body: dict) -> None:
        if body["kind"] == "BlockAffinity":
            self.affinities.append(body)
        else:
            self.held[body["metadata"]["name"]] = body


class IpamTests(unittest.TestCase):
    """Assigning and releasing."""

    def setUp(self) -> None:
        self.blocks = Blocks()
        self.ipam = Ipam(self.blocks, POOL)  # type: ignore[arg-type]

    def test_addresses_differ_and_stay_with_their_pod(self) -> None:
        first, second = self.ipam.assign("a", "gb", "x"), self.ipam.assign("a", "gb", "y")
        self.assertEqual((first, second), ("10.244.1.1", "10.244.1.2"))
        self.assertEqual(self.ipam.assign("a", "gb", "x"), first)

    def test_a_released_address_is_the_last_to_be_used_again(self) -> None:
        first = self.ipam.assign("a", "gb", "x")
        self.ipam.assign("a", "gb", "y")
        self.ipam.release("gb", "x")
        self.assertEqual(self.ipam.assign("a", "gb", "z"), "10.244.1.3")
        spec = self.blocks.held["10-244-1-0-26"]["spec"]
        self.assertEqual([item["secondary"]["pod"] for item in spec["attributes"]], ["y", "z"])
        self.assertEqual([spec["allocations"][number] for number in (1, 2, 3)], [None, 0, 1])
        self.assertEqual(spec["unallocated"][-1], 1)
        self.assertEqual(first, "10.244.1.1")

    def test_a_full_block_brings_a_new_one(self) -> None:
        found = [self.ipam.assign("a", "gb", f"p{number}") for number in range(64)]
        self.assertEqual(found[62:], ["10.244.1.63", "10.244.0.1"])
        self.assertEqual([item["spec"]["cidr"] for item in self.blocks.affinities], ["10.244.0.0/26"])

    def test_a_lost_race_is_run_again(self) -> None:
        self.blocks.conflicts = 2
        self.assertEqual(self.ipam.assign("a", "gb", "x"), "10.244.1.1")
        self.blocks.conflicts = 1
        self.ipam.release("gb", "x")
        self.assertEqual(self.blocks.held["10-244-1-0-26"]["spec"]["attributes"], [])
