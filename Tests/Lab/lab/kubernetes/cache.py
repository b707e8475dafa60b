"""What is built once and kept: a folder outside the checkout.

A finished thing is a folder with its final name: it is made under another name and renamed, so that an interrupted
build leaves nothing that looks finished.
"""
from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from pathlib import Path
from typing import Iterator


def folder() -> Path:
    """`$XDG_CACHE_HOME/bgpdeck-lab`, or `~/.cache/bgpdeck-lab`; made if it is not there."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    path = Path(base) / "bgpdeck-lab"
    path.mkdir(parents=True, exist_ok=True)
    return path


def newest(prefix: str, suffix: str) -> Path | None:
    """The finished folder of that kind that was made last, None where there is none."""
    found = [path for path in folder().glob(f"{prefix}*{suffix}") if path.is_dir()]
    return max(found, key=lambda path: path.stat().st_mtime, default=None)


@contextlib.contextmanager
def lock() -> Iterator[None]:
    """One builder at a time; a second one waits and then finds the first one's work."""
    with open(folder() / "lock", "w", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def building() -> Iterator[Path]:
    """A folder to build in, removed afterwards; under the lock, so what others left behind is removed as well."""
    for stale in folder().glob("building-*"):
        shutil.rmtree(stale, ignore_errors=True)
    path = Path(tempfile.mkdtemp(prefix="building-", dir=folder()))
    path.chmod(0o755)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def publish(made: Path, name: str) -> Path:
    """Gives a finished folder of files its final name; they are on the disk before."""
    final = folder() / name
    for path in made.iterdir():
        with open(path, "rb") as file:
            os.fsync(file.fileno())
    if final.exists():
        shutil.rmtree(final)
    made.rename(final)
    return final
