import Children
import Fabric
import Glibc
import Testing

@Suite struct SpoolTests {
    private let folder: PrivateDirectory

    init() throws { folder = try existing(PrivateDirectory(prefix: "bgpdeck-test")) }

    private func bytes(_ count: Int, _ value: UInt8) -> [UInt8] { [UInt8](repeating: value, count: count) }

    @Test func answersComeBackAsTheyWere() async throws {
        defer { folder.remove() }
        let spool = Spool(directory: folder.path)
        let answer = (0..<300_000).map { UInt8(truncatingIfNeeded: $0) }
        let first = try existing(await spool.append(source: .leaf(LeafID(203)), command: "show", bytes: answer))
        let second = try existing(await spool.append(source: .kubernetes, command: "get", bytes: []))
        #expect(await spool.read(first) == .bytes(answer))
        #expect(await spool.read(second) == .bytes([]))
    }

    @Test func largeAnswersTakeLittleOfTheFile() async throws {
        defer { folder.remove() }
        let spool = Spool(directory: folder.path, limit: 100_000)
        let table = Array(String(repeating: "{\"uribv4Nexthop\":{\"attributes\":{}}},", count: 20_000).utf8)
        var places: [Evidence] = []
        for number in 0..<4 {
            places.append(
                try existing(await spool.append(source: .apic, command: "\(number)", bytes: table + [UInt8(number)])))
        }
        for number in 0..<4 { #expect(await spool.read(places[number]) == .bytes(table + [UInt8(number)])) }
    }

    @Test func largeAnswersThatCannotBePackedAreKeptAsTheyAre() async throws {
        defer { folder.remove() }
        let spool = Spool(directory: folder.path)
        var state: UInt64 = 7
        let noise = (0..<200_000).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1
            return UInt8(truncatingIfNeeded: state >> 56)
        }
        let place = try existing(await spool.append(source: .apic, command: "noise", bytes: noise))
        #expect(await spool.read(place) == .bytes(noise))
    }

    @Test func theLastTwoOfEachTargetStay() async throws {
        defer { folder.remove() }
        let spool = Spool(directory: folder.path)
        var places: [Evidence] = []
        for value in 1...3 {
            places.append(
                try existing(await spool.append(source: .apic, command: "a", bytes: bytes(100, UInt8(value)))))
            _ = await spool.append(source: .apic, command: "other", bytes: bytes(10, 9))
        }
        #expect(await spool.read(places[0]) == .gone)
        #expect(await spool.read(places[1]) == .bytes(bytes(100, 2)))
        #expect(await spool.read(places[2]) == .bytes(bytes(100, 3)))
    }

    @Test func pinnedAnswersStay() async throws {
        defer { folder.remove() }
        let spool = Spool(directory: folder.path)
        let first = try existing(await spool.append(source: .apic, command: "a", bytes: bytes(100, 1)))
        await spool.pin([first])
        for value in 2...9 { _ = await spool.append(source: .apic, command: "a", bytes: bytes(100, UInt8(value))) }
        #expect(await spool.read(first) == .bytes(bytes(100, 1)))
    }

    @Test func theOldestGiveWayAtTheLimit() async throws {
        defer { folder.remove() }
        let spool = Spool(directory: folder.path, limit: 1000)
        var places: [Evidence] = []
        for number in 0..<40 {
            let answer = bytes(90, UInt8(number))
            places.append(try existing(await spool.append(source: .apic, command: "\(number)", bytes: answer)))
        }
        #expect(await spool.read(places[0]) == .gone)
        for number in 30..<40 { #expect(await spool.read(places[number]) == .bytes(bytes(90, UInt8(number)))) }
        #expect(await spool.append(source: .apic, command: "large", bytes: bytes(1001, 0)) == nil)
        let large = try existing(await spool.append(source: .apic, command: "large", bytes: bytes(1000, 7)))
        #expect(await spool.read(large) == .bytes(bytes(1000, 7)))
        #expect(await spool.read(places[39]) == .gone)
    }

    @Test func placesThatNeverWereAreGone() async throws {
        defer { folder.remove() }
        let spool = Spool(directory: folder.path)
        _ = await spool.append(source: .apic, command: "a", bytes: bytes(10, 1))
        #expect(await spool.read(Evidence(offset: 0, length: 11)) == .gone)
        #expect(await spool.read(Evidence(offset: 5, length: 2)) == .gone)
        #expect(await spool.read(Evidence(offset: 99, length: -1)) == .gone)
    }

    @Test func nothingOfItStandsInTheFolder() async throws {
        defer { folder.remove() }
        let spool = Spool(directory: folder.path)
        _ = await spool.append(source: .apic, command: "a", bytes: bytes(10, 1))
        var listing = 0
        let directory = try existing(opendir(folder.path))
        while readdir(directory) != nil { listing += 1 }
        closedir(directory)
        #expect(listing == 2)
        _ = await spool.read(Evidence(offset: 0, length: 10))
    }

    @Test func withoutAFileNothingIsKept() async {
        let spool = Spool(directory: "/no/such/folder")
        #expect(await spool.append(source: .apic, command: "a", bytes: [1]) == nil)
        folder.remove()
    }
}
