public import Fabric

/// The outputs of `calicoctl` and Calico's resources as JSON: bytes in, values and diagnostics out.
public enum Calico {}

extension Calico {
    /// `calicoctl node status` as it is printed: what the JSON of `bgpdeck parse calico-status` holds.
    public struct NodeStatusTables: Hashable, Sendable {
        /// Whether Calico runs; nil where the output does not say. Of several nodes in one output false where it does
        /// not run on one of them.
        public var running: Bool?
        /// The address families with a section of their own, in the order of the output.
        public var families: [Family]

        /// A document from its parts.
        public init(running: Bool?, families: [Family]) {
            self.running = running
            self.families = families
        }

        /// One section: `IPv4 BGP status`.
        public struct Family: Hashable, Sendable {
            /// `ipv4` or `ipv6`.
            public var family: String
            /// The rows; empty where no peers are configured, nil where BIRD could not be asked.
            public var peers: [Peer]?

            /// A section from its parts.
            public init(family: String, peers: [Peer]?) {
                self.family = family
                self.peers = peers
            }
        }

        /// One row of a table, with text as printed and runs of blanks as one.
        public struct Peer: Hashable, Sendable {
            /// PEER ADDRESS as printed: `192.168.2.6.port.1790` is calicoctl's rendering of a peer with a port.
            public var address: String
            /// PEER TYPE, nil where the cell is empty.
            public var type: String?
            /// STATE, nil where the cell is empty.
            public var state: String?
            /// SINCE, nil where the cell is empty.
            public var since: String?
            /// INFO, wrapped rows joined by one blank; nil where the cell is empty.
            public var info: String?

            /// A row from its parts.
            public init(address: String, type: String?, state: String?, since: String?, info: String?) {
                self.address = address
                self.type = type
                self.state = state
                self.since = since
                self.info = info
            }
        }
    }

    /// Reads `calicoctl node status` of any release as it is printed.
    ///
    /// Tables of 2015 to today are read: centred or left-aligned, INFO wrapped or not. Banners before the status are
    /// noted. A family that BIRD could not be asked for, and a missing right, are diagnostics; another command's
    /// output is refused by name.
    public static func nodeStatusTables(_ bytes: [UInt8]) -> Parsed<NodeStatusTables> {
        bytes.withUnsafeBufferPointer { nodeStatusTables($0) }
    }

    /// Reads `calicoctl node status` as it is printed from borrowed bytes.
    public static func nodeStatusTables(_ bytes: UnsafeBufferPointer<UInt8>) -> Parsed<NodeStatusTables> {
        let result = NodeStatusLines.read(bytes)
        return Parsed(result.document, diagnostics: result.diagnostics)
    }

    /// Reads `calicoctl node status` of one node as facts: addresses, kinds and states decoded.
    ///
    /// The last word of a bogus `192.168.2.6.port.1790` becomes the port. A row whose address cannot be decoded is a
    /// warning. Sentences about a family without a table become remarks.
    public static func nodeStatus(_ bytes: [UInt8]) -> Parsed<CalicoNodeStatus> {
        bytes.withUnsafeBufferPointer { nodeStatus($0) }
    }

    /// Reads `calicoctl node status` as facts from borrowed bytes.
    public static func nodeStatus(_ bytes: UnsafeBufferPointer<UInt8>) -> Parsed<CalicoNodeStatus> {
        let result = NodeStatusLines.read(bytes)
        var broken = DiagnosticList()
        var peers: [NodePeer] = []
        for (row, line) in zip(result.document.families.flatMap { $0.peers ?? [] }, result.lines) {
            if let peer = peer(row) {
                peers.append(peer)
            } else {
                broken.add(.warning, line: line, "PEER ADDRESS is not an address", excerpt: row.address)
            }
        }
        let status = CalicoNodeStatus(
            isRunning: result.document.running ?? !result.document.families.isEmpty, peers: peers,
            remarks: result.remarks)
        return Parsed(status, diagnostics: DiagnosticList.merged(result.diagnostics, broken.all))
    }

    private static func peer(_ row: NodeStatusTables.Peer) -> NodePeer? {
        guard let (address, port) = address(row.address) else { return nil }
        var text = row.info ?? ""
        let info = text.withUTF8 { PeerInfo(ByteText($0, 0, $0.count)) }
        return NodePeer(
            address: address, port: port, kind: row.type.flatMap { NodePeerKind(rawValue: $0.lowercased()) },
            protocolState: row.state ?? "", state: info.state, info: info.text, lastError: info.lastError,
            since: row.since ?? "")
    }

    private static func address(_ text: String) -> (IPAddress, Int?)? {
        var copy = text
        return copy.withUTF8 { buffer in
            let whole = ByteText(buffer, 0, buffer.count)
            for mark in [".port.", ":port:"] as [StaticString] {
                let (head, port) = PeerName.split(whole, at: mark)
                if let port { return head.address.map { ($0, port) } }
            }
            return whole.address.map { ($0, nil) }
        }
    }
}
