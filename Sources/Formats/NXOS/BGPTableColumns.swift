import Fabric

/// Where the numbers of a BGP table end: a blank metric or local preference leaves nothing but its place, so that a
/// row is not to be read by tokens alone.
///
/// The header's words end where their columns do. Text whose blanks were folded has no places any more; there the
/// weight is the last of the first three numbers that is 0 or 32768, since no AS is 0 (aci.md 6.4, RFC 7607).
struct BGPTableColumns: Hashable {
    var metric: Int
    var localPreference: Int
    var weight: Int

    /// `   Network            Next Hop            Metric     LocPrf     Weight Path`
    static let standard = BGPTableColumns(metric: 48, localPreference: 59, weight: 70)

    init(metric: Int, localPreference: Int, weight: Int) {
        self.metric = metric
        self.localPreference = localPreference
        self.weight = weight
    }

    init?(header view: ByteView, _ range: Range<Int>) {
        guard let metric = view.find("Metric", in: range), let preference = view.find("LocPrf", in: range),
            let weight = view.find("Weight", in: range)
        else { return nil }
        self.init(metric: metric + 6, localPreference: preference + 6, weight: weight + 6)
    }

    /// What follows the next hop: numbers, AS path, origin; nil where it is something else.
    func path(_ view: ByteView, _ range: Range<Int>, type: Character?) -> BGPTable.Path? {
        var tokens: [Range<Int>] = []
        var position = range.lowerBound
        while let token = view.token(from: position, limit: range.upperBound) {
            tokens.append(token)
            position = token.upperBound
        }
        guard let last = tokens.popLast(), last.count == 1 else { return nil }
        let origin = Character(Unicode.Scalar(view[last.lowerBound]))
        guard "ie?".contains(origin) else { return nil }
        var path = BGPTable.Path(
            prefix: BGPTableColumns.nowhere, marks: [], type: type, nextHop: IPAddress(v4: 0),
            asPath: [], origin: origin)
        guard let count = readNumbers(view, tokens, into: &path) else { return nil }
        for token in tokens.dropFirst(count) {
            guard let numbers = BGPTableColumns.systems(view, token) else { return nil }
            path.asPath += numbers
        }
        return path
    }

    private static let nowhere = IPPrefix(host: IPAddress(v4: 0))

    /// Reads metric, local preference and weight; answers how many tokens they were.
    private func readNumbers(_ view: ByteView, _ tokens: [Range<Int>], into path: inout BGPTable.Path) -> Int? {
        let numbers = tokens.prefix(3).map { view.decimal($0).flatMap { UInt32(exactly: $0) } }
        var count = 0
        for (token, number) in zip(tokens, numbers) {
            guard let number else { break }
            if token.upperBound == metric, count == 0 {
                path.metric = number
            } else if token.upperBound == localPreference {
                path.localPreference = number
            } else if token.upperBound == weight {
                path.weight = number
                return count + 1
            } else {
                return folded(numbers, into: &path)
            }
            count += 1
        }
        return folded(numbers, into: &path)
    }

    private func folded(_ numbers: [UInt32?], into path: inout BGPTable.Path) -> Int? {
        guard let index = numbers.lastIndex(where: { $0 == 0 || $0 == 32768 }) else {
            return numbers.isEmpty ? 0 : nil
        }
        path.weight = numbers[index]
        path.localPreference = index > 0 ? numbers[index - 1] : nil
        path.metric = index > 1 ? numbers[index - 2] : nil
        return index + 1
    }

    /// `65003`, `1.57920`, `{65001,65002}`, `(65001`, `65002)`.
    private static func systems(_ view: ByteView, _ token: Range<Int>) -> [ASN]? {
        let marks = Array("{}(),".utf8)
        var result: [ASN] = []
        var start = token.lowerBound
        for position in token.lowerBound...token.upperBound {
            let isEnd = position == token.upperBound || marks.contains(view[position])
            guard isEnd else { continue }
            if position > start {
                guard let value = SummaryRow.autonomousSystem(view, start..<position) else { return nil }
                result.append(ASN(value))
            }
            start = position + 1
        }
        return result
    }
}
