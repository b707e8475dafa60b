import Fabric
import Foundation
import Simulator

/// `bgpdeck drain|restore|push` on the lab, each time as a console of its own.
struct Operations {
    /// What a batch command told as JSON, and how it ended.
    struct Report: CustomStringConvertible {
        var status: Int32
        var outcome: String?
        var reason: String
        var remains: String
        var undo: String
        /// Kinds of what stood in the way.
        var blockers: [String]
        var warnings: [String]
        /// Everything that it said.
        var text: String

        init(_ child: Child) {
            let row = child.rows.last ?? [:]
            status = child.status
            outcome = row["outcome"] as? String
            reason = row["reason"] as? String ?? row["refusal"] as? String ?? ""
            remains = row["remains"] as? String ?? ""
            undo = row["undo"] as? String ?? ""
            blockers = (row["blockers"] as? [[String: Any]] ?? []).compactMap { $0["kind"] as? String }
            warnings = row["warnings"] as? [String] ?? []
            text = child.output + child.errors
        }

        var description: String { "status \(status), \(outcome ?? "not begun"): \(reason); now: \(remains)" }
    }

    /// Whose rights: the kubeconfig's name in the run folder.
    var rights = "full"
    /// The home folder, whose journal all consoles of a test share.
    let home: URL

    init() throws {
        home = FileManager.default.temporaryDirectory.appending(path: "bgpdeck-operations-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
    }

    /// Restores what another test left out of service.
    static func putBack() throws {
        let operations = try Operations()
        defer { operations.end() }
        for plan in Lab.topology.nodes where try NodeTruth(plan).mark != nil {
            _ = try operations.run("restore", plan.name.text)
        }
    }

    /// Removes the home folder.
    func end() { try? FileManager.default.removeItem(at: home) }

    /// The journal's lines.
    var journal: [[String: Any]] {
        let file = home.appending(path: ".local/state/bgpdeck/journal/operations.jsonl")
        guard let data = try? Data(contentsOf: file) else { return [] }
        return data.split(separator: 10).compactMap { try? JSONSerialization.jsonObject(with: $0) as? [String: Any] }
    }

    /// Runs an operation to its end; a signal may come to it, once, when the journal has so many lines more than before.
    func run(
        _ kind: String, _ node: String, _ more: [String] = [], signal: (number: Int32, afterLines: Int)? = nil
    ) throws -> Report {
        let before = signal.map { _ in journal.count } ?? 0
        // A second interrupt would end it here and now.
        var isSent = false
        let child = try Child.run(
            Lab.program, arguments(kind, node, more), environment: environment, limit: 280
        ) { process in
            guard let signal, !isSent, journal.count - before >= signal.afterLines else { return }
            isSent = true
            kill(process, signal.number)
        }
        return Report(child)
    }

    private var environment: [String: String] { ["HOME": home.path, "LC_ALL": "C.UTF-8"] }

    private func arguments(_ kind: String, _ node: String, _ more: [String]) throws -> [String] {
        let text = try String(contentsOf: Lab.folder.appending(path: "config-rest.yaml"), encoding: .utf8)
        let file = home.appending(path: "config.yaml")
        try Data(text.replacing("kubeconfig.admin", with: "kubeconfig.\(rights)").utf8).write(to: file)
        let own = ["--yes", "--allow-changes", "--output", "json", "--config", file.path]
        return [kind, node] + own + (kind == "drain" ? ["--delete-emptydir-data"] : []) + more
    }
}

/// What a node is like, by the daemons' and Kubernetes' own words.
struct NodeTruth: CustomStringConvertible {
    var isCordoned = false
    var isExcluded = false
    var isHeldByLabel = false
    /// The operation's phase that the mark on the node tells; nil: no mark.
    var mark: String?
    /// Leases of operations that somebody holds.
    var leases: [String] = []
    /// The leaves' states of its sessions.
    var leafStates: [String] = []
    /// Service prefixes, and all prefixes, that some leaf of its rack forwards to it.
    var services = 0
    var prefixes = 0

    init(_ plan: Topology.NodePlan) throws {
        let node =
            try Witness.kubernetes("nodes").first { Self.metadata($0)["name"] as? String == plan.name.text } ?? [:]
        isCordoned = (node["spec"] as? [String: Any])?["unschedulable"] as? Bool ?? false
        let labels = Self.metadata(node)["labels"] as? [String: String] ?? [:]
        isExcluded = labels["node.kubernetes.io/exclude-from-external-load-balancers"] != nil
        isHeldByLabel = labels["bgpdeck.io/hold"] != nil
        let annotations = Self.metadata(node)["annotations"] as? [String: String] ?? [:]
        mark = annotations["bgpdeck.io/operation"].map { text in
            let object = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
            return object?["phase"] as? String ?? "unreadable"
        }
        leases = try Witness.kubernetes("leases.coordination.k8s.io").filter { lease in
            let holder = (lease["spec"] as? [String: Any])?["holderIdentity"] as? String ?? ""
            return holder.hasPrefix("bgpdeck/")
        }.compactMap { Self.metadata($0)["name"] as? String }.sorted()
        leafStates = try Witness.sessions(of: plan.name.text).map { $0.leafState ?? "no neighbor" }
        for leaf in Lab.topology.rack(plan.rack)?.leaves ?? [] {
            let table = try Agreement.installed(on: leaf.number).filter { $0.value.contains(plan.address.description) }
            prefixes += table.count
            services += table.keys.count { IPPrefix($0).map(Lab.topology.serviceSubnet.contains) ?? false }
        }
    }

    private static func metadata(_ item: [String: Any]) -> [String: Any] { item["metadata"] as? [String: Any] ?? [:] }

    /// As an undisturbed node is. A leaf with one next hop need not forward a service to it.
    var isInService: Bool {
        !isCordoned && !isExcluded && !isHeldByLabel && mark == nil && leases.isEmpty
            && leafStates.allSatisfy { $0 == "Established" } && prefixes > 0
            && (services > 0 || !Lab.hasSeveralNextHops)
    }

    /// As a finished drain leaves it.
    var isInMaintenance: Bool {
        isCordoned && isExcluded && mark == "maintenance" && leases.count == 2 && prefixes == 0
            && leafStates.allSatisfy { $0 != "Established" }
    }

    var description: String {
        "cordoned \(isCordoned), excluded \(isExcluded), mark \(mark ?? "none"), leases \(leases), sessions \(leafStates), "
            + "forwarded \(prefixes) of them services \(services)"
    }
}
