import CNcurses
import CTerminal
public import Terminal

extension NcursesBackend {
    /// Shows a buffer; what did not change is not sent.
    public func present(_ buffer: CellBuffer, cursor: Point?) {
        guard isActive else { return }
        let rows = buffer.rowsDiffering(from: shown)
        guard !rows.isEmpty || cursor != self.cursor || shown == nil else { return }
        for y in rows where y < size.height { draw(buffer.cells(row: y), y: y) }
        shown = buffer
        self.cursor = cursor
        flush()
    }

    /// Shows the last buffer again, every cell of it, whatever the terminal has made of its screen.
    func repaint() {
        guard isActive, let buffer = shown else { return }
        shown = nil
        clearok(cn_stdscr(), true)
        present(buffer, cursor: cursor)
    }

    /// Sends what changed as one write, between the marks by which a terminal shows a frame at once.
    private func flush() {
        ct_frame_begin()
        if let cursor, cursor.x < size.width, cursor.y < size.height {
            curs_set(1)
            wmove(cn_stdscr(), Int32(cursor.y), Int32(cursor.x))
        } else {
            curs_set(0)
        }
        wnoutrefresh(cn_stdscr())
        doupdate()
        _ = ct_frame_end(
            strings.hasModes ? TerminalStrings.beginFrame : "", strings.hasModes ? TerminalStrings.endFrame : "")
    }

    private func draw(_ cells: ArraySlice<Cell>, y: Int) {
        var run: [wchar_t] = []
        var start = 0
        var style = (role: Role.text, attributes: Attributes())
        var x = 0
        for cell in cells.prefix(size.width) {
            defer { x += 1 }
            guard cell.width > 0 else { continue }
            let isSimple = cell.width == 1 && cell.text.unicodeScalars.count == 1
            if !isSimple || style != (cell.role, cell.attributes) || run.isEmpty {
                put(run, x: start, y: y, style.role, style.attributes)
                (run, start, style) = ([], x, (cell.role, cell.attributes))
            }
            run += characters(of: cell)
            // What is wide or has marks goes alone, so that a disagreement about widths ends with its cell.
            if !isSimple {
                put(run, x: start, y: y, style.role, style.attributes)
                run = []
            }
        }
        put(run, x: start, y: y, style.role, style.attributes)
    }

    private func put(_ text: [wchar_t], x: Int, y: Int, _ role: Role, _ attributes: Attributes) {
        guard !text.isEmpty else { return }
        let entry = styles.entry(role, attributes)
        cn_attr_set(cn_stdscr(), entry.attributes, entry.pair)
        // The last cell of the screen is drawn although the cursor cannot move behind it, which curses calls an error.
        _ = mvwaddnwstr(cn_stdscr(), Int32(y), Int32(x), text, Int32(text.count))
    }

    /// What curses is given for a cell: what it cannot place becomes question marks of the same width.
    private func characters(of cell: Cell) -> [wchar_t] {
        let scalars = cell.text.unicodeScalars
        let isASCII = scalars.allSatisfy(\.isASCII)
        if isASCII { return scalars.map { wchar_t($0.value) } }
        if glyphs == .ascii {
            if let base = scalars.first, base.isASCII { return [wchar_t(base.value)] }
            let twin = Glyphs.asciiTwin(of: cell.text) ?? String(repeating: "?", count: Int(cell.width))
            return twin.unicodeScalars.map { wchar_t($0.value) }
        }
        let placed = scalars.reduce(0) { $0 + Int(cn_width(wchar_t($1.value))) }
        guard placed == Int(cell.width) else {
            return Array(repeating: wchar_t(UInt8(ascii: "?")), count: Int(cell.width))
        }
        return scalars.map { wchar_t($0.value) }
    }
}
