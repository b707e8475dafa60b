extension Rect {
    /// The rectangle without `columns` at either side and `rows` at top and bottom; empty where nothing is left.
    public func inset(columns: Int = 1, rows: Int = 1) -> Rect {
        Rect(x: minX + columns, y: minY + rows, width: width - 2 * columns, height: height - 2 * rows)
    }

    /// The inside of a box drawn on this rectangle.
    public var insideBox: Rect { inset() }

    /// Cuts `rows` off the top.
    public func split(top rows: Int) -> (top: Rect, rest: Rect) {
        let taken = min(max(0, rows), height)
        return (
            Rect(x: minX, y: minY, width: width, height: taken),
            Rect(x: minX, y: minY + taken, width: width, height: height - taken)
        )
    }

    /// Cuts `rows` off the bottom.
    public func split(bottom rows: Int) -> (rest: Rect, bottom: Rect) {
        let halves = split(top: height - min(max(0, rows), height))
        return (halves.top, halves.rest)
    }

    /// Cuts `columns` off the left.
    public func split(left columns: Int) -> (left: Rect, rest: Rect) {
        let taken = min(max(0, columns), width)
        return (
            Rect(x: minX, y: minY, width: taken, height: height),
            Rect(x: minX + taken, y: minY, width: width - taken, height: height)
        )
    }

    /// Cuts `columns` off the right.
    public func split(right columns: Int) -> (rest: Rect, right: Rect) {
        let halves = split(left: width - min(max(0, columns), width))
        return (halves.left, halves.rest)
    }

    /// Bands from top to bottom, as high as their weights ask; every row belongs to exactly one band.
    public func rows(weights: [Int]) -> [Rect] {
        Rect.shares(of: height, weights: weights).map { start, length in
            Rect(x: minX, y: minY + start, width: width, height: length)
        }
    }

    /// Bands from left to right, as wide as their weights ask; every column belongs to exactly one band.
    public func columns(weights: [Int]) -> [Rect] {
        Rect.shares(of: width, weights: weights).map { start, length in
            Rect(x: minX + start, y: minY, width: length, height: height)
        }
    }

    /// A rectangle of `wanted` extent in the middle of this one, cut down where it does not fit.
    public func centered(_ wanted: Size) -> Rect {
        let width = min(wanted.width, self.width)
        let height = min(wanted.height, self.height)
        return Rect(
            x: minX + (self.width - width) / 2, y: minY + (self.height - height) / 2, width: width, height: height)
    }

    private static func shares(of length: Int, weights: [Int]) -> [(start: Int, length: Int)] {
        let total = max(1, weights.reduce(0) { $0 + max(0, $1) })
        var seen = 0
        return weights.map { weight in
            let start = length * seen / total
            seen += max(0, weight)
            return (start, length * seen / total - start)
        }
    }
}
