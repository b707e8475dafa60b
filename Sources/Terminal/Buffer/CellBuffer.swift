/// A screen in memory: rows of cells that widgets draw on and a backend shows.
///
/// Drawing clips at the edges and never fails. Whatever text is put passes `Sanitiser`, so no byte from outside
/// reaches the terminal as a command.
public struct CellBuffer: Equatable, Sendable {
    /// The extent.
    public let size: Size
    /// The glyphs that widgets draw with on this buffer: Unicode or ASCII.
    public let glyphs: Glyphs
    let isASCII: Bool
    private var cells: [Cell]

    /// A blank buffer.
    public init(_ size: Size, glyphs: Glyphs = .unicode) {
        self.size = size
        self.glyphs = glyphs
        isASCII = glyphs == .ascii
        cells = Array(repeating: .blank, count: size.width * size.height)
    }

    /// The whole buffer as a rectangle.
    public var bounds: Rect { Rect(size: size) }

    /// The cell at a place; nil outside.
    public subscript(point: Point) -> Cell? {
        bounds.contains(point) ? cells[point.y * size.width + point.x] : nil
    }

    /// The cells of a row from left to right; empty outside.
    public func cells(row y: Int) -> ArraySlice<Cell> {
        guard (0..<size.height).contains(y) else { return [] }
        return cells[y * size.width..<(y + 1) * size.width]
    }

    /// The text of a row, padded with blanks to the buffer's width; empty outside.
    public func row(_ y: Int) -> String {
        cells(row: y).reduce(into: "") { $0 += $1.text }
    }

    /// All rows as text, from top to bottom.
    public var rows: [String] { (0..<size.height).map(row) }

    /// The rows that differ from `previous`: all of them where the sizes differ.
    public func rowsDiffering(from previous: CellBuffer?) -> [Int] {
        guard let previous, previous.size == size else { return Array(0..<size.height) }
        return (0..<size.height).filter { cells(row: $0) != previous.cells(row: $0) }
    }

    /// The stretches that differ from `previous`, from top to bottom: in each row from the first changed cell to the
    /// last. Where the sizes differ, every row whole.
    public func changes(from previous: CellBuffer?) -> [ChangedRun] {
        rowsDiffering(from: previous).compactMap { y in
            guard let previous, previous.size == size else { return ChangedRun(row: y, columns: 0..<size.width) }
            let (new, old) = (cells(row: y), previous.cells(row: y))
            let changed = zip(0..<size.width, zip(new, old)).filter { $1.0 != $1.1 }.map(\.0)
            guard let first = changed.first, let last = changed.last else { return nil }
            return ChangedRun(row: y, columns: first..<last + 1)
        }
    }

    /// Blanks a rectangle and gives it a role.
    public mutating func fill(_ rect: Rect, role: Role = .text, attributes: Attributes = []) {
        let area = rect.intersection(bounds)
        for y in area.minY..<max(area.minY, area.maxY) {
            for x in area.minX..<max(area.minX, area.maxX) {
                set(Cell(text: " ", role: role, attributes: attributes), x: x, y: y)
            }
        }
    }

    /// Changes the role of what stands in a rectangle and adds attributes, leaving the text.
    public mutating func restyle(_ rect: Rect, role: Role, adding attributes: Attributes = []) {
        let area = rect.intersection(bounds)
        for y in area.minY..<max(area.minY, area.maxY) {
            for index in y * size.width + area.minX..<y * size.width + max(area.minX, area.maxX) {
                cells[index] = cells[index].restyled(role, adding: attributes)
            }
        }
    }

    /// Gives ordinary text in a rectangle the face of what it stands on, and leaves what has a meaning.
    mutating func giveFace(of role: Role, in rect: Rect) {
        let area = rect.intersection(bounds)
        for y in area.minY..<max(area.minY, area.maxY) {
            for x in area.minX..<max(area.minX, area.maxX) where cells[y * size.width + x].role == .text {
                restyle(Rect(x: x, y: y, width: 1, height: 1), role: role)
            }
        }
    }

    /// Copies another buffer with its top left cell at `origin`.
    public mutating func draw(_ other: CellBuffer, at origin: Point) {
        for y in 0..<other.size.height {
            for (x, cell) in other.cells(row: y).enumerated() where cell.width > 0 {
                set(cell, x: origin.x + x, y: origin.y + y)
            }
        }
    }

    /// Places a cell; a wide one needs both columns inside, and no half of an overwritten wide one remains.
    mutating func set(_ cell: Cell, x: Int, y: Int) {
        guard bounds.contains(Point(x: x, y: y)) else { return }
        guard cell.width < 2 || x + 1 < size.width else {
            return set(Cell(text: " ", role: cell.role, attributes: cell.attributes), x: x, y: y)
        }
        clearHalves(x: x, y: y)
        let index = y * size.width + x
        if cell.width == 2 {
            clearHalves(x: x + 1, y: y)
            cells[index + 1] = Cell(text: "", role: cell.role, attributes: cell.attributes, width: 0)
        }
        cells[index] = cell
    }

    private mutating func clearHalves(x: Int, y: Int) {
        let index = y * size.width + x
        let old = cells[index]
        guard old.width != 1 else { return }
        let other = old.width == 2 ? x + 1 : x - 1
        if (0..<size.width).contains(other) {
            cells[y * size.width + other] = Cell(text: " ", role: old.role, attributes: old.attributes)
        }
        cells[index] = Cell(text: " ", role: old.role, attributes: old.attributes)
    }
}

/// A stretch of a row that differs between two frames.
public struct ChangedRun: Hashable, Sendable {
    /// The row from the top.
    public let row: Int
    /// The columns.
    public let columns: Range<Int>
}
