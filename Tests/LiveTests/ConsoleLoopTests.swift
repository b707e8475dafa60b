import Console
import FoundationEssentials
import Live
import Synchronization
import Terminal
import Testing

/// The loop on a terminal in memory: what it has done outside of itself.
@MainActor
@Suite struct ConsoleLoopTests {
    private func wait(for text: String, on backend: RecordingBackend) async -> Bool {
        for _ in 0..<600 {
            if backend.screen?.rows.contains(where: { $0.contains(text) }) == true { return true }
            try? await Task.sleep(for: .milliseconds(20))
        }
        return false
    }

    private func type(_ text: String, on backend: RecordingBackend) {
        for character in text { backend.send(.key(KeyChord(character))) }
        backend.send(.key(KeyChord(.enter)))
    }

    @Test(.timeLimit(.minutes(1))) func aSwitchOfContextShowsTheOtherWorldAndEndsTheFormer() async {
        let backend = RecordingBackend(size: Size(width: 120, height: 36))
        let ended = Mutex(0)
        let loop = ConsoleLoop(
            FakeSources.healthy().world(), backend: backend,
            services: ConsoleServices(open: { name in
                guard name == "other" else { return .failure(ContextRefusal("it is closed")) }
                var world = FakeSources.healthy().world()
                world.label = FabricLabel(context: "other fabric", vrf: nil, isSimulated: false)
                return .success(OpenedWorld(world, end: { ended.withLock { $0 += 1 } }))
            }), configure: { $0.contexts = ["fake", "other", "closed"] }, loadTheme: { _ in nil })
        let running = Task { await loop.run() }
        #expect(await wait(for: "calico-master-1", on: backend))
        type(":context closed", on: backend)
        #expect(await wait(for: "context closed: it is closed", on: backend))
        type(":context other", on: backend)
        #expect(await wait(for: "other fabric", on: backend))
        #expect(await wait(for: "2/2", on: backend))
        backend.send(.key(KeyChord("q")))
        #expect(await running.value == nil)
        #expect(ended.withLock { $0 } == 1)
    }

    @Test(.timeLimit(.minutes(1))) func copiesDumpsAndRemembers() async {
        let folder = FileManager.default.temporaryDirectory.path + "/bgpdeck-loop-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let backend = RecordingBackend(size: Size(width: 120, height: 36))
        let memory = MemoryFile(folder: folder)
        var world = FakeSources.healthy().world()
        world.dumpFolder = folder + "/dumps"
        let loop = ConsoleLoop(
            world, backend: backend, services: ConsoleServices(remember: { memory.save($0) }),
            configure: { $0.memory = memory.load() }, loadTheme: { _ in nil })
        let running = Task { await loop.run() }
        #expect(await wait(for: "calico-master-1", on: backend))
        type("ycell NODE", on: backend)
        #expect(await wait(for: "copied 15 bytes", on: backend))
        #expect(String(decoding: backend.outOfBand, as: UTF8.self) == "\u{1b}]52;c;Y2FsaWNvLW1hc3Rlci0x\u{07}")
        backend.send(.key(KeyChord(.character("s"), .ctrl)))
        type("the view as CSV", on: backend)
        #expect(await wait(for: "written to", on: backend))
        type(":sessions", on: backend)
        backend.send(.key(KeyChord("q")))
        _ = await running.value
        let files = (try? FileManager.default.contentsOfDirectory(atPath: world.dumpFolder)) ?? []
        #expect(files.count == 1 && files[0].hasSuffix("-nodes.csv"))
        let attributes = try? FileManager.default.attributesOfItem(atPath: memory.path)
        #expect("\(attributes?[.posixPermissions] ?? "none")" == "\(0o600)")
        #expect(memory.load().history == ["sessions"])
    }
}

@Suite struct MemoryFileTests {
    @Test(arguments: ["", "{", "[]", #"{"sorts": 5, "history": "x"}"#, #"{"later": true}"#])
    func aFileThatCannotBeReadIsANewUsers(_ text: String) throws {
        let folder = FileManager.default.temporaryDirectory.path + "/bgpdeck-memory-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let file = MemoryFile(folder: folder)
        try Data(text.utf8).write(to: URL(filePath: file.path))
        #expect(file.load() == ConsoleMemory())
    }

    @Test func aFolderThatCannotBeWrittenIsSaid() {
        #expect(
            MemoryFile(folder: "/proc/nowhere").save(ConsoleMemory())?.contains("/proc/nowhere/console.json") == true)
    }
}
