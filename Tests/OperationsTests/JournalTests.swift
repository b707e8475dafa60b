import Fabric
import Foundation
import Operations
import Testing

/// Foundation itself is imported for `FileManager` and `FileHandle`, which the essentials lack on Linux.
@Suite struct JournalTests {
    private func folder() -> URL {
        FileManager.default.temporaryDirectory.appending(path: "journal-\(UUID().uuidString)/state")
    }

    private func line(
        _ step: StepID?, _ phase: JournalEntry.Phase, _ outcome: OperationResult.Outcome? = nil, id: String = "op-1",
        kind: OperationKind = .drain, node: Int = 1, at seconds: Double = 0, result: String = ""
    ) -> JournalEntry {
        JournalEntry(
            time: World.start.addingTimeInterval(seconds), operation: OperationID(id), who: World.who, kind: kind,
            node: World.name(node), step: step, phase: phase, outcome: outcome, result: result, plan: "0011223344556677"
        )
    }

    @Test func entriesComeBackAsWritten() throws {
        let place = folder()
        defer { try? FileManager.default.removeItem(at: place.deletingLastPathComponent()) }
        let journal = Journal(folder: place.path())
        let entries = [
            line(nil, .started, result: "two\nlines \"quoted\""), line(.cordon, .begin, at: 0.25),
            line(.cordon, .done, at: 1), line(nil, .finished, .failed, at: 2),
        ]
        for entry in entries { try journal.append(entry) }
        let reading = try Journal.read(folder: place.path())
        #expect(reading.diagnostics.isEmpty)
        #expect(reading.records.map(\.entries) == [entries])
        let mode = try FileManager.default.attributesOfItem(atPath: journal.path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test func linesAreJSONWithATimeOfRFC3339() throws {
        let place = folder()
        defer { try? FileManager.default.removeItem(at: place.deletingLastPathComponent()) }
        try Journal(folder: place.path()).append(line(.cordon, .begin))
        let text = try String(contentsOf: place.appending(path: Journal.fileName), encoding: .utf8)
        #expect(
            text == #"{"kind":"drain","node":"node-1","operation":"op-1","phase":"begin","plan":"0011223344556677","#
                + #""result":"","step":"cordon","time":"2026-01-09T23:06:40.000Z","#
                + #""who":{"host":"jump-1","pid":4711,"user":"anna"}}"# + "\n")
    }

    @Test func noJournalIsEmpty() throws {
        #expect(try Journal.read(folder: folder().path()) == Journal.read(folder: "/nonexistent"))
    }

    @Test func tornAndForeignLinesAreToldNotLost() throws {
        let place = folder()
        defer { try? FileManager.default.removeItem(at: place.deletingLastPathComponent()) }
        let journal = Journal(folder: place.path())
        try journal.append(line(.cordon, .begin))
        let file = try FileHandle(forWritingTo: place.appending(path: Journal.fileName))
        try file.seekToEnd()
        try file.write(contentsOf: Data("{\"kind\":\"teleport\"}\n{\"kind\":\"dra".utf8))
        try file.close()
        let torn = try Journal.read(folder: place.path())
        #expect(torn.diagnostics.map(\.line) == [2, 3])
        #expect(torn.diagnostics.last?.reason == "the last line is torn")
        try journal.append(line(.cordon, .done))
        let whole = try Journal.read(folder: place.path())
        #expect(whole.records.first?.entries.count == 2)
        #expect(whole.diagnostics.last?.text == "{\"kind\":\"dra")
    }

    @Test func unwritableFolderIsAnErrorWithItsPath() throws {
        #expect(throws: JournalError.self) { try Journal(folder: "/proc/nowhere").append(line(.cordon, .begin)) }
        do throws(JournalError) {
            try Journal(folder: "/proc/nowhere").append(line(.cordon, .begin))
        } catch {
            #expect(error.description.contains("/proc/nowhere/operations.jsonl"))
        }
    }

    private func records(_ entries: [JournalEntry]) throws -> [OperationRecord] {
        let place = folder()
        defer { try? FileManager.default.removeItem(at: place.deletingLastPathComponent()) }
        for entry in entries { try Journal(folder: place.path()).append(entry) }
        return try Journal.read(folder: place.path()).records
    }

    @Test func interruptedDrainSaysWhereAndWhatRemains() throws {
        let found = try records([line(nil, .started), line(.cordon, .begin), line(.cordon, .done)])
        #expect(
            found.unfinished.map(\.interruption) == [
                "drain of node-1 was interrupted after step cordon; the node is cordoned; :restore"
            ])
        let inside = try records([
            line(nil, .started), line(.cordon, .begin), line(.cordon, .done), line(.evict, .begin),
        ])
        #expect(
            inside.first?.interruption?.contains("in step evict; the node is cordoned, some of its pods") == true)
        let early = try records([line(nil, .started)])
        #expect(
            early.first?.interruption == "drain of node-1 was interrupted before its first step; nothing was changed")
    }

    @Test func maintenanceIsWhatWasDrainedAndNotRestored() throws {
        let found = try records([
            line(nil, .finished, .succeeded, id: "a", node: 1, at: 1),
            line(nil, .finished, .failed, id: "b", node: 2, at: 2),
            line(nil, .finished, .succeeded, id: "c", node: 3, at: 3),
            line(nil, .finished, .succeeded, id: "d", kind: .restore, node: 3, at: 4),
            line(nil, .finished, .aborted, id: "e", kind: .restore, node: 1, at: 5),
            line(.evict, .begin, id: "f", node: 4, at: 6),
        ])
        #expect(found.maintenance == [World.name(1)])
        #expect(found.unfinished.map(\.id.text) == ["f"])
        #expect(found.interrupted { $0.pid == World.who.pid }.isEmpty)
        #expect(found.interrupted { _ in false }.map(\.id.text) == ["f"])
    }
}
