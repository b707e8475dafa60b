import Fabric
import Polling
import Simulator
import SimulatorServer
import Synchronization
import Testing

@testable import APICClient

@Suite(.timeLimit(.minutes(2))) struct ChangeTests {
    private final class Lines: Sendable {
        private let list = Mutex<[String]>([])
        func add(_ line: String) { list.withLock { $0.append(line) } }
        var all: [String] { list.withLock { $0 } }
    }

    /// One object under the path: both leaves lose the session, and get it back.
    @Test func adminStateOfAPeerProfileIsSetAndReadBack() async throws {
        let apic = try await SimulatedAPIC.start()
        let node = try #require(Topology.figure1.nodes.first)
        try await apic.with(isHasty: true) { port in
            let lines = Lines()
            let before = try await port.changes.peerProfiles(node.address)
            let profile = try #require(before.first)
            let name = try #require(profile["dn"])
            #expect(before.count == 1 && name.hasSuffix("peerP-[\(node.address)]"))
            #expect(profile.child("bgpAsP")?["asn"] == node.asn.description)
            for state in ["disabled", "enabled"] {
                let wanted = ManagedObject("bgpPeerP", ["dn": name, "adminSt": state])
                try await port.changes.post(wanted) { lines.add($0) }
                try await port.changes.post(wanted) { lines.add($0) }
                let after = try await port.changes.peerProfiles(node.address)
                #expect(after.first?["adminSt"] == state)
                #expect(after.first?.child("bgpAsP")?["asn"] == node.asn.description, "the rest stays")
            }
            #expect(lines.all.first == "$ POST /api/mo/\(name).json  bgpPeerP adminSt=disabled")
        }
    }

    /// What the login tells of the user's roles: one that only reads is told before anything is posted.
    @Test(arguments: [false, true]) func aUserWithoutARoleThatWritesIsTold(isReading: Bool) async throws {
        let apic = try await SimulatedAPIC.start()
        if isReading { await apic.controllers.inject(.readOnlyUser) }
        try await apic.with { port in
            let lacks = try await port.changes.lacks()
            #expect(lacks == (isReading ? ["a role that may write (admin, tenant-admin, tenant-ext-admin)"] : []))
        }
    }

    @Test(arguments: ["", "uni/tn-common", "topology/pod-1/peerP-[1.1.1.1]"])
    func nothingButAPeerProfileIsPosted(name: String) async throws {
        let apic = try await SimulatedAPIC.start()
        try await apic.with { port in
            await #expect(throws: SourceError.self) {
                try await port.changes.post(ManagedObject("bgpPeerP", ["dn": name, "adminSt": "disabled"])) { _ in }
            }
        }
    }
}
