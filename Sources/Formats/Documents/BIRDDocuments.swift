public import Fabric

extension BIRD {
    /// The JSON of `bgpdeck parse bird-protocols`, one line with a line feed:
    /// `{protocols: [{name, proto, table, state, since, info}]}`. An empty table or INFO is null.
    public static func protocolsDocument(_ bytes: UnsafeBufferPointer<UInt8>) -> Parsed<[UInt8]> {
        let parsed = protocols(bytes)
        var writer = JSONWriter()
        write(protocols: parsed.value, into: &writer)
        writer.newline()
        return Parsed(writer.bytes, diagnostics: parsed.diagnostics)
    }

    /// The JSON of `bgpdeck parse bird-protocols` from an array.
    public static func protocolsDocument(_ bytes: [UInt8]) -> Parsed<[UInt8]> {
        bytes.withUnsafeBufferPointer { protocolsDocument($0) }
    }

    /// The JSON of `bgpdeck parse bird-routes`, one line with a line feed:
    /// `{routes: [{prefix, gateway, interface, type, protocol, since, from, primary, metric, origin}]}`.
    /// A multipath route is one row per next hop, each with the type `multipath`.
    public static func routesDocument(_ bytes: UnsafeBufferPointer<UInt8>) -> Parsed<[UInt8]> {
        let parsed = routes(bytes)
        var writer = JSONWriter()
        write(routes: parsed.value, into: &writer)
        writer.newline()
        return Parsed(writer.bytes, diagnostics: parsed.diagnostics)
    }

    /// The JSON of `bgpdeck parse bird-routes` from an array.
    public static func routesDocument(_ bytes: [UInt8]) -> Parsed<[UInt8]> {
        bytes.withUnsafeBufferPointer { routesDocument($0) }
    }

    /// Writes the object `{protocols: […]}`.
    public static func write(protocols: [BIRDProtocol], into writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("protocols")
        writer.beginArray()
        for row in protocols { write(row, into: &writer) }
        writer.endArray()
        writer.endObject()
    }

    private static func write(_ row: BIRDProtocol, into writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("name")
        writer.string(row.name)
        writer.key("proto")
        writer.string(row.proto)
        writer.key("table")
        writer.string(row.table)
        writer.key("state")
        writer.string(row.state)
        writer.key("since")
        writer.string(row.since)
        writer.key("info")
        writer.string(row.info.isEmpty ? nil : row.info)
        writer.endObject()
    }

    /// Writes the object `{routes: […]}`.
    public static func write(routes: [NodeRoute], into writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("routes")
        writer.beginArray()
        for route in routes { write(route, into: &writer) }
        writer.endArray()
        writer.endObject()
    }

    private static func write(_ route: NodeRoute, into writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("prefix")
        writer.string(route.prefix.description)
        writer.key("gateway")
        writer.string(route.gateway?.description)
        writer.key("interface")
        writer.string(route.interface)
        writer.key("type")
        writer.string(route.type)
        writer.key("protocol")
        writer.string(route.protocolName)
        writer.key("since")
        writer.string(route.since.isEmpty ? nil : route.since)
        writer.key("from")
        writer.string(route.from?.description)
        writer.key("primary")
        writer.boolean(route.isPrimary)
        writer.key("metric")
        writer.string(route.metric)
        writer.key("origin")
        writer.string(route.origin)
        writer.endObject()
    }
}
