"""The stand-in for `calicoctl`: prints what the real one prints (calico.md 1 and 3.6, and the captures)."""
from .command import main

__all__ = ["main"]
