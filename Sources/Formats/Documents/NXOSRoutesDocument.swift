import Fabric

extension NXOS {
    /// The JSON of `bgpdeck parse routes`, one line with a line feed: what was printed, absent fields null.
    public static func routesDocument(_ bytes: UnsafeBufferPointer<UInt8>) -> Parsed<[UInt8]> {
        let parsed = routes(bytes)
        var writer = JSONWriter()
        writeRoutes(parsed.value, into: &writer)
        writer.newline()
        return Parsed(writer.bytes, diagnostics: parsed.diagnostics)
    }

    /// The JSON of `bgpdeck parse routes` from an array.
    public static func routesDocument(_ bytes: [UInt8]) -> Parsed<[UInt8]> {
        bytes.withUnsafeBufferPointer { routesDocument($0) }
    }

    /// Writes the object `{routes: […]}` in the order of the output.
    public static func writeRoutes(_ columns: RouteColumns, into writer: inout JSONWriter) {
        let texts = RouteTexts(columns)
        writer.beginObject()
        writer.key("routes")
        writer.beginArray()
        for index in columns.routes.indices { columns.write(route: index, texts, into: &writer) }
        writer.endArray()
        writer.endObject()
    }
}

/// The JSON of what many next hops share, written once.
private struct RouteTexts {
    var exits = WrittenTexts()
    var origins = WrittenTexts()
    /// What follows the address where a next hop resolves to itself: `/32%common:default`.
    var rests = WrittenTexts()

    init(_ columns: RouteColumns) {
        for exit in columns.exits {
            exits.add(exit.write(into:))
            rests.add { $0.string("/32" + (exit.vrf.map { "%" + $0 } ?? "")) }
        }
        for origin in columns.origins { origins.add(origin.write(into:)) }
    }
}

/// Pieces of JSON in one array.
private struct WrittenTexts {
    private var bytes: [UInt8] = []
    private var ends: [Int] = [0]

    mutating func add(_ write: (inout JSONWriter) -> Void) {
        var writer = JSONWriter()
        write(&writer)
        bytes.append(contentsOf: writer.bytes)
        ends.append(bytes.count)
    }

    @inline(__always)
    func withText(_ number: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        bytes.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[ends[number]..<ends[number + 1]])) }
    }
}

extension RouteExit {
    fileprivate func write(into writer: inout JSONWriter) {
        writer.key("via_vrf")
        writer.string(vrf)
        writer.key("interface")
        writer.string(interface)
        writer.key("preference")
        writer.number(preference)
        writer.key("metric")
        writer.number(metric)
    }
}

extension RouteOrigin {
    fileprivate func write(into writer: inout JSONWriter) {
        writer.key("protocol")
        writer.string(owner)
        writer.key("attributes")
        writer.strings(attributes)
        writer.key("tag")
        writer.number(tag)
        writer.key("notes")
        writer.strings(notes)
        writer.key("segid")
        writer.number(segmentID)
        writer.key("tunnelid")
        writer.string(tunnelID)
        writer.key("encap")
        writer.string(encapsulation)
        writer.key("rwvnid")
        writer.string(rewriteVNID)
    }
}

extension RouteColumns {
    fileprivate func write(route index: Int, _ texts: RouteTexts, into writer: inout JSONWriter) {
        let row = routes[index]
        let output = outputs[Int(row.output)]
        writer.beginObject()
        writer.key("node")
        writer.number(output.node)
        writer.key("vrf")
        writer.string(output.vrf)
        writer.key("family")
        writer.string((prefix(row)?.family ?? output.family)?.name)
        writer.key("prefix")
        writePrefix(row, into: &writer)
        writer.key("best_ucast_nexthops")
        writer.number(row.bestUnicast)
        writer.key("best_mcast_nexthops")
        writer.number(row.bestMulticast)
        writer.key("flags")
        writer.strings(row.flags == 0 ? [] : flags[Int(row.flags) - 1])
        writer.key("nexthops")
        writer.beginArray()
        for hop in hops(of: index) { write(hops[hop], texts, into: &writer) }
        writer.endArray()
        writer.endObject()
    }

    private func writePrefix(_ row: Row, into writer: inout JSONWriter) {
        switch row.kind {
        case .none:
            writer.null()
        case .other:
            prefixes.withText(Int(row.prefix)) { writer.string(utf8: $0) }
        case .v4:
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { buffer in
                var length = DottedQuad.write(row.prefix, into: buffer)
                buffer[length] = UInt8(ascii: "/")
                length = DottedQuad.write(octet: row.length, into: buffer, at: length + 1)
                writer.string(ascii: UnsafeBufferPointer(rebasing: buffer[..<length]))
            }
        }
    }

    private func write(_ hop: Hop, _ texts: RouteTexts, into writer: inout JSONWriter) {
        switch hop.stars {
        case 1: writer.beginObject(members: "{\"best\":true,\"mbest\":false")
        case 2: writer.beginObject(members: "{\"best\":false,\"mbest\":true")
        default: writer.beginObject(members: "{\"best\":false,\"mbest\":false")
        }
        let address = AddressCode(value: hop.address, kind: hop.kind)
        writer.key("via")
        if hop.kind == .none {
            writer.null()
        } else {
            addresses.withText(address) { writer.string(ascii: $0) }
        }
        texts.exits.withText(Int(hop.exit)) { writer.splice($0) }
        writer.key("age")
        ages.withText(hop.age) { writer.string(ascii: $0) }
        texts.origins.withText(Int(hop.origin)) { writer.splice($0) }
        writer.key("recursive")
        if hop.recursive == 1 {
            texts.rests.withText(Int(hop.exit)) { rest in
                let inner = UnsafeBufferPointer(rebasing: rest[1..<(rest.count - 1)])
                addresses.withText(address) { writer.string(ascii: $0, escapedRest: inner) }
            }
        } else {
            writer.string(recursiveText(hop))
        }
        writer.endObject()
    }

    /// What a next hop resolves to, as printed; nil where nothing was printed.
    func recursiveText(_ hop: Hop) -> String? {
        switch hop.recursive {
        case 0: return nil
        case 1:
            let address = addresses.withText(AddressCode(value: hop.address, kind: hop.kind)) {
                String(decoding: $0, as: UTF8.self)
            }
            return address + "/32" + (exits[Int(hop.exit)].vrf.map { "%" + $0 } ?? "")
        default: return recursives.string(Int(hop.recursive) - 2)
        }
    }

    /// The VRFs seen so far.
    var vrfs: [String] { Array(Set(exits.compactMap(\.vrf) + outputs.compactMap(\.vrf))) }
}
