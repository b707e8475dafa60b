"""FRR's JSON in the members of the port FabricState (Sources/SimulatorServer): FabricPicture, LeafRoutes, LeafPaths.

Only facts: names, attributes and spellings of the controller's objects are the simulated APIC's own work.
"""
from __future__ import annotations

import time
from ipaddress import ip_address, ip_network
from typing import Any, Callable

from . import leaf as leaves
from .nxos import _is_in_vrf, _order, _seconds, _tag
from .run import LabError, Run
from .topology import Leaf, Node, Topology

Json = dict[str, Any]

#: FRR's word for a neighbor's state, with and without what keeps it down.
_STATES = {
    "Idle": "idle", "Connect": "connect", "Active": "active", "OpenSent": "open-sent", "OpenConfirm": "open-confirm",
    "Established": "established", "Clearing": "closing", "Deleted": "closing", "Idle (Admin)": "idle",
    "Idle (PfxCt)": "idle"}
_SHUTDOWNS = {"Idle (Admin)": "admin", "Idle (PfxCt)": "exceeded-pfxlimit"}
#: Code and subcode of a NOTIFICATION that the leaf sent (RFC 4271 4.5, RFC 4486) in the words of aci.md 3.2.
_ERRORS = {
    "0202": ("open-msg-err", "bad-peer-as"), "0400": ("hold-timer-exp", "none"),
    "0601": ("cease-err", "max-pfx-count-err"), "0602": ("cease-err", "admin-shut"),
    "0603": ("cease-err", "peer-decfg")}


def configuration(run: Run) -> Json:
    """What an administrator has configured: FabricConfiguration."""
    topology, options = run.topology, run.state.get("options", {})
    return {
        "vrf": topology.vrf, "l3out": "calico", "release": topology.release, "fabricAS": topology.fabric_asn,
        "permitted": [str(topology.pod_subnet), str(topology.service_subnet)],
        "maximumASPath": topology.maximum_as_path,
        "ecmpLimit": options.get("maximum_paths", topology.maximum_paths),
        "relaxesMultipath": options.get("multipath_relax", topology.multipath_relax),
        "racks": [
            {"name": rack.name, "localAS": rack.asn,
             "leaves": [{"id": leaf.id, "routerID": leaf.router_id} for leaf in rack.leaves],
             "nodes": [_planned(node) for node in rack.nodes]} for rack in topology.racks]}


def _planned(node: Node) -> Json:
    return {
        "name": node.name, "address": node.address, "asn": node.asn, "leafAddresses": list(node.leaf_addresses),
        "gateway": node.gateway, "subnetLength": node.subnet.prefixlen, "vlan": node.vlan}


def vrf(
    run: Run, leaf: Leaf, summary: Json, details: Json, stale: dict[str, int],
    moment: Callable[[str, float], float],
) -> Json:
    """A leaf's BGP: VRFPicture. `moment` keeps a neighbor's last change still."""
    topology = run.topology
    options = run.state.get("options", {})
    peers = []
    for address, peer in summary.get("peers", {}).items():
        node = next((node for node in topology.nodes if node.address == address), None)
        if node is not None:
            peers.append(_peer(leaf, node, peer, details.get(address, {}), stale.get(address, 0), moment))
    return {
        "name": topology.vrf, "routerID": summary["routerId"], "tableVersion": summary["tableVersion"],
        "ecmpLimit": options.get("maximum_paths", topology.maximum_paths),
        "maximumASPath": topology.maximum_as_path, "entries": summary.get("ribCount", 0),
        "peers": sorted(peers, key=lambda one: int(ip_address(one["address"])))}


def _peer(
    leaf: Leaf, node: Node, peer: Json, detail: Json, stale: int, moment: Callable[[str, float], float]
) -> Json:
    state, up = peer["state"], peer["state"] == "Established"
    family = detail.get("addressFamilyInfo", {}).get("ipv4Unicast", {})
    counts = detail.get("messageStats", {})
    changed = ended = None
    if peer.get("peerUptime") != "never":
        changed = moment(node.address, time.time() - peer["peerUptimeMsec"] / 1000)
    # FRR tells that it has come in this session, and not when.
    if up and detail.get("gracefulRestartInfo", {}).get("endOfRibRecv", {}).get("ipv4Unicast"):
        ended = changed
    return {
        "address": node.address, "asn": peer["remoteAs"], "localAddress": node.leaf_addresses[leaf.side],
        "interface": f"vlan{node.vlan}", "state": _STATES.get(state, "idle"),
        "shutdown": _SHUTDOWNS.get(state, "unspecified"), "changedAt": changed, "endOfRIBAt": ended,
        "established": detail.get("connectionsEstablished", 0), "drops": detail.get("connectionsDropped", 0),
        "acceptedPaths": peer["pfxRcd"] if up else 0, "sentPrefixes": peer.get("pfxSnt", 0) if up else 0,
        "stalePaths": 0 if up else stale,
        "holdTime": detail.get("bgpTimerHoldTimeMsecs", 3000) // 1000,
        "keepalive": detail.get("bgpTimerKeepAliveIntervalMsecs", 1000) // 1000,
        "prefixLimit": family.get("prefixAllowedMax"), "error": list(_error(state, detail)),
        "received": peer["msgRcvd"], "sent": peer["msgSent"],
        "notificationsReceived": counts.get("notificationsRecv", 0),
        "notificationsSent": counts.get("notificationsSent", 0)}


