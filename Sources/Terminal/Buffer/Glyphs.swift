/// The drawing characters of every widget, in one table with an ASCII twin for each.
public struct Glyphs: Equatable, Sendable {
    /// The four corners and two lines of a box.
    public struct Box: Equatable, Sendable {
        /// Upper left corner.
        public let topLeft: String
        /// Upper right corner.
        public let topRight: String
        /// Lower left corner.
        public let bottomLeft: String
        /// Lower right corner.
        public let bottomRight: String
        /// A piece of the horizontal line.
        public let horizontal: String
        /// A piece of the vertical line.
        public let vertical: String

        /// From six characters: the corners clockwise from the upper left, then the two lines.
        init(_ characters: String) {
            let parts = characters.map(String.init)
            let part = { (index: Int) in parts.indices.contains(index) ? parts[index] : "+" }
            (topLeft, topRight, bottomRight, bottomLeft) = (part(0), part(1), part(2), part(3))
            (horizontal, vertical) = (part(4), part(5))
        }
    }

    /// Box with round corners.
    public let rounded: Box
    /// Box with square corners.
    public let plain: Box
    /// Ends a text that was cut.
    public let ellipsis: String
    /// Beside the head of a column that sorts ascending.
    public let ascending: String
    /// Beside the head of a column that sorts descending.
    public let descending: String
    /// In front of the selected row.
    public let selected: String
    /// In front of a marked row.
    public let marked: String
    /// A box that is ticked.
    public let ticked: String
    /// A box that is not ticked.
    public let unticked: String
    /// In front of what has parts that are in view.
    public let opened: String
    /// In front of what has parts that are not in view.
    public let closed: String
    /// Between the parts of a path.
    public let crumb: String
    /// Between things on one line.
    public let separator: String
    /// The track of a scroll bar.
    public let track: String
    /// The thumb of a scroll bar.
    public let thumb: String
    /// More lies above.
    public let up: String
    /// More lies below.
    public let down: String
    /// From one thing to another.
    public let arrow: String
    /// Between two ends that speak with each other.
    public let both: String
    /// A difference.
    public let delta: String
    /// The bars of a graph from lowest to highest.
    public let bars: [String]

    /// Box drawing and blocks that every common font holds; no emoji, no braille.
    public static let unicode = Glyphs(
        rounded: Box("╭╮╯╰─│"), plain: Box("┌┐┘└─│"), ellipsis: "…", ascending: "▲", descending: "▼", selected: "▸",
        marked: "●", ticked: "[x]", unticked: "[ ]", opened: "▿", closed: "▹", crumb: "›",
        separator: "·", track: "│", thumb: "┃", up: "↑", down: "↓", arrow: "→", both: "↔", delta: "Δ",
        bars: ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"])

    /// The twins in ASCII, for terminals and locales without UTF-8.
    public static let ascii = Glyphs(
        rounded: Box("++++-|"), plain: Box("++++-|"), ellipsis: "~", ascending: "^", descending: "v", selected: ">",
        marked: "*", ticked: "[x]", unticked: "[ ]", opened: "-", closed: "+", crumb: ">",
        separator: "-", track: "|", thumb: "#", up: "^", down: "v", arrow: ">", both: "=", delta: "d",
        bars: ["_", ".", "-", "=", "+", "o", "O", "#"])

    /// The ASCII character that stands for a glyph of the Unicode table; nil for any other text.
    public static func asciiTwin(of text: String) -> String? { twins[text] }

    private static let twins: [String: String] = Dictionary(
        zip(unicode.all, ascii.all), uniquingKeysWith: { first, _ in first }
    ).merging([String(Sanitiser.replacement): "."]) { first, _ in first }

    /// Every glyph, in one order for both tables.
    var all: [String] {
        let boxes = [rounded, plain].flatMap {
            [$0.topLeft, $0.topRight, $0.bottomRight, $0.bottomLeft, $0.horizontal, $0.vertical]
        }
        let signs = [ellipsis, ascending, descending, selected, marked, ticked, unticked, opened, closed]
        let others = [crumb, separator, track, thumb, up, down, arrow, both, delta]
        return boxes + signs + others + bars
    }
}
