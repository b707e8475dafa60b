/// Finds the JSON in a command's output, and words for what is none.
enum JSONText {
    /// The JSON object of an output; warnings that a tool printed before it are passed over with a note. Nil with an
    /// error where there is none.
    static func extract(
        _ bytes: [UInt8], wanted kinds: [String], _ diagnostics: inout DiagnosticList
    ) -> ArraySlice<UInt8>? {
        let start = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
        if let first = bytes[start...].firstIndex(where: { !ByteText.isBlank($0) && $0 != 0x0a && $0 != 0x0d }),
            bytes[first] == UInt8(ascii: "{")
        {
            return bytes[first...]
        }
        if let object = objectBelowWarnings(bytes) {
            diagnostics.add(.note, line: 1, "text before the JSON passed over")
            return object
        }
        let name = kinds[0]
        let words = bytes.withUnsafeBufferPointer { KubectlMessages.classify($0) }
        if let words, words.kind != .other {
            diagnostics.add(.error, line: 1, "an error instead of a \(name): \(words.sentence)")
        } else {
            let found = bytes.withUnsafeBufferPointer { Recognition.name(of: $0) }
            diagnostics.add(.error, line: 1, "this is \(found), not a \(name) as JSON")
        }
        return nil
    }

    /// The object behind leading lines, if one of the first lines is the `{` that begins it.
    private static func objectBelowWarnings(_ bytes: [UInt8]) -> ArraySlice<UInt8>? {
        let start: Int? = bytes.withUnsafeBufferPointer { buffer in
            var lines = CapturedLines(buffer)
            while let line = lines.next(), line.number <= 20 {
                if line.text.equals("{") { return line.text.start }
            }
            return nil
        }
        return start.map { bytes[$0...] }
    }

    /// What a decoder's error says of the document as a whole.
    static func words(_ error: any Error, kinds: [String]) -> String {
        guard let error = error as? DecodingError, case .dataCorrupted(let context) = error else {
            return "not a \(kinds[0]) or a list of them: \(error)"
        }
        let cause = context.underlyingError.map { " (\($0))" } ?? ""
        return "not a whole JSON document: \(context.debugDescription)\(cause)"
    }
}
