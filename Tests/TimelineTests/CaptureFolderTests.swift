import Design
import Fabric
import FoundationEssentials
import Glibc
import Polling
import Testing
import Timeline

@Suite struct CaptureFolderTests {
    /// A folder that lives as long as the value.
    private final class Folder {
        let path: String

        init(_ captures: String? = nil) throws {
            path = FileManager.default.temporaryDirectory.path + "/bgpdeck-captures-\(UUID().uuidString)"
            try FileManager.default.createDirectory(atPath: path + "/inner", withIntermediateDirectories: true)
            if let captures { try write("inner/captures.yaml", captures) }
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        func write(_ name: String, _ text: String) throws {
            try Data(text.utf8).write(to: URL(filePath: path + "/" + name))
        }

        func load() -> CaptureFolder.Loaded { CaptureFolder.load(path + "/inner") }
    }

    private func folder(_ lines: String) throws -> Folder {
        let folder = try Folder("format: 1\ncaptures:\n" + lines)
        try folder.write("inner/a.txt", "answer a")
        try folder.write("inner/b.txt", "answer b")
        try folder.write("outside.txt", "not yours")
        return folder
    }

    @Test func readsTheFixture() throws {
        let path = #filePath.split(separator: "/").dropLast().joined(separator: "/")
        let loaded = CaptureFolder.load("/" + path + "/Fixtures/two-moments")
        #expect(loaded.diagnostics.isEmpty, "\(loaded.diagnostics)")
        let folder = try #require(loaded.folder)
        #expect(folder.moments.map(\.at.timeIntervalSince1970) == [1_768_039_200, 1_768_039_201, 1_768_039_260])
        #expect(folder.moments.map(\.answers.count) == [2, 1, 1])
        let first = try #require(folder.moments.first?.answers.first)
        #expect(first.source == .apic)
        #expect(first.command == "fabric 203 show ip bgp summary vrf common:calico")
        #expect(String(decoding: first.bytes, as: UTF8.self).contains("Node 203 (Leaf203)"))
        #expect(folder.moments.last?.answers.first?.source == .node(NodeName("calico-node-1")))
        #expect(folder.inventory.vrf == "common:calico")
        #expect(
            folder.inventory.nodes.map { $0.address?.description } == ["192.168.2.1", "192.168.2.9", "192.168.2.17"])
        #expect(folder.fabric.release == "4.2(3)")
        #expect(folder.fabric.multipathRelax == true)
    }

    @Test func sortsMomentsAndKeepsTheOrderInside() throws {
        let folder = try folder(
            """
            - {from: leaf/204, at: 2026-01-10T10:00:05Z, command: show ip route, file: a.txt}
            - {from: leaf/203, at: 2026-01-10T12:00:00+02:00, command: one, file: a.txt}
            - {from: kubernetes, at: 2026-01-10T10:00:00.000Z, command: two, file: b.txt}
            - {from: node/n, at: 2026-01-10T10:00:04.5Z, command: three, file: ./b.txt}
            """)
        let loaded = folder.load()
        #expect(loaded.diagnostics.isEmpty, "\(loaded.diagnostics)")
        let moments = try #require(loaded.folder?.moments)
        #expect(moments.map { $0.answers.map(\.command) } == [["one", "two"], ["three"], ["show ip route"]])
    }

    @Test(arguments: [
        ("file: ../outside.txt", "leads out of the folder"), ("file: /etc/hostname", "leads out of the folder"),
        ("file: inner/../../outside.txt", "leads out of the folder"), ("file: link.txt", "leads out of the folder"),
        ("file: missing.txt", "cannot open missing.txt"), ("file: .", "is not"), ("file: ''", "file is empty"),
    ])
    func filesStayInside(file: String, reason: String) throws {
        let folder = try folder(
            """
            - {from: apic, at: 2026-01-10T10:00:00Z, command: c, \(file)}
            - {from: apic, at: 2026-01-10T10:00:00Z, command: good, file: a.txt}
            """)
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/inner/link.txt", withDestinationPath: "../outside.txt")
        let loaded = folder.load()
        #expect(loaded.diagnostics.count == 1)
        #expect(loaded.diagnostics.hasErrors)
        let message = loaded.diagnostics.first?.description ?? ""
        #expect(message.hasPrefix("captures.yaml:3:") && message.contains(reason), "\(message)")
        #expect(loaded.folder?.moments.first?.answers.map(\.command) == ["good"])
    }

