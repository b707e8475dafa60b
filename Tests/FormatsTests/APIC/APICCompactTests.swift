import Fabric
import Formats
import FoundationEssentials
import Testing

/// An answer as APICs write it is compared object by object with the one before; one that white space precedes is read
/// token by token. Both have to tell the same, whatever an answer holds and wherever it is damaged.
@Suite struct APICCompactTests {
    /// What an answer tells, of routes and of everything else.
    private struct Told: Equatable {
        var tables: [RouteTable]
        var hops: Int
        var bgp: [LeafID: BGPNews]
        var failure: APIC.Failure?
        var envelope: APICEnvelope
        var words: [String]
        var isRefused: Bool
    }

    private func told(_ bytes: [UInt8]) -> Told {
        var routes = APICRoutes()
        let page = routes.add(bytes)
        let facts = APIC.facts(bytes)
        let tables = routes.tables(now: Date(timeIntervalSince1970: 1_768_039_200), skew: { _ in 0 })
        let diagnostics = page.diagnostics + facts.diagnostics
        var envelope = facts.value.envelope
        // The two stand one byte apart, and count places from the start.
        envelope.failureOffset = 0
        return Told(
            tables: tables.map(\.table), hops: routes.nextHopCount, bgp: facts.value.bgp, failure: facts.value.failure,
            envelope: envelope, words: diagnostics.map(\.message),
            isRefused: diagnostics.contains { $0.severity == .error })
    }

    private func bothWays(_ bytes: [UInt8]) -> (compact: Told, tokens: Told) { (told(bytes), told([0x20] + bytes)) }

    private static let space = UInt8(ascii: " ")

    // MARK: Answers

    private struct Random: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 31)
        }
    }

    private func nextHop(_ number: Int, _ random: inout Random, named: Bool = true) -> String {
        let prefix = "10.244.\(number / 64).\(number % 64 * 4)/\(random.next() % 5 == 0 ? 32 : 30)"
        let address = "192.168.2.\(random.next() % 250)"
        var text = Answers.nextHop(
            prefix, via: address, owner: random.next() % 7 == 0 ? "static" : "bgp-65002",
            tag: "\(random.next() % 3 * 9999)", interface: random.next() % 9 == 0 ? "eth1/1" : "unspecified",
            named: named)
        let changes: [(String, String)] = [
            ("\"pref\":\"20\"", "\"pref\":20"), ("\"metric\":\"0\"", "\"metric\":\"\""),
            ("\"name\":\"\"", "\"name\":\"a \\\"b\\\" \\u00e9\""), ("\"name\":\"\"", "\"name\":\"é\""),
            ("\"modTs\":\"never\",", ""), ("\"attributes\":{", "\"attributes\":{\"annotation\":\"x\","),
            ("\"status\":\"\"", "\"status\":{\"a\":[1,{}]}"), ("\"status\":\"\"", "\"tag\":\"7\""),
            ("\"active\":\"yes\"", "\"active\":\"no\""), (":{\"attributes\":", ": { \"attributes\" :"),
            ("\"active\":\"yes\"", "\"active\":null"), ("}}}", "}},\"x\":{}}"),
        ]
        if random.next() % 6 == 0 {
            let change = changes[Int(random.next() % UInt64(changes.count))]
            text = text.replacing(change.0, with: change.1)
        }
        return text
    }

    /// The same object with its attributes behind its children.
    private func childrenFirst(_ object: String) -> String {
        guard let attributes = object.firstRange(of: "\"attributes\":{"),
            let end = object.firstRange(of: "},\"children\"")
        else { return object }
        let words = object[attributes.lowerBound...end.lowerBound]
        let children = "\"children\"" + object[end.upperBound...].dropLast(2)
        return object[..<attributes.lowerBound] + children + "," + words + "}}"
    }

    private func answer(_ seed: UInt64) -> [UInt8] {
        var random = Random(state: seed &* 0x9e37_79b9_7f4a_7c15)
        let isNested = seed % 3 == 0
        let isPlain = seed % 2 == 0
        var objects: [String] = []
        for number in 0..<Int(random.next() % 40) {
            switch random.next() % (isPlain ? 1 : 12) {
            case 9: objects.append(Answers.peer("192.168.2.\(number)", asn: 65000 + number))
            case 10: objects.append(Answers.entry("192.168.2.\(number)"))
            case 11: objects.append("{\"error\":{\"attributes\":{\"code\":\"\(number)\",\"text\":\"no\"}}}")
            default:
                let hops = Int(random.next() % 4) + (isNested ? 0 : 1)
                if isNested {
                    let children = (0..<hops).map { _ in nextHop(number, &random, named: false) }
                    let route = Answers.route("10.244.\(number).0/26", children: children)
                    objects.append(isPlain || number % 7 > 0 ? route : childrenFirst(route))
                } else {
                    objects += (0..<hops).map { _ in nextHop(number, &random) }
                }
            }
        }
        return Answers.answer(objects, total: seed % 4 == 0 ? 100_000 : nil)
    }

    // MARK: Tests

    @Test func answersOfEveryFormTellTheSame() {
        var whole = 0
        for seed in UInt64(1)...600 {
            let (compact, tokens) = bothWays(answer(seed))
            #expect(compact == tokens, "seed \(seed)")
            if !compact.isRefused { whole += compact.hops }
        }
        #expect(whole > 10_000)
    }

    @Test func damagedAnswersAreRefusedBothWaysOrTellTheSame() {
        var refused = 0
        for seed in UInt64(1)...1500 {
            var bytes = answer(seed)
            var random = Random(state: seed)
            let place = Int(random.next() % UInt64(bytes.count))
            switch random.next() % 4 {
            case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
            case 1: bytes.remove(at: place)
            case 2: bytes.insert(Array("\"{}[],:\\ \n\u{1}0".utf8)[Int(random.next() % 12)], at: place)
            default: bytes.removeSubrange(place...)
            }
            let (compact, tokens) = bothWays(bytes)
            #expect(compact.isRefused == tokens.isRefused, "seed \(seed)")
            if compact.isRefused {
                refused += 1
            } else {
                #expect(compact == tokens, "seed \(seed)")
            }
        }
        #expect(refused > 400)
    }

    @Test func anAnswerThatBreaksOffIsRefusedWithTheObjectsBeforeTheBreak() {
        let page = Answers.answer((0..<6).map { Answers.nextHop("10.244.\($0).0/26", via: "192.168.2.9") })
        let object = Answers.nextHop("10.244.0.0/26", via: "192.168.2.9").utf8.count + 1
        for count in 0..<page.count {
            let told = told(Array(page[..<count]))
            #expect(told.isRefused, "after \(count) bytes")
            #expect(told.hops <= max(0, count - 20) / (object - 1), "after \(count) bytes")
        }
        #expect(told(Array(page[..<(page.count - 5)])).words.contains { $0.contains("breaks off after 5 objects") })
    }

    @Test func whatStandsBehindTheTextIsNotRead() {
        let page = Answers.answer((0..<4).map { Answers.nextHop("10.244.\($0).0/26", via: "192.168.2.9") })
        // A buffer that held a longer answer before: what is left of it would go on where the text breaks off.
        for count in stride(from: 1, to: page.count, by: 7) {
            var bytes = page
            bytes.reserveCapacity(page.count + 4096)
            bytes.removeSubrange(count...)
            #expect(told(bytes) == told(Array(page[..<count])), "after \(count) bytes")
        }
    }
}
