import FoundationEssentials
import Terminal

/// The order of a table's rows as it was when a key was pressed: for a few seconds new facts do not move rows under
/// the cursor.
struct HeldOrder: Sendable {
    /// How long after a key the order stays, in seconds.
    static let duration: Double = 3

    let table: TableName
    /// Until when.
    let until: Date
    private let ids: [RowID]

    init(table: TableName, ids: [RowID], until: Date) {
        self.table = table
        self.until = until
        self.ids = ids
    }

    /// Places in the held order; rows that are new stand last, in the order given.
    func places(_ places: [Int], of name: TableName, id: (Int) -> RowID) -> [Int]? {
        guard name == table else { return nil }
        // Mostly nothing has moved, which is seen sooner than mended.
        if places.count == ids.count, zip(places, ids).allSatisfy({ id($0) == $1 }) { return places }
        let ranks = Dictionary(zip(ids, 0...), uniquingKeysWith: { first, _ in first })
        return places.enumerated().map { index, place in
            (rank: ranks[id(place)] ?? Int.max, index: index, place: place)
        }.sorted { ($0.rank, $0.index) < ($1.rank, $1.index) }.map(\.place)
    }
}
