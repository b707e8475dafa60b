"""The register of faults."""
from __future__ import annotations

import json
import unittest
from pathlib import Path

from lab import faults, topology
from lab.kubernetes import workloads
from lab.run import Run

_EXPECTATIONS = Path(__file__).resolve().parents[2] / "Expectations" / "faults.json"


class FaultsTests(unittest.TestCase):
    """Names, and what they are made on."""

    def test_every_fault_has_an_expectation(self) -> None:
        faults.listing()
        known = json.loads(_EXPECTATIONS.read_text())
        named = {entry["fault"] for entry in known["faults"] + known["lab"]}
        self.assertEqual(set(faults.REGISTER) - named, set())

    def test_targets(self) -> None:
        faults.listing()
        run = Run("test", topology.named("figure-1"))
        skew = faults.target(run, faults.REGISTER["service-skew"], None)
        self.assertEqual(skew, "gb/frontend")
        flapping = faults.target(run, faults.REGISTER["session-flapping"], "node-2/101")
        self.assertEqual(faults.describe(flapping), "node-2/101")

    def test_one_next_hop_shows_no_skew(self) -> None:
        faults.listing()
        for figure, is_possible in (("figure-1", False), ("figure-2", False)):
            run = Run("no-such-lab", topology.named(figure))
            self.assertEqual(faults.REGISTER["service-skew"].is_possible(run), is_possible, "without Kubernetes")
            several = figure == "figure-1"
            self.assertEqual(run.topology.maximum_paths > 1, several)

    def test_the_deployment_behind_a_service(self) -> None:
        figure = topology.named("figure-1")
        self.assertEqual(workloads.behind(figure, "gb/frontend").name, "frontend")
        with self.assertRaises(KeyError):
            workloads.behind(figure, "gb/nothing")


if __name__ == "__main__":
    unittest.main()
