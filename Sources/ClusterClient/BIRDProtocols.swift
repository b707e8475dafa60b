/// Finds the names of BGP protocols in BIRD's `show protocols`, which its export tables are asked by.
enum BIRDProtocols {
    /// The names in their order, each once, at most 256: the first word of a line whose second is `BGP`, whatever reply
    /// code or blanks stand before it. A name is letters, digits and `_` (the identifiers of BIRD's configuration).
    static func bgpNames(in output: [UInt8]) -> [String] {
        var names: [String] = []
        for line in output.split(separator: 0x0a) {
            let words = line.split(maxSplits: 3, omittingEmptySubsequences: true) {
                $0 == 0x20 || $0 == 0x09 || $0 == 0x0d
            }
            guard words.count >= 3, words[1].elementsEqual("BGP".utf8) else { continue }
            var name = words[0]
            if name.count > 5, name.prefix(4).allSatisfy({ (48...57).contains($0) }), name[name.startIndex + 4] == 0x2d
            {
                name = name.dropFirst(5)
            }
            guard name.allSatisfy(isNameByte), !name.isEmpty else { continue }
            let text = String(decoding: name, as: UTF8.self)
            if !names.contains(text) { names.append(text) }
            if names.count == 256 { break }
        }
        return names
    }

    /// Whether a text is the name of a protocol.
    static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 256 && text.utf8.allSatisfy(isNameByte)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122, 0x5f: true
        default: false
        }
    }
}
