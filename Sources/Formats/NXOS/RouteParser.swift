import Fabric

/// Reads the output of `show ip route` and `show ipv6 route` of one or many leaves and VRFs.
///
/// Lines in the usual shape whose texts were seen before are read straight from the input; every other line is
/// cleaned of what the terminal acted on, read by fields, and its texts are stored for the lines to come.
struct RouteParser {
    let input: ByteView
    let usesFastPath: Bool
    var columns = RouteColumns()
    var log = DiagnosticLog()
    var transcript = Transcript()
    var line = TerminalLine()
    var number = 0
    var recent = RecentTexts()
    /// A route's or next hop's line that goes on in the next one.
    var held: HeldLine?
    /// Whether anything of this command was recognised.
    var sawOutput = false
    var isRefused = false
    /// The output of the transcript that the last table belongs to.
    var tableOutput = -1
    /// Whether next hops have a route to belong to, and the line of that route.
    var routeIsOpen = false
    var routeLine = 0
    /// Whether the line before was a next hop, which this line may go on with.
    var hopIsOpen = false
    var bestUnicast: UInt32 = 0
    var bestMulticast: UInt32 = 0

    /// The beginning of a line, cleaned, and where it began.
    struct HeldLine {
        var bytes: [UInt8]
        var line: Int
        var lines = 1
    }

    /// Longer lines are no rows.
    static let longestLine = 8192

    init(_ input: ByteView, usesFastPath: Bool = true) {
        self.input = input
        self.usesFastPath = usesFastPath
    }

    mutating func run() -> Parsed<RouteColumns> {
        columns.hops.reserveCapacity(input.count / 96)
        columns.routes.reserveCapacity(input.count / 512)
        var position = input.count >= 3 && input[0] == 0xef && input[1] == 0xbb && input[2] == 0xbf ? 3 : 0
        if let name = ForeignOutput.name(head: input) { refuse(1, name, "") }
        let fastLimit = usesFastPath ? input.count - RouteParser.margin : -1
        while position < input.count, !isRefused {
            number += 1
            if position < fastLimit, held == nil {
                let next = fastLine(position)
                if next > 0 {
                    position = next
                    continue
                }
            }
            let end = input.firstIndex(of: 0x0a, in: position..<input.count) ?? input.count
            readSlow(position..<end)
            position = end + 1
        }
        dropHeld()
        closeRoute()
        if !sawOutput, columns.routes.isEmpty, !isRefused { reportNothing() }
        return Parsed(columns, diagnostics: log.finish())
    }

    private mutating func reportNothing() {
        log.add(
            .error, line: max(1, number),
            "nothing that NX-OS 'show ip route' prints was found: neither its title nor a route of its table")
    }

    mutating func refuse(_ line: Int, _ name: String, _ excerpt: String) {
        isRefused = true
        held = nil
        routeIsOpen = false
        columns = RouteColumns()
        log.refuse(line: line, ForeignOutput.refusal(name, wanted: .routes), excerpt: excerpt)
    }

    /// Begins a table.
    mutating func openTable(vrf: String? = nil, family: AddressFamily? = nil) {
        closeRoute()
        tableOutput = transcript.output
        columns.outputs.append(RouteColumns.Output(node: transcript.node, vrf: vrf, family: family))
    }

    /// Begins a route; a table without a title begins with it.
    @inline(__always)
    mutating func openRoute(_ row: RouteColumns.Row) {
        closeRoute()
        columns.routes.append(row)
        routeIsOpen = true
        routeLine = number
        bestUnicast = 0
        bestMulticast = 0
        hopIsOpen = false
    }

    /// Ends the running route and compares its next hops with the counts that it announced.
    @inline(__always)
    mutating func closeRoute() {
        guard routeIsOpen else { return }
        routeIsOpen = false
        hopIsOpen = false
        guard let row = columns.routes.last else { return }
        if row.bestUnicast != bestUnicast || row.bestMulticast != bestMulticast { noteCounts(row) }
    }

    @inline(never)
    private mutating func noteCounts(_ row: RouteColumns.Row) {
        log.add(
            .note, line: routeLine,
            "the route announces ubest/mbest \(row.bestUnicast)/\(row.bestMulticast), "
                + "\(bestUnicast)/\(bestMulticast) best next hops follow")
    }

    /// Appends a next hop to the running route.
    @inline(__always)
    mutating func appendHop(_ hop: RouteColumns.Hop) {
        columns.hops.append(hop)
        bestUnicast &+= hop.stars == 1 ? 1 : 0
        bestMulticast &+= hop.stars == 2 ? 1 : 0
        hopIsOpen = true
    }
}
