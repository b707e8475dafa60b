"""Addresses of pods from their node's blocks, kept in IPAMBlocks as Calico keeps them (calico.md 3.5)."""
from __future__ import annotations

from datetime import datetime, timezone
from ipaddress import IPv4Address, IPv4Network

from . import calico_objects
from .api import Api, ApiError, Json


class Ipam:
    """Hands out addresses; the blocks in the API are the only memory."""

    def __init__(self, api: Api, pool: IPv4Network) -> None:
        self.api, self.pool = api, pool

    def assign(self, node: str, namespace: str, pod: str) -> str:
        """An address for a pod: the one that it has, or the first free one of the node's blocks, in a new block where
        all are full. The first address of a block is left free, as the fabric's examples have it."""
        handle = f"k8s-pod-network.{namespace}.{pod}"
        while True:
            blocks = self._blocks()
            mine = [block for block in blocks if block["spec"].get("affinity") == f"host:{node}"]
            for block in mine:
                held = _held(block["spec"], handle)
                if held is not None:
                    return held
            for block in mine:
                ordinal = next((number for number in block["spec"]["unallocated"] if number > 0), None)
                if ordinal is None:
                    continue
                secondary = {
                    "namespace": namespace, "node": node, "pod": pod,
                    "timestamp": datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M:%S.%f +0000 UTC")}
                if self._write(_with(block, ordinal, {"handle_id": handle, "secondary": secondary})):
                    return str(IPv4Network(block["spec"]["cidr"])[ordinal])
                break
            else:
                self._claim(node, blocks)

    def release(self, namespace: str, pod: str) -> None:
        """Frees what a pod had."""
        handle = f"k8s-pod-network.{namespace}.{pod}"
        for block in self._blocks():
            if _held(block["spec"], handle) is not None and not self._write(_without(block, handle)):
                return self.release(namespace, pod)

    def _blocks(self) -> list[Json]:
        blocks = self.api.items(calico_objects.path("IPAMBlock"))
        return sorted(blocks, key=lambda block: IPv4Network(block["spec"]["cidr"]))

    def _claim(self, node: str, blocks: list[Json]) -> None:
        """Gives a node the first block of the pool that nobody has."""
        taken = {block["spec"]["cidr"] for block in blocks}
        block = next(block for block in self.pool.subnets(new_prefix=26) if str(block) not in taken)
        self.api.create(calico_objects.path("BlockAffinity"), calico_objects.affinity(node, block))
        self.api.create(calico_objects.path("IPAMBlock"), calico_objects.ipam_block(node, block))

    def _write(self, block: Json) -> bool:
        """Replaces a block; False where somebody else changed it meanwhile."""
        try:
            self.api.replace(f"{calico_objects.path('IPAMBlock')}/{block['metadata']['name']}", block)
            return True
        except ApiError as error:
            if error.status == 409:
                return False
            raise


def _held(spec: Json, handle: str) -> str | None:
    """The address that a handle has in a block."""
    for ordinal, index in enumerate(spec["allocations"]):
        if index is not None and spec["attributes"][index].get("handle_id") == handle:
            return str(IPv4Address(int(IPv4Network(spec["cidr"])[0]) + ordinal))
    return None


def _with(block: Json, ordinal: int, attributes: Json) -> Json:
    spec = block["spec"]
    allocations = list(spec["allocations"])
    allocations[ordinal] = len(spec["attributes"])
    return {**block, "spec": {
        **spec, "allocations": allocations, "attributes": [*spec["attributes"], attributes],
        "unallocated": [number for number in spec["unallocated"] if number != ordinal]}}


def _without(block: Json, handle: str) -> Json:
    """The block with a handle's addresses free; they go to the end of the queue, so that they are not used at once."""
    spec = block["spec"]
    gone = {index for index, item in enumerate(spec["attributes"]) if item.get("handle_id") == handle}
    kept = [index for index in range(len(spec["attributes"])) if index not in gone]
    numbers = {index: position for position, index in enumerate(kept)}
    freed = [ordinal for ordinal, index in enumerate(spec["allocations"]) if index in gone]
    return {**block, "spec": {
        **spec, "allocations": [None if index is None else numbers.get(index) for index in spec["allocations"]],
        "attributes": [spec["attributes"][index] for index in kept], "unallocated": spec["unallocated"] + freed}}
