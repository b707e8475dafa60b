import Fabric
import FoundationEssentials

extension IPAddress: FactCodable {
    func write(to writer: inout FactWriter) {
        writer.number(UInt64(family.rawValue))
        if let v4 { return writer.number(UInt64(v4)) }
        writer.number(UInt64(truncatingIfNeeded: bits >> 64))
        writer.number(UInt64(truncatingIfNeeded: bits))
    }
    init(from reader: inout FactReader) throws(FactError) {
        guard try reader.number() == UInt64(AddressFamily.ipv6.rawValue) else {
            self.init(v4: UInt32(truncatingIfNeeded: try reader.number()))
            return
        }
        let high = UInt128(try reader.number())
        self.init(family: .ipv6, bits: high << 64 | UInt128(try reader.number()))
    }
}

extension IPPrefix: FactCodable {
    func write(to writer: inout FactWriter) {
        writer.put(address)
        writer.number(UInt64(length))
    }
    init(from reader: inout FactReader) throws(FactError) {
        let address = try reader.get(IPAddress.self)
        guard let prefix = IPPrefix(address, length: Int(try reader.number() & 0xff)) else { throw FactError() }
        self = prefix
    }
}

extension ASN: FactCodable {
    func write(to writer: inout FactWriter) { writer.number(UInt64(value)) }
    init(from reader: inout FactReader) throws(FactError) { self.init(UInt32(truncatingIfNeeded: try reader.number())) }
}

extension NodeName: FactCodable {
    func write(to writer: inout FactWriter) { writer.text(text) }
    init(from reader: inout FactReader) throws(FactError) { self.init(try reader.text()) }
}

extension ObjectName: FactCodable {
    func write(to writer: inout FactWriter) {
        writer.text(namespace)
        writer.text(name)
    }
    init(from reader: inout FactReader) throws(FactError) {
        let namespace = try reader.text()
        self.init(namespace: namespace, name: try reader.text())
    }
}

extension NodePeerKind: FactCodable {
    func write(to writer: inout FactWriter) { writer.text(rawValue) }
    init(from reader: inout FactReader) throws(FactError) {
        guard let kind = NodePeerKind(rawValue: try reader.text()) else { throw FactError() }
        self = kind
    }
}

extension NodePeer: FactCodable {
    func write(to writer: inout FactWriter) {
        writer.put(address)
        writer.put(port)
        writer.put(kind)
        writer.put(protocolName)
        writer.put(protocolState)
        writer.put(state?.words)
        writer.put(info)
        writer.put(lastError)
        writer.put(since)
        writer.put(neighborID)
        writer.put(neighborAS)
        writer.put(sourceAddress)
        writer.put(exported)
        writer.put(imported)
        writer.put(holdTime)
    }
    init(from reader: inout FactReader) throws(FactError) {
        self.init(
            address: try reader.get(), port: try reader.get(), kind: try reader.get(), protocolName: try reader.get(),
            protocolState: try reader.get(), state: try reader.get(String?.self).map { BGPState(words: $0) },
            info: try reader.get(), lastError: try reader.get(), since: try reader.get(),
            neighborID: try reader.get(), neighborAS: try reader.get(), sourceAddress: try reader.get(),
            exported: try reader.get(), imported: try reader.get(), holdTime: try reader.get())
    }
}

extension CalicoNodeStatus: FactCodable {
    func write(to writer: inout FactWriter) {
        writer.put(isRunning)
        writer.put(peers)
        writer.put(remarks)
    }
    init(from reader: inout FactReader) throws(FactError) {
        self.init(isRunning: try reader.get(), peers: try reader.get(), remarks: try reader.get())
    }
}

extension BIRDStatus: FactCodable {
    func write(to writer: inout FactWriter) {
        writer.put(version)
        writer.put(routerID)
        writer.put(serverTime)
        writer.put(lastReboot)
        writer.put(lastReconfiguration)
        writer.put(recoverySecondsLeft)
        writer.put(recoverySecondsTotal)
        writer.put(recoveryProtocols)
    }
    init(from reader: inout FactReader) throws(FactError) {
        self.init(
            version: try reader.get(), routerID: try reader.get(), serverTime: try reader.get(),
            lastReboot: try reader.get(), lastReconfiguration: try reader.get(),
            recoverySecondsLeft: try reader.get(), recoverySecondsTotal: try reader.get(),
            recoveryProtocols: try reader.get())
    }
}

extension NodeRoute: FactCodable {
    func write(to writer: inout FactWriter) {
        writer.put(prefix)
        writer.put(gateway)
        writer.put(interface)
        writer.put(type)
        writer.put(protocolName)
        writer.put(since)
        writer.put(from)
        writer.put(isPrimary)
        writer.put(metric)
        writer.put(origin)
    }
    init(from reader: inout FactReader) throws(FactError) {
        self.init(
            prefix: try reader.get(), gateway: try reader.get(), interface: try reader.get(), type: try reader.get(),
            protocolName: try reader.get(), since: try reader.get(), from: try reader.get(),
            isPrimary: try reader.get(), metric: try reader.get(), origin: try reader.get())
    }
}
