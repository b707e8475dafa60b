/// What fills one cell, or two: a base scalar with its combining marks.
struct Grapheme: Equatable {
    let text: String
    let width: Int
}

/// Text cut into cells.
enum Graphemes {
    /// The most scalars that a terminal library keeps in one cell.
    private static let scalarsPerCell = 5

    /// The graphemes of sanitised text; a mark without a base stands on a blank.
    static func of(_ text: String) -> [Grapheme] {
        if Sanitiser.isPlain(text) {
            return text.unicodeScalars.map { Grapheme(text: String($0), width: 1) }
        }
        var graphemes: [Grapheme] = []
        var scalars = String.UnicodeScalarView()
        var width = 0
        for scalar in Sanitiser.sanitised(text).unicodeScalars {
            let own = Width.of(scalar)
            if own == 0, !scalars.isEmpty {
                if scalars.count < scalarsPerCell { scalars.append(scalar) }
                continue
            }
            if !scalars.isEmpty { graphemes.append(Grapheme(text: String(scalars), width: width)) }
            scalars = String.UnicodeScalarView(own == 0 ? [" ", scalar] : [scalar])
            width = max(1, own)
        }
        if !scalars.isEmpty { graphemes.append(Grapheme(text: String(scalars), width: width)) }
        return graphemes
    }

    /// As many graphemes as fit in `width` columns; where some are cut, the last column is the ellipsis.
    static func fitting(_ text: String, width: Int, ellipsis: String) -> [Grapheme] {
        guard width > 0 else { return [] }
        let all = of(text)
        var columns = 0
        var kept = 0
        var keptBesideEllipsis = 0
        for grapheme in all {
            columns += grapheme.width
            guard columns <= width else { break }
            kept += 1
            if columns < width { keptBesideEllipsis = kept }
        }
        guard kept < all.count else { return all }
        return all[..<keptBesideEllipsis] + [Grapheme(text: ellipsis, width: 1)]
    }
}
