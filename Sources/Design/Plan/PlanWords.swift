import Fabric

extension DocumentReader {
    /// A name of an APIC object: letters, digits and `_.-`, at most 64 characters.
    mutating func policyName(_ value: DocumentValue, _ what: String) -> String? {
        guard let text = text(value, what) else { return nil }
        let isName = text.utf8.allSatisfy { byte in
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                || "_.-".utf8.contains(byte)
        }
        guard isName, text.first != "-", text.utf8.count <= 64 else {
            error(
                at: value.mark,
                "\(what) is an APIC name of letters, digits, '_', '.' and '-' (64 at most), not '\(shown(text))'")
            return nil
        }
        return text
    }

    /// Names of APIC objects; one may stand without brackets.
    mutating func policyNames(_ value: DocumentValue, _ what: String) -> [String] {
        (list(value, what, acceptsOne: true) ?? []).compactMap { policyName($0, what) }
    }

    /// One of the words of a type.
    mutating func word<Word: RawRepresentable & CaseIterable>(
        _ value: DocumentValue, _ what: String, among: Word.Type
    ) -> Word? where Word.RawValue == String {
        guard let text = text(value, what) else { return nil }
        if let word = Word(rawValue: text) { return word }
        let words = Word.allCases.map(\.rawValue)
        let hint = nearest(to: text, in: words).map { "; did you mean '\($0)'?" } ?? ""
        error(at: value.mark, "\(what) is one of \(words.joined(separator: ", ")), not '\(shown(text))'\(hint)")
        return nil
    }

    /// An ACI release such as `4.2(3)`.
    mutating func release(_ value: DocumentValue) -> String? {
        guard let text = text(value, "release") else { return nil }
        guard text.first?.isNumber == true else {
            error(at: value.mark, "release is an ACI release such as 4.2(3), not '\(shown(text))'")
            return nil
        }
        return text
    }

    /// `310-399`, or a single number.
    mutating func range(_ value: DocumentValue, _ what: String, in bounds: ClosedRange<Int>) -> ClosedRange<Int>? {
        guard let text = text(value, what) else { return nil }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        let ends = parts.compactMap { $0 }
        guard ends.count == parts.count, (1...2).contains(ends.count), let first = ends.first, let last = ends.last,
            first <= last, bounds.contains(first), bounds.contains(last)
        else {
            error(
                at: value.mark,
                "\(what) is a range from \(bounds.lowerBound) to \(bounds.upperBound) such as 310-399, "
                    + "not '\(shown(text))'")
            return nil
        }
        return first...last
    }

    /// `65101-65199`, or a single AS number.
    mutating func asRange(_ value: DocumentValue, _ what: String) -> ClosedRange<ASN>? {
        guard let text = text(value, what) else { return nil }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return asn(value, what).map { $0...$0 } }
        guard let first = ASN(text: parts[0]), let last = ASN(text: parts[1]), first < last else {
            error(at: value.mark, "\(what) is an AS number or a range such as 65101-65199, not '\(shown(text))'")
            return nil
        }
        for end in [first, last] where end.isReserved {
            error(at: value.mark, "\(what): AS \(end) is reserved and cannot be used")
            return nil
        }
        return first...last
    }
}
