import Foundation
import Simulator
import Testing

/// The lab that the tests use: one that is up, named by the environment.
///
///     Tests/Lab/up figure-2 && BGPDECK_LAB=figure-2 swift test --filter LabTests
enum Lab {
    /// The instance's name.
    static let name = ProcessInfo.processInfo.environment["BGPDECK_LAB"] ?? ""

    /// Whether the long tests are wanted too.
    static let isFull = ProcessInfo.processInfo.environment["BGPDECK_LAB_FULL"] != nil

    /// Which third of the faults is wanted, 0 to 2; nil: all.
    static let third = ProcessInfo.processInfo.environment["BGPDECK_LAB_THIRD"].flatMap { Int($0) }

    /// The faults that are wanted, `BGPDECK_LAB_FAULTS=bird-killed,node-down`; nil: all.
    static let faults = ProcessInfo.processInfo.environment["BGPDECK_LAB_FAULTS"].map {
        Set($0.split(separator: ",").map(String.init))
    }

    /// The run folder.
    static let folder = URL(filePath: "/run/bgpdeck-lab/\(name)")

    /// How the console reads the leaves: the configuration's name in the run folder.
    enum Configuration: String {
        case ssh = "config.yaml"
        /// By the simulated APIC over FRR's live state (Tests/Lab/controller).
        case rest = "config-rest.yaml"
    }

    /// Why nothing can be tested here, in one line; nil where it can.
    static let reason: Comment? = {
        if name.isEmpty { return "no lab is asked for: Tests/Lab/up figure-2, then BGPDECK_LAB=figure-2" }
        if geteuid() != 0 { return "the lab needs root, for network namespaces" }
        if state["up"] == nil { return "no lab \(name) is up: Tests/Lab/up" }
        return nil
    }()

    static var isUp: Bool { reason == nil }

    /// What `state.json` tells.
    static var state: [String: Any] {
        let data = try? Data(contentsOf: folder.appending(path: "state.json"))
        return data.flatMap { try? JSONSerialization.jsonObject(with: $0) } as? [String: Any] ?? [:]
    }

    /// Whether the Kubernetes half runs.
    static var hasCluster: Bool { isUp && state["kubernetes"] as? Bool == true }

    /// Whether leaves forward to several next hops of one prefix.
    static var hasSeveralNextHops: Bool {
        let asked = (state["options"] as? [String: Any])?["maximum_paths"] as? Int
        return (asked ?? topology.ecmpLimit) > 1
    }

    /// The figure, as the simulator knows it.
    static var topology: Topology { (state["figure"] as? String).flatMap(Topology.named) ?? .figure2 }

    static let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The executable beside the test bundle, or the debug build's.
    static let program: String = {
        let bundle = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
        let candidates = [bundle, package.appending(path: ".build/debug")].map { $0.appending(path: "bgpdeck").path }
        return candidates.first(where: FileManager.default.isExecutableFile) ?? candidates[1]
    }()

    /// A command of `Tests/Lab`.
    @discardableResult
    static func command(_ name: String, _ arguments: [String]) throws -> Child {
        let child = try Child.run(package.appending(path: "Tests/Lab/\(name)").path, arguments)
        if child.status != 0 { throw LabFailure(text: child.errors) }
        return child
    }

    /// Makes a fault, or undoes it.
    static func fault(_ name: String, _ target: String?, undo: Bool = false) throws {
        try command("fault", [name] + (target.map { [$0] } ?? []) + (undo ? ["--undo"] : []) + ["--lab", Self.name])
    }

    /// A batch command of the console, on the lab's own configuration.
    static func console(_ view: String, _ more: [String] = [], by configuration: Configuration = .ssh) throws -> Child {
        let home = FileManager.default.temporaryDirectory.appending(path: "bgpdeck-lab-home").path
        return try Child.run(
            program, [view, "--config", folder.appending(path: configuration.rawValue).path] + more,
            environment: ["HOME": home, "LC_ALL": "C.UTF-8"])
    }

    /// The rows of a view.
    static func rows(_ view: String, by configuration: Configuration = .ssh) throws -> [[String: Any]] {
        try console(view, ["--output", "json"], by: configuration).rows
    }

    /// Tries until it succeeds or the time is over.
    static func eventually(_ seconds: TimeInterval, _ condition: () throws -> Bool) rethrows -> Bool {
        let deadline = Date(timeIntervalSinceNow: seconds)
        while true {
            if try condition() { return true }
            if Date() > deadline { return false }
            usleep(200_000)
        }
    }

    /// Waits until all sessions are Established again and have told what the healthy fabric tells.
    static func isHealthy(within seconds: TimeInterval = 60) throws -> Bool {
        try eventually(seconds) {
            try Witness.sessions().allSatisfy { $0.leafState == "Established" && $0.nodeState == "Established" }
                && Witness.sessions().allSatisfy { $0.nodePhase == "up" && $0.accepted == $0.advertised }
        }
    }
}

/// A lab command that failed.
struct LabFailure: Error, CustomStringConvertible {
    var text: String
    var description: String { text }
}

extension Trait where Self == ConditionTrait {
    /// Of tests that are made in thirds, one a day: which third this one belongs to.
    static func turn(_ number: Int) -> Self {
        .enabled(if: Lab.third == nil || Lab.third == number, "it is another third's turn")
    }
}
