public import Fabric

/// A BGP table as a leaf prints it: `show bgp ipv4 unicast vrf …`, or the routes from or to one neighbor.
///
/// Layout and sample: aci.md 6.4.
public struct BGPTable: Sendable, Hashable {
    /// Whose routes are shown.
    public enum Scope: Sendable, Hashable {
        /// All that the leaf has.
        case all
        /// What it accepted from a neighbor (`… neighbors ADDRESS routes`).
        case accepted(from: IPAddress)
        /// What it sends to a neighbor (`… neighbors ADDRESS advertised-routes`).
        case advertised(to: IPAddress)
        /// What a neighbor sent before any policy (`… received-routes`, with soft reconfiguration only).
        case received(from: IPAddress)
    }

    /// The number in the controller's banner.
    public var node: Int?
    /// The VRF, `tenant:name`.
    public var vrf: String?
    /// The family as printed, in lower case: `ipv4 unicast`.
    public var family: String?
    /// Whose routes.
    public var scope = Scope.all
    /// `BGP table version is N`.
    public var version: UInt64?
    /// The leaf's router id in this VRF.
    public var routerID: IPAddress?
    /// The paths in the order of the output; those of one prefix stand together.
    public var paths: [Path] = []

    /// One path to a prefix.
    public struct Path: Sendable, Hashable {
        /// The prefix.
        public var prefix: IPPrefix
        /// The marks of the first column: `*`, `>`, `|`, `&`, `s`, `x`, `S`, `d`, `h`.
        public var marks: [Character]
        /// The path type: `e` external, `i` internal, `l` local, `r` redistributed, `a` aggregate, `c` confederation,
        /// `I` injected.
        public var type: Character?
        /// The next hop.
        public var nextHop: IPAddress
        /// The metric (MED), nil where the column is blank.
        public var metric: UInt32?
        /// The local preference, nil where the column is blank.
        public var localPreference: UInt32?
        /// The weight.
        public var weight: UInt32?
        /// The AS numbers, nearest first; those of a set in its order.
        public var asPath: [ASN]
        /// The origin: `i`, `e` or `?`.
        public var origin: Character

        /// Whether the path may be used (`*`).
        public var isValid: Bool { marks.contains("*") }
        /// Whether it is the best (`>`).
        public var isBest: Bool { marks.contains(">") }
        /// Whether it is used beside the best (`|`).
        public var isMultipath: Bool { marks.contains("|") }
        /// Whether it is kept for a neighbor that restarts (`S`).
        public var isStale: Bool { marks.contains("S") }
    }
}

extension NXOS {
    /// Reads `show bgp ipv4 unicast vrf …` and the routes of one neighbor, several tables in the order of the output.
    public static func bgpTables(_ bytes: [UInt8]) -> Parsed<[BGPTable]> {
        withView(
            bytes,
            { view in
                var parser = BGPTableParser(view)
                return parser.run()
            }, empty: Parsed([], diagnostics: [empty]))
    }
}

/// Reads BGP tables.
struct BGPTableParser {
    private var lines: OutputLines
    private var tables: [BGPTable] = []
    private var columns = BGPTableColumns.standard
    /// A prefix that stood alone on its line, with its marks: the rest follows on the next.
    private var held: (marks: [Character], type: Character?, prefix: IPPrefix)?

    static let wanted: StaticString = "show bgp ipv4 unicast"

    init(_ view: ByteView) { lines = OutputLines(view) }

    mutating func run() -> Parsed<[BGPTable]> {
        var walk = lines
        walk.walk(wanted: Self.wanted) { view, line, transcript in
            place(view, line, transcript)
        }
        let diagnostics = walk.finish(found: !tables.isEmpty, wanted: Self.wanted)
        return Parsed(tables, diagnostics: diagnostics)
    }

