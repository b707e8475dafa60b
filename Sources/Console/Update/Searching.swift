import Terminal

extension AppState {
    /// `/`: filters rows, or looks for a word where there is text.
    mutating func openFilter() {
        guard let table = focusedTable else {
            overlay = .search(InputLine(""), below: nil)
            return
        }
        let before = filters[table] ?? ""
        overlay = .filter(InputLine(before), table: table, before: before)
    }

    /// Goes to the next match, or with a negative step to the one before, around the end.
    mutating func searchOn(_ step: Int) {
        guard let word = search?.word, !word.isEmpty else { return }
        let lines = matchingLines(word)
        guard !lines.isEmpty else {
            toast = Toast(.warning, "'\(word)' is nowhere in this text")
            return
        }
        let here = search?.line ?? (step > 0 ? -1 : Int.max)
        let index =
            step > 0
            ? lines.firstIndex { $0 > here } ?? 0 : lines.lastIndex { $0 < here } ?? lines.count - 1
        let isAround = step > 0 ? lines[index] <= here : lines[index] >= here
        search?.line = lines[index]
        scrollText(to: lines[index])
        toast = Toast(.info, "'\(word)': \(index + 1) of \(lines.count)\(isAround ? ", around the end" : "")")
    }

    /// Says how many matches there are, and which one is in view.
    mutating func tellSearch() {
        guard let search else { return }
        let lines = matchingLines(search.word)
        let place = search.line.flatMap { lines.firstIndex(of: $0) }.map { "\($0 + 1) of " } ?? ""
        toast =
            lines.isEmpty
            ? Toast(.warning, "'\(search.word)' is nowhere in this text")
            : Toast(.info, "'\(search.word)': \(place)\(lines.count); n and N go on")
    }

    /// Looks for what is typed so far, from the top of what is in view.
    mutating func search(for word: String) {
        guard !word.isEmpty else { return search = nil }
        search = TextSearch(word: word, line: textOffset - 1)
        searchOn(1)
    }

    /// The lines that hold a word.
    private func matchingLines(_ word: String) -> [Int] {
        let needle = Needle(word)
        switch readingOverlay {
        case .text(let sheet, _)?: return sheet.lines.indices.filter { needle.isIn(sheet.lines[$0]) }
        case .help?:
            let lines = helpOverlay.lines
            return lines.indices.filter { needle.isIn(lines[$0].plain) }
        default:
            let lines = focusedLines
            return lines.indices.filter { needle.isIn(lines[$0].plain) }
        }
    }

    /// The text that lies over the panes, also while a word is typed over it.
    private var readingOverlay: Overlay? {
        switch overlay {
        case .text?, .help?: overlay
        case .search(_, let below)?: below
        default: nil
        }
    }

    private var textOffset: Int {
        switch readingOverlay {
        case .text(_, let scroll)?, .help(let scroll)?: scroll.offset
        default: focus == .log ? 0 : textScroll.offset
        }
    }

    private mutating func scrollText(to line: Int) {
        func scrolled(_ below: Overlay?) -> Overlay? {
            switch below {
            case .text(let sheet, _)?: .text(sheet, scroll: ScrollState(offset: max(0, line - 2)))
            case .help?: .help(ScrollState(offset: max(0, line - 2)))
            default: nil
            }
        }
        switch overlay {
        case .search(let input, let below)?:
            overlay = .search(input, below: scrolled(below))
            if below != nil { return }
        case .text?, .help?: return overlay = scrolled(overlay)
        default: break
        }
        if focus == .log {
            logScroll = max(0, log.count - line - 1)
        } else {
            textScroll = ScrollState(offset: max(0, line - 2))
        }
    }
}
