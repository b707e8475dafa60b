extension Calico.NodeStatusDocument {
    /// Writes the document of `bgpdeck parse calico-status`:
    /// `{running, families: [{family, peers: [{address, type, state, since, info}]}]}`.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("running")
        writer.boolean(running)
        writer.key("families")
        writer.beginArray()
        for family in families { family.write(to: &writer) }
        writer.endArray()
        writer.endObject()
    }
}

extension Calico.NodeStatusDocument.Family {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("family")
        writer.string(family)
        writer.key("peers")
        if let peers {
            writer.beginArray()
            for peer in peers { peer.write(to: &writer) }
            writer.endArray()
        } else {
            writer.null()
        }
        writer.endObject()
    }
}

extension Calico.NodeStatusDocument.Peer {
    fileprivate func write(to writer: inout JSONWriter) {
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
