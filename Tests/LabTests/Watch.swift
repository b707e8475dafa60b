import Fabric
import Foundation
import Simulator
import Testing

/// `bgpdeck watch --plain` beside the test.
final class Watch {
    private let process = Process()
    private let file: URL

    init(_ configuration: Lab.Configuration = .ssh) throws {
        file = FileManager.default.temporaryDirectory.appending(path: "bgpdeck-lab-watch-\(UUID().uuidString)")
        _ = FileManager.default.createFile(atPath: file.path, contents: nil)
        process.executableURL = URL(filePath: Lab.program)
        process.arguments = ["watch", "--plain", "--config", Lab.folder.appending(path: configuration.rawValue).path]
        process.environment = ProcessInfo.processInfo.environment.merging(["LC_ALL": "C.UTF-8"]) { _, new in new }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: file)
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    /// What it has told so far.
    func lines() -> [String] {
        let text = (try? Data(contentsOf: file)).map { String(decoding: $0, as: UTF8.self) } ?? ""
        return text.split(separator: "\n").map(String.init)
    }

    /// Whether a session of the node has come to that verdict after so many lines.
    func tells(_ node: String, _ verdict: String, after count: Int) -> Bool {
        lines().dropFirst(count).contains {
            let words = $0.split(separator: " ").map { $0.trimmingCharacters(in: ["[", "]", ":"]) }
            return words.contains(node) && words.contains("<->") && words.contains(verdict)
        }
    }

    /// Waits until it has told how things stand.
    func awaitFirstLook() throws {
        let isReading = Lab.eventually(30) { !lines().isEmpty }
        try #require(isReading, "the console tells nothing")
    }

    func end() {
        process.interrupt()
        process.waitUntilExit()
        try? FileManager.default.removeItem(at: file)
    }

    /// Makes a fault of the last node's sessions and undoes it: the console says so both times, the loss in time.
    static func expectLossAndReturn(_ fault: String, by configuration: Lab.Configuration) throws {
        let watch = try Watch(configuration)
        defer {
            watch.end()
            try? Lab.fault(fault, nil, undo: true)
            _ = try? Lab.isHealthy()
        }
        try watch.awaitFirstLook()
        let before = watch.lines().count
        let made = Date()
        try Lab.fault(fault, nil)
        let node = Lab.topology.nodes.last?.name.text ?? ""
        let isTold = Lab.eventually(20) { watch.tells(node, "DOWN", after: before) }
        let took = Date().timeIntervalSince(made)
        #expect(isTold, "\(watch.lines().dropFirst(before).joined(separator: "\n"))")
        // Hold time 3 s, poll of the leaves 2 s, and 3 s for two busy processors.
        #expect(took < 8, "told after \(took) s")
        let down = watch.lines().count
        try Lab.fault(fault, nil, undo: true)
        let isBack = Lab.eventually(40) { watch.tells(node, "UP", after: down) }
        #expect(isBack, "\(watch.lines().dropFirst(down).joined(separator: "\n"))")
    }
}
