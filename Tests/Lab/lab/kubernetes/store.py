"""A copy of a collection of the API that keeps itself up to date: list, then watch, and list again when told to."""
from __future__ import annotations

import threading
import time
from typing import Callable

from .api import Api, ApiError, Json, Unreachable


class Store:
    """Objects of one collection by (namespace, name). A thread follows the API; while that is away the copy stays."""

    def __init__(self, api: Api, path: str, changed: Callable[[], None]) -> None:
        self.api, self.path, self.changed = api, path, changed
        self.synced = threading.Event()
        self._objects: dict[tuple[str, str], Json] = {}
        self._lock = threading.Lock()
        threading.Thread(target=self._follow, name=path, daemon=True).start()

    def all(self) -> list[Json]:
        """The objects, ordered by namespace and name."""
        with self._lock:
            return [self._objects[key] for key in sorted(self._objects)]

    def _follow(self) -> None:
        while True:
            try:
                listing = self.api.get(self.path)
                with self._lock:
                    self._objects = {_key(item): item for item in listing.get("items") or []}
                self.synced.set()
                self.changed()
                self._watch(listing["metadata"]["resourceVersion"])
            except (ApiError, Unreachable):
                time.sleep(0.5)

    def _watch(self, version: str) -> None:
        while True:
            for kind, item in self.api.watch(self.path, version):
                version = item["metadata"]["resourceVersion"]
                if kind == "BOOKMARK":
                    continue
                with self._lock:
                    if kind == "DELETED":
                        self._objects.pop(_key(item), None)
                    else:
                        self._objects[_key(item)] = item
                self.changed()


def _key(item: Json) -> tuple[str, str]:
    metadata = item["metadata"]
    return metadata.get("namespace", ""), metadata["name"]
