import Fabric
import Formats
import Testing

/// Every parser of the Calico side against inputs that no command prints.
@Suite struct HostileInputTests {
    /// Runs all parsers; returns the number of diagnostics of each.
    static func parseAll(_ bytes: [UInt8]) -> [Int] {
        [
            Calico.nodeStatus(bytes).diagnostics.count, Calico.nodeStatusTables(bytes).diagnostics.count,
            BIRD.protocols(bytes).diagnostics.count, BIRD.peers(bytes).diagnostics.count,
            BIRD.routes(bytes).diagnostics.count, BIRD.status(bytes).diagnostics.count,
            Kubernetes.nodes(bytes).diagnostics.count, Kubernetes.services(bytes).diagnostics.count,
            Kubernetes.endpoints(bytes).diagnostics.count, Kubernetes.pods(bytes).diagnostics.count,
            Kubernetes.disruptionBudgets(bytes).diagnostics.count, Calico.peers(bytes).diagnostics.count,
            Calico.bgpConfiguration(bytes).diagnostics.count, Calico.blockAffinities(bytes).diagnostics.count,
            Calico.nodes(bytes).diagnostics.count, Calico.pools(bytes).diagnostics.count,
        ]
    }

    static let fixtures = [
        "bird/raw-wire.txt", "bird/mixed-peers.txt", "bird/multipath.txt", "calico/mixed-peers-tablewriter.txt",
        "calico/bgppeers.json", "kubernetes/slices.json", "bird/admin-and-recovery.txt",
    ]

    @Test(arguments: fixtures)
    func survivesChangedBytes(_ fixture: String) throws {
        let original = try Capture(fixture).bytes
        var random = SplitMix(state: 0x5eed)
        for _ in 0..<30 {
            var bytes = original
            for _ in 0...random.next(8) {
                let place = random.next(bytes.count)
                switch random.next(4) {
                case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next(256))
                case 1: bytes.remove(at: place)
                case 2: bytes.insert(contentsOf: [0x1b, 0x5b, 0x0d, 0x08].prefix(random.next(5)), at: place)
                default: bytes = Array(bytes.prefix(max(2, place)))
                }
            }
            #expect(HostileInputTests.parseAll(bytes).allSatisfy { $0 <= 201 })
        }
    }

    @Test(arguments: [0x20, 0x41, 0x00, 0x1b, 0x08, 0x0d, 0x7c, 0x2b, 0x5b, 0x7b, 0x31, 0xff] as [UInt8])
    func survivesOneEndlessLine(_ byte: UInt8) {
        let counts = HostileInputTests.parseAll([UInt8](repeating: byte, count: 256 << 10))
        #expect(counts.allSatisfy { (1...201).contains($0) })
    }

    @Test func survivesALineOfTenMegabytes() {
        let head = "Calico process is running.\nDaemon is up and running\n".octets
        let bytes = head + [UInt8](repeating: 65, count: 10 << 20)
        #expect(BIRD.status(bytes).diagnostics.map(\.line) == [1, 3])
        #expect(Calico.nodeStatusTables(bytes).diagnostics.map(\.line).sorted() == [2, 3])
    }

    @Test func boundsDiagnostics() {
        let garbage = String(repeating: "| x\nnot a row at all\n", count: 20_000)
        let rows = "Calico process is running.\nname proto table state since info\nDaemon is up and running\n"
        #expect(HostileInputTests.parseAll((rows + garbage).octets).allSatisfy { (1...201).contains($0) })
        let last = BIRD.status((rows + garbage).octets).diagnostics.last
        #expect(last?.message == "39802 more diagnostics, not shown")
    }

    @Test func keepsTerminalSequencesOutOfValues() {
        let text =
            "name proto table state since info\nNode_\u{1b}[31m192_168_2_4 BGP master up 10:00:00 Est\u{7}\u{202e}x\n"
        let parsed = BIRD.peers(text.octets)
        #expect(parsed.value.first?.protocolName == "Node_192_168_2_4")
        #expect(parsed.value.first?.info == "Est\u{fffd}\u{fffd}x")
    }
}

/// A small seeded generator, so that a failure can be repeated.
private struct SplitMix {
    var state: UInt64

    mutating func next(_ bound: Int) -> Int {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return Int((value ^ (value >> 31)) % UInt64(max(1, bound)))
    }
}
