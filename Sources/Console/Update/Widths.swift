import Terminal

extension AppState {
    /// Learns how wide the texts on screen are, so that columns take the room that they need before what is left over is
    /// shared; once per picture, arrangement and place of a table.
    mutating func learnWidths() {
        for (pane, rect) in Layout(self).panes {
            guard let name = tableName(of: pane) else { continue }
            let place = LearnedPlace(stamp: stamp, key: arrangementKey(name), offset: tables[name]?.offset ?? 0)
            guard learned[name] != place else { continue }
            learned[name] = place
            let table = table(name)
            tables[name, default: TableState()].learnWidths(
                of: table.columns, rows: table.rows, page: rect.insideBox.height)
        }
    }
}

/// What of a table its widths were learned from.
struct LearnedPlace: Sendable, Equatable {
    var stamp: Stamp
    var key: ArrangementKey
    var offset: Int

    static func == (a: LearnedPlace, b: LearnedPlace) -> Bool {
        a.stamp === b.stamp && a.offset == b.offset && a.key == b.key
    }
}