def _error(state: str, detail: Json) -> tuple[str, str]:
    """The last error in aci.md 3.2's words, as far as FRR tells it."""
    reason, code = detail.get("lastResetDueTo", ""), detail.get("lastErrorCodeSubcode", "")
    if state == "Established":
        return ("none", "none")
    if state in _SHUTDOWNS:
        return _ERRORS["0602" if state == "Idle (Admin)" else "0601"]
    if "Hold Timer" in reason:
        return _ERRORS["0400"]
    if "otification received" in reason:
        return ("rcvd-notif-err", _ERRORS.get(code, ("", "none"))[1])
    if "closed the session" in reason:
        return ("peer-close-sess-err", "none")
    return _ERRORS.get(code, ("none", "none"))


def stale_paths(bgp: Json) -> dict[str, int]:
    """How many paths are kept of each neighbor whose session is gone."""
    counts: dict[str, int] = {}
    for found in bgp.get("routes", {}).values():
        for path in found:
            if path.get("stale"):
                counts[path["peerId"]] = counts.get(path["peerId"], 0) + 1
    return counts


def digest(zebra: Json, bgp: Json) -> int:
    """A number that is another when a next hop or a path is."""
    hops = [
        (prefix, sorted(hop.get("ip", "") for hop in entry["nexthops"] if hop.get("active")))
        for prefix, entries in sorted(zebra.items()) for entry in entries if entry.get("selected")]
    paths = [
        (prefix, sorted((path.get("peerId", ""), path.get("path", ""), bool(path.get("stale"))) for path in found))
        for prefix, found in sorted(bgp.get("routes", {}).items())]
    return hash(repr((hops, paths)))


def routes(topology: Topology, leaf: Leaf, zebra: Json, bgp: Json, now: float) -> Json:
    """LeafRoutes: [prefix, [[hop index, when in milliseconds]…]] in order, and the distinct hops."""
    hops: list[Json] = []
    rows = []
    table = {prefix: entries for prefix, entries in zebra.items() if _is_in_vrf(topology, entries)}
    for prefix in sorted(table, key=_order):
        entry = next((entry for entry in table[prefix] if entry.get("selected")), None)
        if entry is None:
            continue
        created = int((now - _seconds(entry["uptime"])) * 1000)
        row = []
        for hop in _hops(topology, leaf, prefix, entry, bgp):
            if hop not in hops:
                hops.append(hop)
            row.append([hops.index(hop), created])
        rows.append([prefix, row])
    return {"hops": hops, "routes": rows}


def _hops(topology: Topology, leaf: Leaf, prefix: str, entry: Json, bgp: Json) -> list[Json]:
    active = [hop for hop in entry["nexthops"] if hop.get("active") and not hop.get("duplicate")]
    common = {"preference": entry.get("distance", 0), "metric": entry.get("metric", 0)}
    if entry["protocol"] == "bgp":
        internal = entry["distance"] == 200
        return [
            {"address": hop["ip"], "vrf": "overlay-1" if internal else topology.vrf, "interface": None,
             "origin": "internal" if internal else "external", "tag": _tag(topology, prefix, hop["ip"], bgp)} | common
            for hop in active]
    network = ip_network(prefix)
    own = next((node.leaf_addresses[leaf.side] for node in topology.nodes if node.subnet == network), str(network[0]))
    origin = "local" if network.prefixlen == 32 else "direct"
    return [
        {"address": own, "vrf": topology.vrf, "interface": hop.get("interfaceName"), "origin": origin, "tag": 0,
         "preference": 0, "metric": 0} for hop in active[:1]]


def paths(topology: Topology, bgp: Json) -> Json:
    """LeafPaths: [prefix, [path…]] in order, the best first; what the leaf itself puts in has no peer and is left out."""
    rows = []
    for prefix, found in sorted(bgp.get("routes", {}).items(), key=lambda item: _order(item[0])):
        row = [_path(path) for path in found if _is_address(path.get("peerId", "")) and path.get("nexthops")]
        if row:
            rows.append([prefix, sorted(row, key=lambda path: not path["isBest"])])
    return {"paths": rows}


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
        return True
    except ValueError:
        return False


def _path(path: Json) -> Json:
    return {
        "peer": path["peerId"], "nextHop": path["nexthops"][0]["ip"],
        "asPath": [int(word) for word in path.get("path", "").split() if word.isdigit()],
        "isInternal": path.get("pathFrom") == "internal", "isStale": bool(path.get("stale")),
        "isBest": bool(path.get("bestpath")), "isMultipath": bool(path.get("multipath")) and not path.get("bestpath")}


def commands(run: Run, leaf: Leaf, address: str, settings: Json, exists: bool) -> list[str]:
    """What a controller's configuration of a neighbor is to FRR: PeerSettings, as lines under the fabric's AS.

    FRR refuses the graceful-restart line, and what follows it, for a neighbor that has it already.
    """
    node = next((node for node in run.topology.rack(leaf.rack).nodes if node.address == address), None)
    if node is None:
        raise LabError(f"{leaf.key} has no node {address}")
    if not settings["isPresent"] or settings.get("asn") is None:
        return leaves.in_bgp(run, f"no neighbor {address}")
    local = settings.get("localAS")
    hides = local is not None and local != run.topology.fabric_asn
    lines = [
        f"neighbor {address} remote-as {settings['asn']}",
        f"neighbor {address} local-as {local}" if hides else f"no neighbor {address} local-as",
        f"neighbor {address} description {node.name}",
        f"neighbor {address} timers {settings['keepalive']} {settings['holdTime']}",
        f"neighbor {address} timers connect {leaves.CONNECT_RETRY}",
        *([] if exists else [f"neighbor {address} graceful-restart-helper"]),
        f"{'no ' if settings['isEnabled'] else ''}neighbor {address} shutdown", "address-family ipv4 unicast",
        *leaves.policy(node)]
    limit = settings.get("prefixLimit")
    lines.append(f"neighbor {address} maximum-prefix {limit}" if limit else f"no neighbor {address} maximum-prefix")
    return leaves.in_bgp(run, *lines)
