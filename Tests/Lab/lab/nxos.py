"""A leaf's command line as text, from FRR's live state.

Layouts by the references' samples of real switches: the banner (aci.md 6.1), the summary with its column rule (6.2),
routes (6.3). What no sample shows, the README of this folder lists.
"""
from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import Any, Iterable

from .topology import Leaf, Topology

Reply = dict[str, Any]


def banner(leaf: Leaf) -> str:
    """What `fabric N` puts before a leaf's answer."""
    rule = "-" * 64
    return f"{rule}\n Node {leaf.id} ({leaf.name})\n{rule}\n"


def uptime(seconds: float, route: bool = False) -> str:
    """`00:01:30`, `3d02h`, `5w6d`, `1y10w`; of routes `02w00d`."""
    left = int(seconds)
    days, rest = divmod(left, 86400)
    if days == 0:
        return f"{rest // 3600:02}:{rest % 3600 // 60:02}:{rest % 60:02}"
    if days < 7:
        return f"{days}d{rest // 3600:02}h"
    if days < 365:
        return f"{days // 7:02}w{days % 7:02}d" if route else f"{days // 7}w{days % 7}d"
    return f"{days // 365}y{days % 365 // 7}w"


def summary(topology: Topology, leaf: Leaf, frr: Reply) -> str:
    """`show ip bgp summary vrf V` from FRR's summary of the family; the fabric's own peers are in another VRF."""
    peers = [(address, peer) for address, peer in frr.get("peers", {}).items() if not _is_tep(topology, address)]
    peers.sort(key=lambda item: int(ip_address(item[0])))
    up = [peer for _, peer in peers if peer["state"] == "Established"]
    paths = sum(peer["pfxRcd"] for peer in up)
    head = [
        f"BGP summary information for VRF {topology.vrf}, address family IPv4 Unicast",
        f"BGP router identifier {frr['routerId']}, local AS number {frr['as']}",
        f"BGP table version is {frr['tableVersion']}, IPv4 Unicast config peers {len(peers)}, capable peers {len(up)}",
        f"{frr['ribCount']} network entries and {paths} paths using {frr['ribMemory']} bytes of memory",
        f"BGP attribute entries [{len(peers)}/{len(peers) * 144}], BGP AS path entries [0/0]",
        "BGP community entries [0/0], BGP clusterlist entries [0/0]", "",
        "Neighbor        V    AS MsgRcvd MsgSent   TblVer  InQ OutQ Up/Down  State/PfxRcd",
    ]
    return "\n".join(head + [_row(address, peer, frr["tableVersion"]) for address, peer in peers]) + "\n"


def _is_tep(topology: Topology, address: str) -> bool:
    return any(leaf.tep == address for leaf in topology.leaves)


def _row(address: str, peer: Reply, version: int) -> str:
    up = peer["state"] == "Established"
    number = str(peer["remoteAs"])
    row = address + "\n" + " " * 16 if len(address) > 15 else f"{address:<16}"
    row += f"4 {number:>5}" + ("\n" + " " * 23 if len(number) > 5 else "")
    age = "never" if peer["peerUptime"] == "never" else uptime(peer["peerUptimeMsec"] / 1000)
    row += f" {peer['msgRcvd']:>7} {peer['msgSent']:>7} {version if up else 0:>8}"
    row += f" {peer['inq']:>4} {peer['outq']:>4} {age:>8} "
    return row + (str(peer["pfxRcd"]) if up else state(peer["state"]))


def state(frr: str) -> str:
    """The last column of a session that is not Established."""
    return {"Idle (Admin)": "Shut (Admin)", "Clearing": "Closing", "Deleted": "Closing"}.get(frr, frr)


def legend(topology: Topology) -> str:
    """The lines before a table of routes."""
    return (
        f'IP Route Table for VRF "{topology.vrf}"\n'
        "'*' denotes best ucast next-hop\n'**' denotes best mcast next-hop\n"
        "'[x/y]' denotes [preference/metric]\n'%<string>' in via output denotes VRF <string>\n\n")


