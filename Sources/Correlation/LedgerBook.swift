public import Fabric

/// The prefix ledger of all sessions, by node, leaf and prefix.
///
/// At the design's maximum it has a million entries, so each is held in twelve bytes, a prefix and a code, on a page for
/// its session; an entry is made when it is asked for. Looking for a verdict passes over pages that have none of it.
public struct LedgerBook: Sendable, RandomAccessCollection, ExpressibleByArrayLiteral {
    private(set) var pages: [Page] = []
    /// For each page the place behind its last entry.
    private var ends: [Int] = []
    private var judgements = Judgement.all

    /// An empty ledger.
    public init() {}

    /// A ledger of entries, which stand by session.
    public init(arrayLiteral elements: LedgerEntry...) {
        for element in elements { append(element) }
    }

    /// The place of the first entry.
    public var startIndex: Int { 0 }
    /// The place behind the last.
    public var endIndex: Int { ends.last ?? 0 }

    /// The entry at a place.
    public subscript(place: Int) -> LedgerEntry {
        var low = 0
        var high = ends.count
        while low < high {
            let middle = (low + high) / 2
            if ends[middle] <= place { low = middle + 1 } else { high = middle }
        }
        return entry(pages[low], place - (low == 0 ? 0 : ends[low - 1]))
    }

    /// Adds an entry behind all others.
    public mutating func append(_ entry: LedgerEntry) {
        let judgement = Judgement(verdict: entry.verdict, rule: entry.rule, reason: entry.reason)
        let known = judgements.firstIndex(of: judgement) ?? judgements.count
        if known == judgements.count { judgements.append(judgement) }
        let code = LedgerCode(
            kind: entry.kind, expected: entry.expected, advertised: entry.advertised, accepted: entry.accepted,
            installed: entry.installed, judgement: known)
        if let last = pages.indices.last, pages[last].holds(entry.key, entry.prefix.family) {
            pages[last].append(entry.prefix, code, entry.verdict)
            ends[last] += 1
        } else {
            var page = Page(key: entry.key, rack: entry.rack, family: entry.prefix.family)
            page.append(entry.prefix, code, entry.verdict)
            append(page)
        }
    }

    mutating func append(_ page: Page) {
        guard !page.codes.isEmpty else { return }
        ends.append(endIndex + page.codes.count)
        pages.append(page)
    }

    mutating func append(_ pages: ArraySlice<Page>) {
        for page in pages { append(page) }
    }

    /// Puts the pages that have entries in the place of others, and says how many there were.
    mutating func replace(_ places: Range<Int>, with new: ArraySlice<Page>) -> Int {
        let new = new.filter { !$0.codes.isEmpty }
        pages.replaceSubrange(places, with: new)
        if new.count != places.count { ends.replaceSubrange(places, with: repeatElement(0, count: new.count)) }
        var end = places.lowerBound == 0 ? 0 : ends[places.lowerBound - 1]
        for place in places.lowerBound..<pages.count {
            end += pages[place].codes.count
            if place >= places.lowerBound + new.count, ends[place] == end { break }
            ends[place] = end
        }
        return new.count
    }

    mutating func reserveCapacity(pages count: Int) {
        pages.reserveCapacity(count)
        ends.reserveCapacity(count)
    }

    /// The entries of a node.
    public func entries(of node: NodeName) -> [LedgerEntry] {
        pages.filter { $0.key.node == node }.flatMap { page in page.codes.indices.map { entry(page, $0) } }
    }

    /// The prefixes that a leaf is known not to accept, by session.
    var rejected: [SessionKey: Set<IPPrefix>] {
        var rejected: [SessionKey: Set<IPPrefix>] = [:]
        for entry in entries(with: .notAccepted) { rejected[entry.key, default: []].insert(entry.prefix) }
        return rejected
    }

    /// The entries with a verdict.
    public func entries(with verdict: PrefixVerdict) -> [LedgerEntry] {
        var found: [LedgerEntry] = []
        for page in pages where page.mayHave(verdict) {
            for row in page.codes.indices where judgements[page.codes[row].judgement].verdict == verdict {
                found.append(entry(page, row))
            }
        }
        return found
    }

    /// The entries that a rule makes a finding of.
    func entries(of rule: RuleID) -> [LedgerEntry] {
        let numbers = judgements.indices.filter { judgements[$0].rule == rule }
        let verdicts = Set(numbers.map { judgements[$0].verdict })
        var found: [LedgerEntry] = []
        for page in pages where verdicts.contains(where: page.mayHave) {
            for row in page.codes.indices where numbers.contains(page.codes[row].judgement) {
                found.append(entry(page, row))
            }
        }
        return found
    }

