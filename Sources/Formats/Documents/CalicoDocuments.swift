extension Calico {
    /// The JSON of `bgpdeck parse calico-status`, one line with a line feed:
    /// `{running, families: [{family, peers: [{address, type, state, since, info}]}]}`.
    ///
    /// `peers` is empty where none are configured and null where BIRD could not be asked.
    public static func nodeStatusDocument(_ bytes: UnsafeBufferPointer<UInt8>) -> Parsed<[UInt8]> {
        let parsed = nodeStatusTables(bytes)
        var writer = JSONWriter()
        parsed.value.write(into: &writer)
        writer.newline()
        return Parsed(writer.bytes, diagnostics: parsed.diagnostics)
    }

    /// The JSON of `bgpdeck parse calico-status` from an array.
    public static func nodeStatusDocument(_ bytes: [UInt8]) -> Parsed<[UInt8]> {
        bytes.withUnsafeBufferPointer { nodeStatusDocument($0) }
    }
}

extension Calico.NodeStatusTables {
    /// Writes the object `{running, families: […]}`.
    public func write(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("running")
        writer.boolean(running)
        writer.key("families")
        writer.beginArray()
        for family in families { family.write(into: &writer) }
        writer.endArray()
        writer.endObject()
    }
}

extension Calico.NodeStatusTables.Family {
    fileprivate func write(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("family")
        writer.string(family)
        writer.key("peers")
        if let peers {
            writer.beginArray()
            for peer in peers { peer.write(into: &writer) }
            writer.endArray()
        } else {
            writer.null()
        }
        writer.endObject()
    }
}

extension Calico.NodeStatusTables.Peer {
    fileprivate func write(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("address")
        writer.string(address)
        writer.key("type")
        writer.string(type)
        writer.key("state")
        writer.string(state)
        writer.key("since")
        writer.string(since)
        writer.key("info")
        writer.string(info)
        writer.endObject()
    }
}
