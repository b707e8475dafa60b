import Fabric
import Synchronization
import Terminal

/// Tells one picture from the next: two are the same where they are the same object.
final class Stamp: Sendable {}

/// What the order of a table's rows depends on, beside the picture.
struct ArrangementKey: Sendable, Hashable {
    var table: TableName
    var filter: String
    var onlyProblems: Bool
    var sort: TableSort?
    /// What a table of the detail is about.
    var subject: DetailSubject?
}

/// Which rows a table shows in which order, kept until the picture, filter or sort changes.
///
/// A frame asks for the same rows several times (title, rows, selection), and a key press changes few of them. The
/// memo is transparent: the same state always gives the same rows, with or without it.
final class TableMemo: Sendable {
    private struct Entry: Sendable {
        var key: ArrangementKey
        var stamp: Stamp
        var places: [Int]
    }

    private struct Content: Sendable {
        var places: [TableName: Entry] = [:]
        var routes: (key: ArrangementKey, stamp: Stamp, rows: [NodeRouteRow])?
        var names: (stamp: Stamp, names: [IPAddress: String])?
        var width: (stamp: Stamp, columns: Int)?
        var parts: (stamp: Stamp, parts: RackParts)?
        var outline: (key: ArrangementKey, open: Set<RowID>, stamp: Stamp, outline: RackOutline)?
    }

    private let content = Mutex(Content())

    /// The places of a table's rows, made where they are not known for this key and picture.
    func places(_ key: ArrangementKey, _ stamp: Stamp, make: () -> [Int]) -> [Int] {
        if let known = content.withLock({ $0.places[key.table] }), known.stamp === stamp, known.key == key {
            return known.places
        }
        let places = make()
        content.withLock { $0.places[key.table] = Entry(key: key, stamp: stamp, places: places) }
        return places
    }

    /// A node's routes beside its leaves' tables.
    func routes(_ key: ArrangementKey, _ stamp: Stamp, make: () -> [NodeRouteRow]) -> [NodeRouteRow] {
        if let known = content.withLock({ $0.routes }), known.stamp === stamp, known.key.subject == key.subject {
            return known.rows
        }
        let rows = make()
        content.withLock { $0.routes = (key, stamp, rows) }
        return rows
    }

    /// What is in each rack.
    func rackParts(_ stamp: Stamp, make: () -> RackParts) -> RackParts {
        if let known = content.withLock({ $0.parts }), known.stamp === stamp { return known.parts }
        let parts = make()
        content.withLock { $0.parts = (stamp, parts) }
        return parts
    }

    /// The racks in the order of a key, with what is in the open ones.
    func rackOutline(
        _ key: ArrangementKey, _ open: Set<RowID>, _ stamp: Stamp, make: () -> RackOutline
    ) -> RackOutline {
        if let known = content.withLock({ $0.outline }), known.stamp === stamp, known.key == key, known.open == open {
            return known.outline
        }
        let outline = make()
        content.withLock { $0.outline = (key, open, stamp, outline) }
        return outline
    }

    /// The columns that the longest name of a node takes.
    func nodeWidth(_ stamp: Stamp, make: () -> Int) -> Int {
        if let known = content.withLock({ $0.width }), known.stamp === stamp { return known.columns }
        let columns = make()
        content.withLock { $0.width = (stamp, columns) }
        return columns
    }

    /// The names of nodes by their address.
    func names(_ stamp: Stamp, make: () -> [IPAddress: String]) -> [IPAddress: String] {
        if let known = content.withLock({ $0.names }), known.stamp === stamp { return known.names }
        let names = make()
        content.withLock { $0.names = (stamp, names) }
        return names
    }
}
