"""Calico's selectors."""
import unittest

from lab.calico.selector import SelectorError, matches

LABELS = {"rack": "rack-1", "role": "worker", "empty": ""}


class SelectorTests(unittest.TestCase):
    """What satisfies, and what is no selector."""

    def test_satisfied(self) -> None:
        for selector in (
            "", "all()", "rack == 'rack-1'", 'rack=="rack-1"', "has(role)", "!has(gpu)", "rack != 'rack-2'",
            "gpu != 'yes'", "rack in {'rack-1', 'rack-2'}", "rack not in {'rack-2'}", "gpu not in {'a'}",
            "rack == 'rack-1' && has(empty)", "has(gpu) || role == 'worker'", "!(has(gpu) || has(fpga))",
            "role starts with 'work' && role ends with 'er'", "role contains 'ork'", "empty == ''",
        ):
            self.assertTrue(matches(selector, LABELS), selector)

    def test_not_satisfied(self) -> None:
        for selector in (
            "rack == 'rack-2'", "!all()", "has(gpu)", "gpu == 'yes'", "gpu in {'a'}", "rack not in {'rack-1'}",
            "has(role) && has(gpu)", "gpu contains ''", "!has(role) || rack == 'rack-2'",
        ):
            self.assertFalse(matches(selector, LABELS), selector)

    def test_no_selector(self) -> None:
        for selector in ("rack ==", "rack = 'a'", "has(", "rack == 'a' &&", "rack in {'a'", "all() all()", "a ~ 'b'"):
            with self.assertRaises(SelectorError, msg=selector):
                matches(selector, LABELS)
