import Fabric

/// The slow path: any line, cleaned.
extension RouteParser {
    mutating func readSlow(_ range: Range<Int>) {
        guard range.count <= RouteParser.longestLine else { return readLong(range) }
        line.read(input, range)
        let bytes = line.bytes
        if bytes.isEmpty { endLine() }
        withView(bytes, { place($0) }, empty: ())
    }

    private mutating func readLong(_ range: Range<Int>) {
        endLine()
        line.read(input, range.lowerBound..<(range.lowerBound + 512))
        let bytes = line.bytes
        let name = withView(bytes, { foreign($0) }, empty: nil)
        if let name, columns.routes.isEmpty { return refuse(number, name, excerpt(bytes)) }
        log.add(
            .warning, line: number, "a line of \(range.count) bytes is no line of a route table",
            excerpt: excerpt(bytes))
    }

    private func foreign(_ view: ByteView) -> String? {
        let range = view.trimmed(view.range)
        return range.isEmpty ? nil : ForeignOutput.name(view, range, wanted: .routes)
    }

    /// Nothing goes on in the next line.
    private mutating func endLine() {
        dropHeld()
        hopIsOpen = false
    }

    private mutating func place(_ view: ByteView) {
        let range = view.trimmed(view.range)
        let output = transcript.output
        guard transcript.read(view, range) == .content else {
            endLine()
            if transcript.output != output { closeRoute() }
            return
        }
        if columns.routes.isEmpty, let name = ForeignOutput.name(view, range, wanted: .routes) {
            return refuse(number, name, excerpt(view.buffer(range)))
        }
        if held != nil, !startsRow(view, range), joinHeld(view, range) { return }
        dropHeld()
        if readRow(view, range) || readHead(view, range) { return }
        if continueHop(view, range) { return }
        hopIsOpen = false
        if !holdPrefix(view, range) { reportUnplaced(view, range) }
    }

    private func startsRow(_ view: ByteView, _ range: Range<Int>) -> Bool {
        if isHop(view, range) || view.starts(range, "recursive next hop:") { return true }
        guard let counts = view.find("ubest/mbest:", in: range) else { return false }
        return counts > range.lowerBound
    }

    private func isHop(_ view: ByteView, _ range: Range<Int>) -> Bool {
        let starts: [StaticString] = ["*via ", "*via,", "**via ", "**via,", "via ", "via,"]
        return starts.contains { view.starts(range, $0) }
    }

    /// Reads a route, a next hop or what it resolves to; false where the line is none of them.
    private mutating func readRow(_ view: ByteView, _ range: Range<Int>) -> Bool {
        let counts = view.find("ubest/mbest:", in: range)
        if isHop(view, range) {
            let end = counts.map { view.prefixStart($0, range) } ?? range.upperBound
            let placed = readHop(view, view.withoutComma(range.lowerBound..<end), line: number)
            if counts != nil { return readRoute(view, end..<range.upperBound) || placed }
            return placed
        }
        if let start = view.after("recursive next hop:", in: range) {
            return readRecursive(view, view.trimmed(start..<range.upperBound))
        }
        return counts != nil && readRoute(view, range)
    }

    /// Reads a title, a legend or an answer without routes.
    private mutating func readHead(_ view: ByteView, _ range: Range<Int>) -> Bool {
        if let start = view.after("IP Route Table for VRF ", in: range) {
            openTable(vrf: view.unquoted(start..<range.upperBound), family: .ipv4)
        } else if let start = view.after("IPv6 Routing Table for VRF ", in: range) {
            openTable(vrf: view.unquoted(start..<range.upperBound), family: .ipv6)
        } else if view.starts(range, "Route not found") {
            closeRoute()
        } else if view.starts(range, "Unknown vrf") || view.starts(range, "Unknown VRF") {
            let place = transcript.node.map { "node \($0)" } ?? "the leaf"
            log.add(
                .warning, line: number, "this VRF is not known on \(place)", excerpt: excerpt(view.buffer(range)))
        } else if !(view[range.lowerBound] == UInt8(ascii: "'") && view.contains("denotes", in: range)) {
            return false
        }
        hopIsOpen = false
        sawOutput = true
        return true
    }

    private func reportText(_ view: ByteView, _ range: Range<Int>) -> String {
        if view.starts(range, "%") { return "the device answered with an error" }
        if isHop(view, range) {
            return routeIsOpen ? "a next hop that could not be read" : "a next hop without a route before it"
        }
        return "neither a route, a next hop nor a line of their table's head"
    }

    private mutating func reportUnplaced(_ view: ByteView, _ range: Range<Int>) {
        let text = reportText(view, range)
        log.add(.warning, line: number, text, excerpt: excerpt(view.buffer(range)))
    }
}

extension ByteView {
    /// The text between quotes, or all of it.
    func unquoted(_ range: Range<Int>) -> String {
        let text = trimmed(range)
        guard text.count >= 2, self[text.lowerBound] == UInt8(ascii: "\""),
            let close = firstIndex(of: UInt8(ascii: "\""), in: (text.lowerBound + 1)..<text.upperBound)
        else { return string(text) }
        return string((text.lowerBound + 1)..<close)
    }

    /// The range without blanks and commas at its end.
    func withoutComma(_ range: Range<Int>) -> Range<Int> {
        var text = trimmed(range)
        while let last = text.last, self[last] == UInt8(ascii: ",") {
            text = trimmed(text.lowerBound..<last)
        }
        return text
    }

    /// Where the route begins whose counts stand at a position behind other text: at its prefix, if it has one.
    func prefixStart(_ counts: Int, _ range: Range<Int>) -> Int {
        let before = withoutComma(range.lowerBound..<counts)
        var start = before.upperBound
        while start > before.lowerBound, !ByteView.isBlank(self[start - 1]) { start -= 1 }
        return prefix(start..<before.upperBound) == nil ? counts : start
    }
}