    private mutating func place(_ view: ByteView, _ line: OutputLines.Line, _ transcript: Transcript) -> Bool {
        let range = line.range
        if let start = view.after("BGP routing table information for VRF ", in: range) {
            open(view, start..<range.upperBound, transcript)
            return true
        }
        guard !tables.isEmpty else { return false }
        if view.starts(range, "Network"), let found = BGPTableColumns(header: view, range) {
            columns = found
            return true
        }
        if readHead(view, range) { return true }
        return readRow(view, range)
    }

    private mutating func open(_ view: ByteView, _ range: Range<Int>, _ transcript: Transcript) {
        held = nil
        let comma = view.firstIndex(of: UInt8(ascii: ","), in: range) ?? range.upperBound
        var table = BGPTable(node: transcript.node, vrf: view.string(view.trimmed(range.lowerBound..<comma)))
        if let family = view.find("address family ", in: comma..<range.upperBound) {
            table.family = view.string(view.trimmed((family + 15)..<range.upperBound)).lowercased()
        }
        tables.append(table)
    }

    /// The lines between title and rows.
    private mutating func readHead(_ view: ByteView, _ range: Range<Int>) -> Bool {
        let known: [StaticString] = ["Status: ", "Path type: ", "Origin codes: ", "Status codes", "Origin codes"]
        if known.contains(where: { view.starts(range, $0) }) { return true }
        let last = tables.count - 1
        if let start = view.after("BGP table version is ", in: range) {
            var position = start
            var overflow = false
            tables[last].version = view.decimal(&position, limit: range.upperBound, overflow: &overflow)
            if let id = view.find("local router ID is ", in: range) ?? view.find("Local Router ID is ", in: range),
                let token = view.token(from: id + 19, limit: range.upperBound)
            {
                tables[last].routerID = view.address(token)
            }
            return true
        }
        guard let start = view.after("Peer ", in: range), let token = view.token(from: start, limit: range.upperBound),
            let address = view.address(token)
        else { return false }
        if view.contains("advertised", in: range) {
            tables[last].scope = .advertised(to: address)
        } else if view.contains("received", in: range) {
            tables[last].scope = .received(from: address)
        } else {
            tables[last].scope = .accepted(from: address)
        }
        return true
    }

    private mutating func readRow(_ view: ByteView, _ range: Range<Int>) -> Bool {
        var marks: [Character] = []
        var type: Character?
        var position = range.lowerBound
        if held == nil || range.lowerBound < 3 {
            held = nil
            (marks, type) = BGPTableParser.flags(view, &position, limit: range.upperBound)
        }
        guard var token = view.token(from: position, limit: range.upperBound) else { return false }
        var prefix = held?.prefix
        if let first = view.prefix(token), view.firstIndex(of: UInt8(ascii: "/"), in: token) != nil {
            prefix = first
            position = token.upperBound
            guard let next = view.token(from: position, limit: range.upperBound) else {
                held = (marks, type, first)
                return true
            }
            token = next
        } else if prefix == nil {
            // A further path of the prefix above, whose name is not printed again.
            prefix = tables.last?.paths.last?.prefix
        }
        if let held { (marks, type) = (held.marks, held.type) }
        held = nil
        guard let prefix, let nextHop = view.address(token),
            var path = columns.path(view, token.upperBound..<range.upperBound, type: type)
        else { return false }
        (path.prefix, path.nextHop, path.marks, path.type) = (prefix, nextHop, marks, type)
        tables[tables.count - 1].paths.append(path)
        return true
    }

    /// The marks before a prefix; the last letter before it is the path type.
    private static func flags(
        _ view: ByteView, _ position: inout Int, limit: Int
    ) -> (marks: [Character], type: Character?) {
        var marks: [Character] = []
        var type: Character?
        let start = position
        while position < limit, position < start + 4 {
            let character = Character(Unicode.Scalar(view[position]))
            if "*>|&sxSdh".contains(character), type == nil {
                marks.append(character)
            } else if "eilracI".contains(character), type == nil {
                type = character
            } else if character != " " || type != nil {
                break
            }
            position += 1
        }
        return (marks, type)
    }
}
