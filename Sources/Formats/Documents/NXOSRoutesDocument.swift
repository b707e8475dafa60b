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
        writer.beginObject()
        writer.key("routes")
        writer.beginArray()
        for index in columns.routes.indices { columns.write(route: index, into: &writer) }
        writer.endArray()
        writer.endObject()
    }
}

extension RouteColumns {
    fileprivate func write(route index: Int, into writer: inout JSONWriter) {
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
        for hop in hops(of: index) { write(hops[hop], into: &writer) }
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
                writer.string(utf8: UnsafeBufferPointer(rebasing: buffer[..<length]))
            }
        }
    }

    private func write(_ hop: Hop, into writer: inout JSONWriter) {
        let exit = exits[Int(hop.exit)]
        writer.beginObject()
        writer.key("best")
        writer.boolean(hop.stars == 1)
        writer.key("mbest")
        writer.boolean(hop.stars == 2)
        writer.key("via")
        writeAddress(hop, into: &writer)
        writer.key("via_vrf")
        writer.string(exit.vrf)
        writer.key("interface")
        writer.string(exit.interface)
        writer.key("preference")
        writer.number(exit.preference)
        writer.key("metric")
        writer.number(exit.metric)
        writer.key("age")
        ages.withText(hop.age) { writer.string(utf8: $0) }
        write(origins[Int(hop.origin)], into: &writer)
        writer.key("recursive")
        writer.string(recursiveText(hop))
        writer.endObject()
    }

    private func writeAddress(_ hop: Hop, into writer: inout JSONWriter) {
        guard hop.kind != .none else { return writer.null() }
        addresses.withText(AddressCode(value: hop.address, kind: hop.kind)) { writer.string(utf8: $0) }
    }

    private func write(_ origin: RouteOrigin, into writer: inout JSONWriter) {
        writer.key("protocol")
        writer.string(origin.owner)
        writer.key("attributes")
        writer.strings(origin.attributes)
        writer.key("tag")
        writer.number(origin.tag)
        writer.key("notes")
        writer.strings(origin.notes)
        writer.key("segid")
        writer.number(origin.segmentID)
        writer.key("tunnelid")
        writer.string(origin.tunnelID)
        writer.key("encap")
        writer.string(origin.encapsulation)
        writer.key("rwvnid")
        writer.string(origin.rewriteVNID)
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

    /// What the last word of such a text may be, of a text that a prompt follows: it ends with a VRF seen before.
    func recursiveWords(_ text: String) -> [String] {
        guard let percent = text.firstIndex(of: "%") else { return [] }
        let head = String(text[...percent])
        let vrfs = Set(exits.compactMap(\.vrf) + outputs.compactMap(\.vrf))
        return vrfs.map { head + $0 }
    }
}
