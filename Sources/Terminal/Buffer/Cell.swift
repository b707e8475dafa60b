/// One place on the screen: a sanitised grapheme with its role.
public struct Cell: Equatable, Sendable {
    /// A base scalar with its combining marks; empty in the second half of a wide grapheme.
    public let text: String
    /// What the cell means.
    public let role: Role
    /// Emphasis on top of what the theme gives the role.
    public let attributes: Attributes
    /// Columns: 1, 2 for a wide grapheme, 0 for the second half of one.
    public let width: UInt8

    init(text: String, role: Role, attributes: Attributes = [], width: UInt8 = 1) {
        self.text = text
        self.role = role
        self.attributes = attributes
        self.width = width
    }

    /// An empty place.
    public static let blank = Cell(text: " ", role: .text)

    func restyled(_ role: Role, adding extra: Attributes) -> Cell {
        Cell(text: text, role: role, attributes: attributes.union(extra), width: width)
    }
}
