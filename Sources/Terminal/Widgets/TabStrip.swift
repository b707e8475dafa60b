/// Tabs on one line; the one shown stands in brackets, so that no colour is needed to tell.
public struct TabStrip: Hashable, Sendable {
    /// The tabs' titles.
    public let titles: [String]
    /// The index of the tab that is shown.
    public let active: Int

    /// A strip of tabs.
    public init(_ titles: [String], active: Int) {
        self.titles = titles
        self.active = active
    }

    /// Draws the strip in the first row of `rect`, scrolled so that the active tab is in view.
    public func draw(in rect: Rect, of buffer: inout CellBuffer) {
        guard !rect.isEmpty else { return }
        buffer.fill(Rect(x: rect.minX, y: rect.minY, width: rect.width, height: 1), role: .tab)
        for (index, place) in places(in: rect) {
            let isActive = index == active
            let text = isActive ? "[\(titles[index])]" : " \(titles[index]) "
            buffer.put(
                text, at: place.origin, role: isActive ? .tabActive : .tab, maxWidth: rect.maxX - place.minX)
        }
    }

    /// The index of the tab drawn at a place; nil elsewhere.
    public func index(at point: Point, in rect: Rect) -> Int? {
        places(in: rect).first { $0.place.intersection(rect).contains(point) }?.index
    }

    private func places(in rect: Rect) -> [(index: Int, place: Rect)] {
        let widths = titles.map { Width.of($0) + 2 }
        // The strip begins at the first tab from which on the active one is in view.
        var first = 0
        while first < active, widths[first...min(active, widths.count - 1)].reduce(0, +) > rect.width { first += 1 }
        var x = rect.minX
        return titles.indices.dropFirst(first).compactMap { index in
            defer { x += widths[index] }
            return x < rect.maxX ? (index, Rect(x: x, y: rect.minY, width: widths[index], height: 1)) : nil
        }
    }
}
