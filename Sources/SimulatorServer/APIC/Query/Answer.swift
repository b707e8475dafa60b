import NIOCore

/// Renders a result as an answer's bytes, a page of it where one is asked for.
struct Answer {
    let query: Query
    let segments: [Segment]
    let objectLimit: Int
    var subscriptionID: String?

    /// The objects of the result, those of other pages included.
    var total: Int { segments.reduce(0) { $0 + $1.count } }

    /// The bytes.
    ///
    /// - Throws: the error of aci.md 2.4 where the answer would hold too many objects.
    func render() throws(APICError) -> ByteBuffer {
        if query.includes.contains("count") { return counted() }
        let size = query.pageSize ?? total
        let start = min(query.pageSize == nil ? 0 : query.page &* size, total)
        return try render(start..<min(start + size, total))
    }

    private func counted() -> ByteBuffer {
        ByteBuffer(
            string:
                "{\"totalCount\":\"1\",\"imdata\":[{\"moCount\":{\"attributes\":{\"childAction\":\"\",\"count\":\"\(total)\","
                + "\"dn\":\"\",\"status\":\"\"}}}]}")
    }

    /// The bytes of some places of the result.
    func render(_ range: Range<Int>) throws(APICError) -> ByteBuffer {
        var writer = ObjectWriter(capacity: min(max(4096, range.count * 600), 64 << 20), include: query.properties)
        writer.raw("{\"totalCount\":\"\(total)\",")
        if let subscriptionID { writer.raw("\"subscriptionId\":\"\(subscriptionID)\",") }
        writer.raw("\"imdata\":[")
        var before = 0
        for segment in segments {
            let places = range.clamped(to: before..<before + segment.count)
            if !places.isEmpty {
                let shifted = places.lowerBound - before..<places.upperBound - before
                switch segment {
                case .objects(let objects):
                    for object in objects[shifted] {
                        writer.object(object)
                        if writer.written > objectLimit { throw .tooBig }
                    }
                case .rows(let rows): try write(rows, shifted, to: &writer)
                }
            }
            before += segment.count
        }
        writer.raw("]}")
        return writer.buffer
    }

    private func write(_ rows: Rows, _ range: Range<Int>, to writer: inout ObjectWriter) throws(APICError) {
        var row = rows.row(at: range.lowerBound)
        var index = range.lowerBound
        let shape = RowShape(query, rows.table)
        while index < range.upperBound {
            var batch: [RowReference] = []
            var size = 0
            while index < range.upperBound, size < 256 << 10 {
                batch.append(row)
                size += shape.size(row)
                index += 1
                guard index < range.upperBound else { break }
                row = rows.chosen.map { $0[index] } ?? rows.row(after: row)
            }
            guard writer.written + batch.count <= objectLimit else { throw .tooBig }
            var written = 0
            let isContinued = writer.isContinued
            writer.rows(batch.count, capacity: size) { memory in
                var cursor = ByteCursor(memory)
                for (place, row) in batch.enumerated() {
                    if place > 0 || isContinued { cursor.append(UInt8(ascii: ",")) }
                    written += shape.write(row, to: &cursor)
                }
                return cursor.count
            }
            writer.count(written)
            guard writer.written <= objectLimit else { throw .tooBig }
        }
    }
}

/// How rows are written: bare, or a parent with its children.
struct RowShape {
    let table: any TableSection
    let showsChildren: Bool
    let filter: Filter?

    init(_ query: Query, _ table: any TableSection) {
        self.table = table
        let name = table.key.classes.child
        showsChildren = query.subtree != .no && (query.subtreeClasses.isEmpty || query.subtreeClasses.contains(name))
        filter = query.subtreeFilter
    }

    private func children(_ row: RowReference) -> Range<Int> {
        showsChildren && row.child == nil ? table.children(of: row.parent) : 0..<0
    }

    private func isShown(_ parent: Int, _ child: Int) -> Bool {
        guard let filter else { return true }
        return filter.matches(table.key.classes.child) { table.value($0, parent: parent, child: child) }
    }

    func size(_ row: RowReference) -> Int {
        var size = table.size(parent: row.parent, child: row.child, isNested: false) + 4
        for child in children(row) { size += table.size(parent: row.parent, child: child, isNested: true) + 20 }
        return size + 16
    }

    /// Writes a row; the number of objects inside it.
    func write(_ row: RowReference, to cursor: inout ByteCursor) -> Int {
        table.write(parent: row.parent, child: row.child, isNested: false, to: &cursor)
        var written = 0
        for child in children(row) where isShown(row.parent, child) {
            cursor.append(written == 0 ? RowShape.opening : RowShape.comma)
            table.write(parent: row.parent, child: child, isNested: true, to: &cursor)
            cursor.append(RowShape.closing)
            written += 1
        }
        if written > 0 { cursor.append(UInt8(ascii: "]")) }
        cursor.append(RowShape.closing)
        return written
    }

    private static let opening = Array(",\"children\":[".utf8)
    private static let comma = Array(",".utf8)
    private static let closing = Array("}}".utf8)
}
