/// Searches in a line: the tools of the slow, general path.
extension ByteView {
    /// The range without blanks at its ends.
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        var low = range.lowerBound
        var high = range.upperBound
        while low < high, ByteView.isBlank(self[low]) { low += 1 }
        while high > low, ByteView.isBlank(self[high - 1]) { high -= 1 }
        return low..<high
    }

    /// The next run of bytes that are not blank, from a position on.
    func token(from start: Int, limit: Int) -> Range<Int>? {
        var low = start
        while low < limit, ByteView.isBlank(self[low]) { low += 1 }
        guard low < limit else { return nil }
        var high = low
        while high < limit, !ByteView.isBlank(self[high]) { high += 1 }
        return low..<high
    }

    /// Whether the range starts with a text.
    func starts(_ range: Range<Int>, _ text: StaticString) -> Bool {
        guard text.utf8CodeUnitCount <= range.count else { return false }
        return text.withUTF8Buffer { wanted in
            wanted.indices.allSatisfy { self[range.lowerBound + $0] == wanted[$0] }
        }
    }

    /// Whether the range is a text.
    func equals(_ range: Range<Int>, _ text: StaticString) -> Bool {
        range.count == text.utf8CodeUnitCount && starts(range, text)
    }

    /// The position of a text in the range, or nil.
    func find(_ text: StaticString, in range: Range<Int>) -> Int? {
        let length = text.utf8CodeUnitCount
        guard length > 0, length <= range.count else { return nil }
        let first = text.utf8Start[0]
        var position = range.lowerBound
        let last = range.upperBound - length
        while position <= last, let found = firstIndex(of: first, in: position..<(last + 1)) {
            if starts(found..<range.upperBound, text) { return found }
            position = found + 1
        }
        return nil
    }

    /// Whether the range holds a text.
    func contains(_ text: StaticString, in range: Range<Int>) -> Bool { find(text, in: range) != nil }

    /// The position after a text that the range starts with, or nil.
    func after(_ text: StaticString, in range: Range<Int>) -> Int? {
        starts(range, text) ? range.lowerBound + text.utf8CodeUnitCount : nil
    }
}
