import Foundation
import Testing

/// Operations on the simulated fabric: by commands, and by keys alone as at night.
@Suite struct OperationsTests {
    static func run(_ kind: String, _ node: String, _ more: [String]) throws -> Program.Run {
        try Program.run([kind, node, "--demo", "figure-1"] + more)
    }

    @Test func aDrainProvesThatTheServiceRoutesLeftBothLeaves() throws {
        let run = try Self.run("drain", "node-2", ["--yes", "--allow-changes", "--seed", "3"])
        #expect(run.status == 0, "\(run.output)\(run.errors)")
        #expect(run.output.contains("node/node-2 cordoned"))
        for leaf in ["101", "102"] {
            #expect(run.output.contains("proven: no service route leads to node-2 on leaf \(leaf)"))
            #expect(run.output.contains("proven: no path leads through node-2 on leaf \(leaf)"))
        }
        #expect(run.output.contains("undo: restore node-2"))
    }

    @Test func nothingHappensWithoutPermissionOrConsent() throws {
        let locked = try Self.run("drain", "node-2", ["--yes"])
        #expect(locked.status == 1)
        #expect(locked.output.contains("read-only"))
        let mute = try Self.run("drain", "node-2", ["--allow-changes"])
        #expect(mute.status == 1)
        #expect(!mute.output.contains("$ kubectl"))
        let dry = try Self.run("drain", "node-2", ["--dry-run"])
        #expect(dry.status == 0)
        #expect(dry.output.contains("Service routes that leave"))
        let unknown = try Self.run("drain", "node-99", ["--yes", "--allow-changes"])
        #expect(unknown.status == 1)
    }

    @Test func aPushMendsAWrongPeerAndSeesTheSessionsUp() throws {
        let run = try Self.run(
            "push", "node-3", ["--fault", "wrong-leaf-as:node-3/102", "--yes", "--allow-changes"])
        #expect(run.status == 0, "\(run.output)\(run.errors)")
        #expect(run.output.contains("- BGPPeer leaf102-node-3: node node-3, peer 192.168.2.21, AS 64999"))
        #expect(run.output.contains("+ BGPPeer leaf102-node-3: node node-3, peer 192.168.2.21, AS 65101"))
        #expect(run.output.contains("proven: the session with leaf 102 is up from both ends"))
    }

    @Test func aPushWithoutADifferenceSaysSoAndDoesNothing() throws {
        let run = try Self.run("push", "node-3", ["--yes", "--allow-changes"])
        #expect(run.status == 0)
        #expect(run.output.contains("nothing differs"))
        #expect(!run.output.contains("Successfully applied"))
    }

    /// Over REST the sessions are held down by the controllers, and both leaves prove it.
    @Test func overRESTTheControllersHoldTheSessions() throws {
        let run = try Self.run("drain", "node-2", ["--reach", "rest", "--yes", "--allow-changes"])
        #expect(run.status == 0, "\(run.output)\(run.errors)")
        #expect(run.output.contains(/\$ POST \/api\/mo\/uni\/\S+\/peerP-\[\S+\]\.json  bgpPeerP adminSt=disabled/))
        #expect(!run.output.contains("bgpdeck.io/hold=true"))
        for leaf in ["101", "102"] {
            #expect(run.output.contains("proven: the session with leaf \(leaf) is down"))
            #expect(run.output.contains("proven: no path leads through node-2 on leaf \(leaf)"))
        }
    }

    /// Of two objects that differ one is left; one that does not differ cannot be.
    @Test func aPushLeavesWhatItIsToldToLeave() throws {
        let faults = ["101", "102"].flatMap { ["--fault", "wrong-leaf-as:node-3/\($0)"] }
        let run = try Self.run("push", "node-3", faults + ["--dry-run", "--leave", "bgppeer/leaf101-node-3"])
        #expect(run.status == 0, "\(run.output)\(run.errors)")
        #expect(run.output.contains("bgppeer/leaf101-node-3 is left as it is"))
        #expect(run.output.contains("name: \"leaf102-node-3\"") && !run.output.contains("name: \"leaf101-node-3\""))
        #expect(run.output.contains(/resourceVersion: "\d+"/))
        let odd = try Self.run("push", "node-3", faults + ["--dry-run", "--leave", "bgppeer/other"])
        #expect(odd.status == 1 && odd.errors.contains("what differs is bgppeer/leaf101-node-3"), "\(odd.errors)")
    }

    /// Whether one line of a screen has both words: an operation further down may have succeeded before.
    static func shows(_ screen: String, _ one: String, _ other: String) -> Bool {
        screen.split(separator: "\n").contains { $0.contains(one) && $0.contains(other) }
    }

    /// A fault seen and explained, drill-down to routes, drain, maintenance, restore, re-push: by keys alone.
    @Test(.enabled(if: Tmux.isInstalled, "tmux is not installed"), .timeLimit(.minutes(10)))
    func byKeysAlone() throws {
        let told = "\"$0\" demo --allow-changes; echo \"ended=$?\"; sleep 60"
        let screen = try Tmux(["sh", "-c", told, Program.path], columns: 140, rows: 45)
        #expect(screen.wait(for: "node-6"))
        #expect(screen.wait(60, for: "session-down"), "the script's fault did not come")
        try screen.press("4", "Enter")
        #expect(screen.wait(for: "administrative shutdown on the leaf"))
        #expect(screen.wait(for: "What to do"))
        try screen.press("2", "g", "j", "Enter", "Right", "Right")
        #expect(screen.wait { $0.contains("[routes]") && $0.contains("exported") })

        try screen.press("D")
        #expect(screen.wait(for: "evict:"))
        try screen.press("BTab")
        try screen.type("node-2")
        try screen.press("Tab", "Tab", "Enter")
        #expect(screen.wait(90) { Self.shows($0, "drain node-2", "SUCCEEDED") })
        #expect(screen.wait(for: "done     see on both leaves that no path leads through it"))
        try screen.press("U")
        #expect(screen.wait(for: "restore node-2"))
        try screen.press("BTab")
        try screen.type("node-2")
        try screen.press("Tab", "Tab", "Enter")
        #expect(screen.wait(90) { Self.shows($0, "restore node-2", "SUCCEEDED") })

        try screen.press(":")
        try screen.type("fault wrong-leaf-as:node-3/102")
        try screen.press("Enter")
        #expect(screen.wait(90, for: "as-mismatch"))
        try screen.press(":")
        try screen.type("push node-3")
        try screen.press("Enter")
        #expect(screen.wait(for: "+ BGPPeer leaf102-node-3"))
        try screen.press("BTab")
        try screen.type("node-3")
        try screen.press("Tab", "Tab", "Enter")
        #expect(screen.wait(120) { Self.shows($0, "push node-3", "SUCCEEDED") })
        try screen.press("q")
        #expect(screen.wait(for: "ended=0"))
    }
}
