import Fabric

/// Reads the names of a table's rows, `topology/pod-1/node-203/sys/…/dom-T:V/…/rt-[PREFIX]/…` (aci.md 3.3, 3.4), without
/// an allocation for each: those of one table begin alike, and those of one prefix follow each other.
struct RowNames {
    /// The table that a row belongs to.
    struct Place: Hashable {
        var leaf: LeafID
        var vrf: String
        var family: AddressFamily
    }

    /// What a name tells beside the one before it.
    enum Row {
        /// Of the same prefix in the same table.
        case same
        /// Of another prefix in the same table.
        case next(IPPrefix)
        /// Of another table.
        case elsewhere(Place, IPPrefix)
        /// No table can be read from it.
        case noTable
        /// No prefix can be read from it.
        case noPrefix
    }

    /// The beginning of the last name, up to and with `rt-[`.
    private var head: [UInt8] = []
    /// The prefix of the last name, as written.
    private var prefixText: [UInt8] = []

    private static let mark = Array("/rt-[".utf8)

    /// Reads the next name.
    @inline(__always)
    mutating func read(_ name: UnsafeBufferPointer<UInt8>) -> Row {
        guard !head.isEmpty, APICBytes.begins(name, with: head) else { return enter(name) }
        let end = head.count + prefixText.count
        if name.count > end, name[end] == UInt8(ascii: "]"),
            APICBytes.begins(UnsafeBufferPointer(rebasing: name[head.count...]), with: prefixText)
        {
            return .same
        }
        let text = RowNames.prefixText(name, from: head.count)
        guard let prefix = IPPrefix(bytes: text) else { return .noPrefix }
        prefixText.replaceSubrange(prefixText.indices, with: text)
        return .next(prefix)
    }

    /// Notes the table that a name belongs to.
    private mutating func enter(_ name: UnsafeBufferPointer<UInt8>) -> Row {
        let mark = RowNames.mark
        guard let found = name.indices.first(where: { name[$0...].starts(with: mark) }) else { return .noTable }
        let parts = DistinguishedName(bytes: name[..<found])
        guard let leaf = parts.leaf, let vrf = parts.domain else { return .noTable }
        let text = RowNames.prefixText(name, from: found + mark.count)
        guard let prefix = IPPrefix(bytes: text) else { return .noPrefix }
        head = Array(name[..<(found + mark.count)])
        prefixText = Array(text)
        return .elsewhere(Place(leaf: leaf, vrf: vrf, family: prefix.family), prefix)
    }

    /// The bytes up to the closing bracket.
    @inline(__always)
    private static func prefixText(
        _ name: UnsafeBufferPointer<UInt8>, from start: Int
    ) -> UnsafeBufferPointer<UInt8> {
        var end = start
        while end < name.count, name[end] != UInt8(ascii: "]") { end += 1 }
        return UnsafeBufferPointer(rebasing: name[start..<end])
    }
}