def routes(topology: Topology, leaf: Leaf, zebra: Reply, bgp: Reply, wanted: str | None = None) -> str:
    """`show ip route [P] vrf V` from zebra's table, with the AS paths of bgpd's; an address finds its longest match."""
    table = {prefix: entries for prefix, entries in zebra.items() if _is_in_vrf(topology, entries)}
    prefixes: Iterable[str] = sorted(table, key=_order)
    if wanted is not None:
        prefixes = _found(list(prefixes), wanted)
        if not prefixes:
            return legend(topology) + "Route not found\n"
    return legend(topology) + "".join(_route(topology, leaf, prefix, table[prefix], bgp) for prefix in prefixes)


def _order(prefix: str) -> tuple[int, int]:
    network = ip_network(prefix)
    return int(network[0]), network.prefixlen


def _found(prefixes: list[str], wanted: str) -> list[str]:
    if "/" in wanted:
        network = ip_network(wanted, strict=False)
        return [prefix for prefix in prefixes if ip_network(prefix) == network]
    holding = [prefix for prefix in prefixes if ip_address(wanted) in ip_network(prefix)]
    return sorted(holding, key=lambda prefix: ip_network(prefix).prefixlen)[-1:]


def _is_in_vrf(topology: Topology, entries: list[Reply]) -> bool:
    """The cable to the client and the fabric's own network belong to other tenants and VRFs."""
    hops = [hop for entry in entries if entry.get("selected") for hop in entry.get("nexthops", [])]
    return any(hop.get("interfaceName", "") not in ("client", "overlay") or "ip" in hop for hop in hops) and all(
        hop.get("interfaceName") != "client" for hop in hops)


def _route(topology: Topology, leaf: Leaf, prefix: str, entries: list[Reply], bgp: Reply) -> str:
    entry = next(entry for entry in entries if entry.get("selected"))
    seconds = _seconds(entry["uptime"])
    hops = [hop for hop in entry["nexthops"] if hop.get("active") and not hop.get("duplicate")]
    if entry["protocol"] != "bgp":
        return _attached(topology, leaf, prefix, hops, uptime(seconds, route=True))
    text = f"{prefix}, ubest/mbest: {len(hops)}/0\n"
    internal = entry["distance"] == 200
    for hop in hops:
        vrf, tag = "overlay-1" if internal else topology.vrf, _tag(topology, prefix, hop["ip"], bgp)
        text += (
            f"    *via {hop['ip']}%{vrf}, [{entry['distance']}/{entry['metric']}], {uptime(seconds, route=True)}, "
            f"bgp-{topology.fabric_asn}, {'internal' if internal else 'external'}, tag {tag}\n")
        if not internal:
            text += f"         recursive next hop: {hop['ip']}/32%{topology.vrf}\n"
    return text


def _attached(topology: Topology, leaf: Leaf, prefix: str, hops: list[Reply], age: str) -> str:
    name = hops[0].get("interfaceName", "") if hops else ""
    network = ip_network(prefix)
    if network.prefixlen == 32:
        return f"{prefix}, ubest/mbest: 1/0, attached\n    *via {network[0]}, {name}, [0/0], {age}, local, local\n"
    own = next((node.leaf_addresses[leaf.side] for node in topology.nodes if node.subnet == network), network[0])
    return f"{prefix}, ubest/mbest: 1/0, attached, direct\n    *via {own}, {name}, [0/0], {age}, direct\n"


def _tag(topology: Topology, prefix: str, hop: str, bgp: Reply) -> int:
    """The first AS of the path, which is the rack's Local-AS; of a path without AS the fabric's own."""
    paths = bgp.get("routes", {}).get(prefix, [])
    for path in paths:
        if any(next_hop.get("ip") == hop for next_hop in path.get("nexthops", [])) and path.get("path"):
            return int(path["path"].split()[0])
    return next((int(path["path"].split()[0]) for path in paths if path.get("path")), topology.fabric_asn)


def _seconds(text: str) -> int:
    """FRR's ages: `00:01:30`, `1d02h03m`, `02w3d04h`, `01y02w3d`."""
    if ":" in text:
        hours, minutes, seconds = (int(part) for part in text.split(":"))
        return hours * 3600 + minutes * 60 + seconds
    units = {"y": 31536000, "w": 604800, "d": 86400, "h": 3600, "m": 60, "s": 1}
    total, number = 0, ""
    for letter in text:
        if letter.isdigit():
            number += letter
        elif letter in units and number:
            total, number = total + int(number) * units[letter], ""
    return total
