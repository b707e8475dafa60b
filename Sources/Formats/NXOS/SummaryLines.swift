import Fabric

/// The slow path: any line, cleaned.
extension SummaryParser {
    mutating func readSlow(_ range: Range<Int>) {
        guard range.count <= SummaryParser.longestLine else { return readLong(range) }
        line.read(input, range)
        let bytes = line.bytes
        if bytes.isEmpty {
            dropHeld()
            inOtherTable = false
        }
        withView(bytes, { place($0) }, empty: ())
    }

    private mutating func readLong(_ range: Range<Int>) {
        dropHeld()
        line.read(input, range.lowerBound..<(range.lowerBound + 512))
        let bytes = line.bytes
        let name = withView(bytes, { foreign($0) }, empty: nil)
        if let name, columns.rows.isEmpty { return refuse(number, name, excerpt(bytes)) }
        log.add(
            .warning, line: number, "a line of \(range.count) bytes is no row of a summary", excerpt: excerpt(bytes))
    }

    private func foreign(_ view: ByteView) -> String? {
        let range = view.trimmed(view.range)
        return range.isEmpty ? nil : ForeignOutput.name(view, range, wanted: .summary)
    }

    private mutating func place(_ view: ByteView) {
        let range = view.trimmed(view.range)
        guard transcript.read(view, range) == .content else {
            dropHeld()
            inOtherTable = false
            return
        }
        if columns.rows.isEmpty, let name = ForeignOutput.name(view, range, wanted: .summary) {
            return refuse(number, name, excerpt(view.buffer(range)))
        }
        if readHead(view, range) {
            dropHeld()
            return
        }
        if readRow(view, range) || inOtherTable { return }
        reportUnplaced(view, range)
    }

    private mutating func reportUnplaced(_ view: ByteView, _ range: Range<Int>) {
        let text = excerpt(view.buffer(range))
        if view.starts(range, "Unknown vrf") || view.starts(range, "Unknown VRF") {
            sawOutput = true
            let place = transcript.node.map { "node \($0)" } ?? "the leaf"
            log.add(.warning, line: number, "BGP does not run in this VRF on \(place)", excerpt: text)
        } else if view.starts(range, "%") {
            log.add(.warning, line: number, "the device answered with an error", excerpt: text)
        } else {
            log.add(.warning, line: number, "neither a row of a summary nor a line of its head", excerpt: text)
        }
    }

    /// Ends a row that nothing continued.
    mutating func dropHeld() {
        guard let row = held else { return }
        held = nil
        if row.isComplete, withView(row.bytes, { appendWhole($0, line: row.line) }, empty: false) {
            log.add(
                .note, line: row.line, "the session state is a word that is not known here", excerpt: excerpt(row.bytes)
            )
        } else {
            let missing = "a row that is not complete: expected neighbor V AS MsgRcvd MsgSent TblVer InQ OutQ Up/Down"
            log.add(.warning, line: row.line, missing + " State/PfxRcd", excerpt: excerpt(row.bytes))
        }
    }

    private mutating func appendWhole(_ view: ByteView, line: Int) -> Bool {
        guard case .row(let row) = SummaryRow.read(view, view.range) else { return false }
        return append(row, view, state: row.state, line: line)
    }
}

/// The head of a table.
extension SummaryParser {
    /// Reads a title, a line of figures or a table header; false where the line is none of them.
    private mutating func readHead(_ view: ByteView, _ range: Range<Int>) -> Bool {
        if let start = view.after("BGP summary information for VRF ", in: range) {
            readTitle(view, start..<range.upperBound)
        } else if let start = view.after("BGP router identifier", in: range) {
            readIdentifiers(view, start..<range.upperBound)
        } else if let start = view.after("BGP table version is ", in: range) {
            readVersion(view, start..<range.upperBound)
        } else if view.starts(range, "Neighbor") {
            readHeader(view, range)
        } else {
            return isFigure(view, range)
        }
        sawOutput = true
        return true
    }

