"""Tests of the lab's pure parts: `python3 -m unittest discover -s Tests/Lab -t Tests/Lab`."""