    /// Opening a pipe that nobody writes to would wait for ever.
    @Test func aPipeIsRefused() throws {
        let folder = try folder("- {from: apic, at: 2026-01-10T10:00:00Z, command: c, file: pipe}")
        #expect(mkfifo(folder.path + "/inner/pipe", 0o600) == 0)
        let loaded = folder.load()
        #expect(loaded.diagnostics.first?.message.contains("pipe is not a regular file") == true)
    }

    @Test func anEmptyFileIsNamed() throws {
        let folder = try folder("- {from: apic, at: 2026-01-10T10:00:00Z, command: c, file: empty.txt}")
        try folder.write("inner/empty.txt", "")
        let loaded = folder.load()
        #expect(loaded.diagnostics.map(\.severity) == [.warning])
        #expect(loaded.diagnostics.first?.message.contains("empty.txt is empty") == true)
        #expect(loaded.folder?.moments.first?.answers.first?.bytes.isEmpty == true)
    }

    @Test func sizesAreBounded() throws {
        let folder = try folder(
            """
            - {from: apic, at: 2026-01-10T10:00:00Z, command: c, file: a.txt}
            - {from: apic, at: 2026-01-10T10:00:00Z, command: d, file: big.txt}
            """)
        try folder.write("inner/big.txt", String(repeating: "x", count: 2000))
        let loaded = CaptureFolder.load(folder.path + "/inner", sizeLimit: 1000)
        #expect(loaded.diagnostics.first?.message.contains("big.txt has 2000 bytes") == true)
        #expect(loaded.folder?.moments.first?.answers.map(\.command) == ["c"])
    }

    @Test(arguments: [
        ("{from: apic, at: today, command: c, file: a.txt}", "RFC 3339"),
        (
            "{from: switch, at: 2026-01-10T10:00:00Z, command: c, file: a.txt}",
            "apic, leaf/203, node/NAME or kubernetes"
        ),
        ("{from: apic, at: 2026-01-10T10:00:00Z, file: a.txt}", "needs 'command'"),
        ("{from: apic, at: 2026-01-10T10:00:00Z, command: c}", "needs 'file'"),
        ("{from: apic, at: 2026-01-10T10:00:00Z, command: c, flie: a.txt}", "did you mean 'file'?"),
        ("words", "is written as a mapping"),
        ("{from: leaf/0, at: 2026-01-10T10:00:00Z, command: c, file: a.txt}", "from is apic, leaf/203"),
    ])
    func badEntriesAreNamed(entry: String, reason: String) throws {
        let loaded = try folder("- \(entry)").load()
        #expect(loaded.diagnostics.hasErrors)
        #expect(loaded.diagnostics.contains { $0.mark.line == 3 && $0.message.contains(reason) })
    }

    @Test(arguments: [
        "", "format: 2\ncaptures: []", "captures: []", "format: 1", "format: 1\ncaptures: {}", "[",
        "format: 1\nplan: p.yaml\ncaptures: []",
        "format: 1\nracks: 5\ncaptures: []",
    ])
    func badDescriptionsAreErrors(text: String) throws {
        let loaded = try Folder(text).load()
        #expect(loaded.folder == nil)
        #expect(loaded.diagnostics.hasErrors)
    }

    @Test func aFolderWithoutDescription() throws {
        let loaded = try Folder().load()
        #expect(loaded.folder == nil)
        #expect(loaded.diagnostics.first?.message.contains("cannot open captures.yaml") == true)
        #expect(CaptureFolder.load("/nonexistent").diagnostics.hasErrors)
    }

    @Test func aPlanBesideTheCaptures() throws {
        let folder = try Folder("format: 1\nplan: plan.yaml\ncaptures: []")
        try folder.write(
            "inner/plan.yaml",
            "{tenant: common, vrf: calico, supernet: 192.168.2.0/24, racks: [{name: r, as: 64500, leaves: [1, 2], nodes: [a]}]}"
        )
        let loaded = folder.load()
        #expect(loaded.diagnostics.map(\.severity) == [.warning])
        #expect(loaded.folder?.inventory.nodes.map { $0.asn?.value } == [64501])
    }
}
