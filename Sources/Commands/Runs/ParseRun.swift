import Formats

/// `bgpdeck parse`: bytes in, JSON out, diagnostics beside.
public enum ParseRun {
    /// What parsing came to.
    public struct Outcome {
        /// The JSON document with a line feed.
        public var json: [UInt8]
        /// Diagnostics, one line each.
        public var diagnostics: [String]
        /// 0 all read, 1 something was not, 2 nothing was.
        public var status: Int32
    }

    /// Parses bytes of a kind.
    public static func run(_ kind: ParseKind, _ bytes: [UInt8]) -> Outcome {
        switch kind {
        case .bgpSummary: outcome(NXOS.summaryColumns(bytes)) { NXOS.writeSummary($0, into: &$1) }
        case .routes: outcome(NXOS.routes(bytes)) { NXOS.writeRoutes($0, into: &$1) }
        case .calicoStatus: outcome(Calico.nodeStatusTables(bytes)) { $0.write(into: &$1) }
        case .birdProtocols: outcome(BIRD.protocols(bytes)) { BIRD.write(protocols: $0, into: &$1) }
        case .birdRoutes: outcome(BIRD.routes(bytes)) { BIRD.write(routes: $0, into: &$1) }
        case .birdStatus: outcome(BIRD.status(bytes)) { BIRD.write(status: $0, into: &$1) }
        case .bgpTable: outcome(NXOS.bgpTables(bytes)) { NXOS.write(bgpTables: $0, into: &$1) }
        case .bgpNeighbors: outcome(NXOS.bgpNeighbors(bytes)) { NXOS.write(bgpNeighbors: $0, into: &$1) }
        case .bgpSessions: outcome(NXOS.bgpSessions(bytes)) { NXOS.write(bgpSessions: $0, into: &$1) }
        case .apic: document(APIC.document(bytes))
        }
    }

    private static func document(_ parsed: Parsed<[UInt8]>) -> Outcome {
        let status: Int32 = parsed.isRefused ? 2 : parsed.isComplete ? 0 : 1
        return Outcome(
            json: parsed.value + [10], diagnostics: parsed.diagnostics.map(\.description), status: status)
    }

    private static func outcome<Value>(
        _ parsed: Parsed<Value>, write: (Value, inout JSONWriter) -> Void
    ) -> Outcome {
        var writer = JSONWriter()
        write(parsed.value, &writer)
        let status: Int32 = parsed.isRefused ? 2 : parsed.isComplete ? 0 : 1
        return Outcome(
            json: writer.bytes + [10], diagnostics: parsed.diagnostics.map(\.description), status: status)
    }
}
