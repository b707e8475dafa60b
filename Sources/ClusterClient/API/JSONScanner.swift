/// Finds members and elements in the bytes of JSON that a decoder has found to be whole, without making values of them.
///
/// On bytes that are no JSON it finds nothing sensible, but stays inside them.
struct JSONScanner {
    let bytes: UnsafeBufferPointer<UInt8>

    /// Calls for each member of the object that begins at a place, with the key between its quotes and the value.
    func members(at start: Int, _ body: (_ key: Range<Int>, _ value: Range<Int>) -> Void) {
        var place = blanks(start)
        guard byte(place) == UInt8(ascii: "{") else { return }
        place = blanks(place + 1)
        while byte(place) == UInt8(ascii: "\"") {
            let keyEnd = end(of: place)
            let value = blanks(blanks(keyEnd) + 1)
            let valueEnd = end(of: value)
            guard keyEnd - place >= 2, valueEnd > value else { return }
            body(place + 1..<keyEnd - 1, value..<valueEnd)
            place = blanks(valueEnd)
            guard byte(place) == UInt8(ascii: ",") else { return }
            place = blanks(place + 1)
        }
    }

    /// Calls for each element of the array that begins at a place.
    func elements(at start: Int, _ body: (Range<Int>) -> Void) {
        var place = blanks(start)
        guard byte(place) == UInt8(ascii: "[") else { return }
        place = blanks(place + 1)
        while let first = byte(place), first != UInt8(ascii: "]") {
            let valueEnd = end(of: place)
            guard valueEnd > place else { return }
            body(place..<valueEnd)
            place = blanks(valueEnd)
            guard byte(place) == UInt8(ascii: ",") else { return }
            place = blanks(place + 1)
        }
    }

    /// The value of an object's member, nil where it has none of that name.
    func value(of name: String, at start: Int) -> Range<Int>? {
        var found: Range<Int>?
        members(at: start) { key, value in if found == nil, self.is(key, name) { found = value } }
        return found
    }

    /// The text of a string without escapes, such as a Kubernetes name.
    func text(_ range: Range<Int>?) -> String? {
        guard let range, range.count >= 2, byte(range.lowerBound) == UInt8(ascii: "\"") else { return nil }
        return String(decoding: bytes[range.lowerBound + 1..<range.upperBound - 1], as: UTF8.self)
    }

    /// Whether a range holds these bytes.
    func `is`(_ range: Range<Int>, _ name: String) -> Bool {
        range.count == name.utf8.count && zip(bytes[range], name.utf8).allSatisfy { $0 == $1 }
    }

    /// A range's bytes.
    func raw(_ range: Range<Int>) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[range]))
    }

    private func byte(_ place: Int) -> UInt8? { place < bytes.count ? bytes[place] : nil }

    private func blanks(_ start: Int) -> Int {
        var place = start
        while place < bytes.count, bytes[place] <= 0x20 { place += 1 }
        return place
    }

    /// Where the value that begins at a place ends.
    private func end(of start: Int) -> Int {
        var place = start
        var depth = 0
        while place < bytes.count {
            switch bytes[place] {
            case UInt8(ascii: "\""):
                place = endOfString(place)
                if depth == 0 { return place }
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                // The end of what holds a number or a word.
                if depth == 0 { return place }
                depth -= 1
                if depth == 0 { return place + 1 }
            case UInt8(ascii: ","), 0x00...0x20: if depth == 0 { return place }
            default: break
            }
            place += 1
        }
        return place
    }

    private func endOfString(_ start: Int) -> Int {
        var place = start + 1
        while place < bytes.count {
            if bytes[place] == UInt8(ascii: "\"") { return place + 1 }
            place += bytes[place] == UInt8(ascii: "\\") ? 2 : 1
        }
        return min(place, bytes.count)
    }
}
