public import Fabric
import FoundationEssentials

extension NXOS {
    /// Writes `{tables: [{node, vrf, family, scope, neighbor, version, router_id, paths: […]}]}`; a path is
    /// `{prefix, marks, valid, best, multipath, stale, type, next_hop, metric, local_preference, weight, as_path,
    /// origin}`.
    public static func write(bgpTables tables: [BGPTable], into writer: inout JSONWriter) {
        writer.list("tables", tables) { table, writer in
            let (scope, neighbor) = words(table.scope)
            writer.member("node", table.node)
            writer.member("vrf", table.vrf)
            writer.member("family", table.family)
            writer.member("scope", scope)
            writer.member("neighbor", neighbor)
            writer.member("version", table.version)
            writer.member("router_id", table.routerID?.description)
            writer.members("paths", table.paths, write)
        }
    }

    private static func words(_ scope: BGPTable.Scope) -> (String, String?) {
        switch scope {
        case .all: ("all", nil)
        case .accepted(let from): ("accepted", from.description)
        case .advertised(let to): ("advertised", to.description)
        case .received(let from): ("received", from.description)
        }
    }

    private static func write(_ path: BGPTable.Path, into writer: inout JSONWriter) {
        writer.member("prefix", path.prefix.description)
        writer.member("marks", String(path.marks))
        for (name, value) in [
            ("valid", path.isValid), ("best", path.isBest), ("multipath", path.isMultipath), ("stale", path.isStale),
        ] {
            writer.key(name)
            writer.boolean(value)
        }
        writer.member("type", path.type.map(String.init))
        writer.member("next_hop", path.nextHop.description)
        writer.member("metric", path.metric)
        writer.member("local_preference", path.localPreference)
        writer.member("weight", path.weight)
        writer.key("as_path")
        writer.beginArray()
        for asn in path.asPath { writer.number(asn.value) }
        writer.endArray()
        writer.member("origin", String(path.origin))
    }

    /// Writes `{sessions: [{node, vrf, local_as, router_id, neighbor, as, flaps, last_up_down, last_read, last_write,
    /// state, local_port, remote_port, notifications_sent, notifications_received}]}`; `state` is the word of the
    /// legend, or the letter where it has none.
    public static func write(bgpSessions rows: [BGPSessionRow], into writer: inout JSONWriter) {
        writer.list("sessions", rows) { row, writer in
            writer.member("node", row.node)
            writer.member("vrf", row.vrf)
            writer.member("local_as", row.localAS?.value)
            writer.member("router_id", row.routerID?.description)
            writer.member("neighbor", row.neighbor.description)
            writer.member("as", row.asn.value)
            writer.member("flaps", row.flaps)
            writer.member("last_up_down", row.lastUpDown)
            writer.member("last_read", row.lastRead)
            writer.member("last_write", row.lastWrite)
            writer.member("state", row.stateWord ?? String(row.state))
            writer.member("local_port", row.localPort)
            writer.member("remote_port", row.remotePort)
            writer.member("notifications_sent", row.notificationsSent)
            writer.member("notifications_received", row.notificationsReceived)
        }
    }

    /// Writes `{neighbors: [{node, vrf, neighbor, remote_as, link, state, since, remote_router_id, hold_time,
    /// keepalive, established, dropped, last_reset_by_us, last_reset_by_peer, inbound_route_map, outbound_route_map,
    /// restart_time_advertised, stale_time, accepted_paths, sent_paths, local_host, keeps_received_routes}]}`; times
    /// are whole seconds.
    public static func write(bgpNeighbors neighbors: [BGPNeighborDetail], into writer: inout JSONWriter) {
        writer.list("neighbors", neighbors) { neighbor, writer in
            writer.member("node", neighbor.node)
            writer.member("vrf", neighbor.vrf)
            writer.member("neighbor", neighbor.neighbor.description)
            writer.member("remote_as", neighbor.remoteAS?.value)
            writer.member("link", neighbor.link)
            writer.member("state", neighbor.state)
            writer.member("since", neighbor.since)
            writer.member("remote_router_id", neighbor.remoteRouterID?.description)
            writer.member("hold_time", neighbor.holdTime?.components.seconds)
            writer.member("keepalive", neighbor.keepalive?.components.seconds)
            writer.member("established", neighbor.established)
            writer.member("dropped", neighbor.dropped)
            writer.member("last_reset_by_us", neighbor.lastResetByUs)
            writer.member("last_reset_by_peer", neighbor.lastResetByPeer)
            writer.member("inbound_route_map", neighbor.inboundRouteMap)
            writer.member("outbound_route_map", neighbor.outboundRouteMap)
            writer.member("restart_time_advertised", neighbor.restartTimeAdvertised?.components.seconds)
            writer.member("stale_time", neighbor.staleTime?.components.seconds)
            writer.member("accepted_paths", neighbor.acceptedPaths)
            writer.member("sent_paths", neighbor.sentPaths)
            writer.member("local_host", neighbor.localHost?.description)
            writer.key("keeps_received_routes")
            writer.boolean(neighbor.keepsReceivedRoutes)
        }
    }
}

extension BIRD {
    /// Writes `{version, router_id, server_time, last_reboot, last_reconfiguration, recovery: {protocols,
    /// seconds_left, seconds_total}}`; times are RFC 3339, `recovery` is null where none is under way.
    public static func write(status: BIRDStatus, into writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("version", status.version)
        writer.member("router_id", status.routerID?.description)
        writer.member("server_time", status.serverTime?.ISO8601Format())
        writer.member("last_reboot", status.lastReboot?.ISO8601Format())
        writer.member("last_reconfiguration", status.lastReconfiguration?.ISO8601Format())
        writer.key("recovery")
        if status.recoverySecondsLeft == nil, status.recoveryProtocols == nil {
            writer.null()
        } else {
            writer.beginObject()
            writer.member("protocols", status.recoveryProtocols)
            writer.member("seconds_left", status.recoverySecondsLeft)
            writer.member("seconds_total", status.recoverySecondsTotal)
            writer.endObject()
        }
        writer.endObject()
    }
}

extension JSONWriter {
    /// A member whose value is a text, or null.
    fileprivate mutating func member(_ name: String, _ value: String?) {
        key(name)
        string(value)
    }

    /// A member whose value is a whole number, or null.
    fileprivate mutating func member(_ name: String, _ value: (some FixedWidthInteger)?) {
        key(name)
        number(value)
    }

    /// A member whose value is a list of objects.
    fileprivate mutating func members<Element>(
        _ name: String, _ values: [Element], _ write: (Element, inout JSONWriter) -> Void
    ) {
        key(name)
        beginArray()
        for value in values {
            beginObject()
            write(value, &self)
            endObject()
        }
        endArray()
    }

    /// An object with one list of objects in it.
    fileprivate mutating func list<Element>(
        _ name: String, _ values: [Element], _ write: (Element, inout JSONWriter) -> Void
    ) {
        beginObject()
        members(name, values, write)
        endObject()
    }
}