    private mutating func readTitle(_ view: ByteView, _ range: Range<Int>) {
        inOtherTable = false
        let comma = view.find(", address family ", in: range)
        let vrf = view.trimmed(range.lowerBound..<(comma ?? range.upperBound))
        let family = comma.map { view.string(view.trimmed(($0 + 17)..<range.upperBound)).lowercased() }
        openTable(vrf: view.string(vrf), family: family)
    }

    private mutating func readIdentifiers(_ view: ByteView, _ range: Range<Int>) {
        inOtherTable = false
        ensureTable()
        if hasRows || columns.tables.last?.localAS != nil { openTable() }
        let last = columns.tables.count - 1
        if let comma = view.firstIndex(of: UInt8(ascii: ","), in: range) {
            let identifier = view.trimmed(range.lowerBound..<comma)
            if let code = columns.addresses.insert(view, identifier) {
                columns.tables[last].routerID = code
            } else {
                log.add(.note, line: number, "no router identifier stands here", excerpt: excerpt(view.buffer(range)))
            }
        }
        guard let word = view.find("local AS number ", in: range),
            let token = view.token(from: word + 16, limit: range.upperBound)
        else { return }
        columns.tables[last].localAS = SummaryRow.autonomousSystem(view, token).map(ASN.init)
    }

    private mutating func readVersion(_ view: ByteView, _ range: Range<Int>) {
        ensureTable()
        if hasRows { openTable() }
        let last = columns.tables.count - 1
        var position = range.lowerBound
        var overflow = false
        columns.tables[last].tableVersion = view.decimal(&position, limit: range.upperBound, overflow: &overflow)
        guard columns.tables[last].family == nil, view.starts(position..<range.upperBound, ", "),
            let end = view.find(" config peers", in: range), end > position + 2
        else { return }
        columns.tables[last].family = view.string((position + 2)..<end).lowercased()
    }

    private mutating func readHeader(_ view: ByteView, _ range: Range<Int>) {
        guard view.contains("MsgRcvd", in: range) || view.contains("MsgSent", in: range) else {
            inOtherTable = true
            log.add(.note, line: number, "a table of another shape, not read", excerpt: excerpt(view.buffer(range)))
            return
        }
        inOtherTable = false
        ensureTable()
        if hasRows { openTable() }
        guard let end = view.find("PfxRcd", in: range) else { return }
        readRowsBehindHeader(view, (end + 6)..<range.upperBound)
    }

    /// Text that lost its line feeds together with its addresses: rows right behind the header.
    private mutating func readRowsBehindHeader(_ view: ByteView, _ range: Range<Int>) {
        var rest = view.trimmed(range)
        while !rest.isEmpty {
            guard case .row(let row) = SummaryRow.read(view, rest),
                append(row, view, state: row.state.lowerBound..<row.end, line: number)
            else {
                log.add(.warning, line: number, "not a row of a summary", excerpt: excerpt(view.buffer(rest)))
                return
            }
            rest = view.trimmed(row.end..<rest.upperBound)
        }
    }

    /// Lines of figures that stand between the title and the table on some releases.
    private func isFigure(_ view: ByteView, _ range: Range<Int>) -> Bool {
        if view.equals(range, "State/PfxRcd") || view.equals(range, "PfxRcd") || view.equals(range, "Rcd") {
            return true
        }
        let inside: [StaticString] = [
            " network entries and ", " bytes of memory", " received paths for inbound soft", " identical, ",
            " filtered received paths",
        ]
        let starts: [StaticString] = [
            "BGP attribute entries", "BGP community entries", "BGP AS path entries", "Dampening configured",
            "BGP activity", "BGP using ", "BGP route-map cache",
        ]
        return inside.contains { view.contains($0, in: range) } || starts.contains { view.starts(range, $0) }
    }
}