    /// The entries of a kind.
    func entries(of kind: PrefixKind) -> [LedgerEntry] {
        var found: [LedgerEntry] = []
        for page in pages where page.mayHave(kind) {
            for row in page.codes.indices where page.codes[row].kind == kind { found.append(entry(page, row)) }
        }
        return found
    }

    private func entry(_ page: Page, _ row: Int) -> LedgerEntry {
        let code = page.codes[row]
        let judgement = judgements[code.judgement]
        return LedgerEntry(
            key: page.key, rack: page.rack, prefix: page.prefixes[row], kind: code.kind, expected: code.expected,
            advertised: code.advertised, accepted: code.accepted, installed: code.installed,
            verdict: judgement.verdict, rule: judgement.rule, reason: judgement.reason)
    }

    /// The entries of a session and family.
    struct Page: Sendable {
        let key: SessionKey
        let rack: String?
        private let family: AddressFamily
        private(set) var prefixes: PrefixColumn
        private(set) var codes: [LedgerCode] = []
        private var verdicts: UInt16 = 0
        private var kinds: UInt16 = 0

        init(key: SessionKey, rack: String?, family: AddressFamily) {
            self.key = key
            self.rack = rack
            self.family = family
            prefixes = PrefixColumn(family)
        }

        func holds(_ key: SessionKey, _ family: AddressFamily) -> Bool { self.key == key && self.family == family }

        func mayHave(_ verdict: PrefixVerdict) -> Bool { verdicts & 1 << verdict.place != 0 }

        func mayHave(_ kind: PrefixKind) -> Bool { kinds & 1 << UInt16(kind.place) != 0 }

        mutating func reserveCapacity(_ count: Int) {
            prefixes.reserveCapacity(count)
            codes.reserveCapacity(count)
        }

        /// Takes the prefixes from a list that has the same: both leaves of a node mostly get all that it advertises.
        mutating func share(_ keys: [UInt64]) {
            if keys == prefixes.v4Keys { prefixes = PrefixColumn(v4Keys: keys) }
        }

        mutating func append(_ prefix: IPPrefix, _ code: LedgerCode, _ verdict: PrefixVerdict) {
            prefixes.append(prefix)
            codes.append(code)
            verdicts |= 1 << verdict.place
            kinds |= 1 << UInt16(code.kind.place)
        }

        /// What is known of the leaf's accepting a prefix; nil: no entry.
        func accepted(_ prefix: IPPrefix) -> Knowledge? {
            let row = prefixes.lowerBound(of: prefix)
            return row < codes.count && prefixes[row] == prefix ? codes[row].accepted : nil
        }
    }

    /// A verdict with its rule and reason.
    struct Judgement: Sendable, Hashable {
        var verdict: PrefixVerdict
        var rule: RuleID?
        var reason: String

        /// Those that ``LedgerPage`` makes, in the order of ``LedgerReason``.
        static let all = LedgerReason.allCases.map(\.judgement)
    }
}

/// What an entry says beside its prefix, in one word.
struct LedgerCode: Sendable {
    private let bits: UInt32

    init(
        kind: PrefixKind, expected: Knowledge, advertised: Knowledge, accepted: Knowledge, installed: Knowledge,
        judgement: Int
    ) {
        bits =
            kind.place | expected.place << 3 | advertised.place << 5 | accepted.place << 7 | installed.place << 9
            | UInt32(truncatingIfNeeded: judgement) << 11
    }

    var kind: PrefixKind { PrefixKind(place: bits & 7) }
    var expected: Knowledge { Knowledge(place: bits >> 3 & 3) }
    var advertised: Knowledge { Knowledge(place: bits >> 5 & 3) }
    var accepted: Knowledge { Knowledge(place: bits >> 7 & 3) }
    var installed: Knowledge { Knowledge(place: bits >> 9 & 3) }
    var judgement: Int { Int(bits >> 11) }
}

extension Knowledge {
    fileprivate var place: UInt32 {
        switch self {
        case .no: 0
        case .yes: 1
        case .unknown: 2
        }
    }

    fileprivate init(place: UInt32) { self = place == 0 ? .no : place == 1 ? .yes : .unknown }
}

extension PrefixKind {
    fileprivate var place: UInt32 {
        switch self {
        case .block: 0
        case .borrowed: 1
        case .service: 2
        case .serviceRange: 3
        case .other: 4
        }
    }

    fileprivate init(place: UInt32) {
        switch place {
        case 0: self = .block
        case 1: self = .borrowed
        case 2: self = .service
        case 3: self = .serviceRange
        default: self = .other
        }
    }
}

extension PrefixVerdict {
    fileprivate var place: UInt16 {
        switch self {
        case .ok: 0
        case .notAccepted: 1
        case .notAdvertised: 2
        case .notInstalled: 3
        case .denied: 4
        case .unexpected: 5
        case .stale: 6
        case .unknown: 7
        }
    }
}
