import Fabric
import Foundation
import Simulator
import Testing

/// The console's batch commands against what the daemons say, field by field, in a healthy lab.
@Suite(.serialized, .enabled(if: Lab.isUp, Lab.reason ?? ""), .timeLimit(.minutes(10)))
struct AgreementTests {
    init() throws {
        let isHealthy = try Lab.isHealthy()
        try #require(isHealthy, "the lab is not healthy to begin with")
    }

    @Test func sessionsAreAsBothDaemonsTellThem() throws {
        let differences = try Agreement.sessions()
        #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
        for row in try Lab.rows("sessions") { #expect(row["verdict"] as? String == "up", "\(row)") }
    }

    @Test func leavesAreAsFRRTellsThem() throws {
        var differences: [String] = []
        let agrees = try Lab.eventually(15) {
            differences = try Lab.rows("leaves").flatMap(Self.difference)
            return differences.isEmpty
        }
        #expect(agrees, "\(differences.joined(separator: "\n"))")
    }

    /// What differs between a row and the leaf's own summary.
    private static func difference(_ row: [String: Any]) throws -> [String] {
        let leaf = try #require(row["leaf"] as? Int)
        let summary = try Witness.frr(leaf, "show bgp ipv4 unicast summary")
        let nodes = Set(Lab.topology.nodes.map { $0.address.description })
        let peers = (summary["peers"] as? [String: [String: Any]] ?? [:]).filter { nodes.contains($0.key) }
        let truth: [(field: String, value: AnyHashable?)] = [
            ("router_id", summary["routerId"] as? String), ("table_version", summary["tableVersion"] as? Int),
            ("peers_total", peers.count),
            ("peers_up", peers.values.filter { $0["state"] as? String == "Established" }.count),
            ("paths_accepted", peers.values.reduce(0) { $0 + ($1["pfxRcd"] as? Int ?? 0) }),
        ]
        return truth.compactMap { field, value in
            let told = row[field] as? AnyHashable
            if value != nil, told == value { return nil }
            return "\(leaf): \(field) is \(told.debugDescription), FRR says \(value.debugDescription)"
        }
    }

    @Test func prefixesAreAsBIRDExportsAndTheKernelOfTheLeafInstalls() throws {
        // A session that has just come up shows for some seconds what its leaf had before: a lab may be as young as that.
        _ = try Lab.eventually(30) { try Lab.rows("prefixes").allSatisfy { $0["verdict"] as? String == "ok" } }
        var told: [String: [String: Any]] = [:]
        for row in try Lab.rows("prefixes") {
            told["\(row["node"] ?? "")/\(row["leaf"] ?? "") \(row["prefix"] ?? "")"] = row
        }
        for plan in Lab.topology.nodes {
            for (leaf, address) in zip(Lab.topology.rack(plan.rack)?.leaves ?? [], plan.leafAddresses) {
                let installed = try Agreement.installed(on: Int(leaf.description) ?? 0)
                for prefix in try Agreement.exported(plan.name.text, to: address.description) {
                    let found = told.removeValue(forKey: "\(plan.name)/\(leaf) \(prefix)")
                    let row = try #require(found, "no row of \(prefix)")
                    #expect(row["advertised"] as? String == "yes", "\(row)")
                    let isInstalled = installed[prefix]?.contains(plan.address.description) == true
                    #expect((row["installed"] as? String == "yes") == isInstalled, "\(row)")
                    #expect(row["verdict"] as? String == "ok", "\(row)")
                }
            }
        }
        #expect(told.isEmpty, "the console tells of prefixes that nobody exports: \(told.keys.sorted())")
    }

    @Test(.enabled(if: Lab.hasCluster, "this lab runs without Kubernetes"))
    func nodesAreAsTheClusterHasThem() throws {
        let items = try Witness.kubernetes("nodes")
        let rows = try Lab.rows("nodes")
        #expect(rows.count == items.count)
        for item in items {
            let metadata = item["metadata"] as? [String: Any] ?? [:]
            let annotations = metadata["annotations"] as? [String: String] ?? [:]
            let row = try #require(rows.first { $0["node"] as? String == metadata["name"] as? String })
            let address = annotations["projectcalico.org/IPv4Address"]?.split(separator: "/").first.map(String.init)
            #expect(row["address"] as? String == address)
            #expect((row["as"] as? Int).map(String.init) == annotations["projectcalico.org/ASNumber"])
            let isCordoned = (item["spec"] as? [String: Any])?["unschedulable"] as? Bool ?? false
            #expect(row["cordoned"] as? Bool == isCordoned)
        }
    }

    @Test(.enabled(if: Lab.hasCluster, "this lab runs without Kubernetes"))
    func servicesAreAsTheLeavesInstallAndTheClusterServesThem() throws {
        let endpoints = try Agreement.endpointNodes()
        let rows = try Lab.rows("services")
        #expect(!rows.isEmpty)
        for row in rows {
            let leaf = try #require(row["leaf"] as? Int)
            let rack = try #require(Lab.topology.racks.first { $0.leaves.contains { $0.description == "\(leaf)" } })
            let prefix = try #require(row["prefix"] as? String)
            let addresses = try Agreement.installed(on: leaf)[prefix] ?? []
            let hops = Lab.topology.nodes.filter { addresses.contains($0.address.description) }.map(\.name.text)
            #expect(Set(row["next_hops"] as? [String] ?? []) == Set(hops), "\(row)")
            guard let service = row["service"] as? String else { continue }
            let expected = (endpoints[service] ?? []).filter { name in
                Lab.topology.nodes.contains { $0.name.text == name && $0.rack == rack.name }
            }
            let told = Set(row["expected_nodes"] as? [String] ?? [])
            #expect(told.isSuperset(of: expected), "\(service): \(told) \(expected)")
        }
    }

    @Test func aHealthyLabHasNoFinding() throws {
        let check = try Lab.console("check")
        #expect(check.status == 0, "\(check.output)\(check.errors)")
    }

    @Test(.enabled(if: Lab.isFull, "five minutes of quiet belong to the full run"))
    func nothingFalseIsSaidInFiveMinutes() throws {
        let watch = try Child.run(
            Lab.program,
            ["watch", "--plain", "--config", Lab.folder.appending(path: "config.yaml").path],
            environment: ["LC_ALL": "C.UTF-8"], limit: 300)
        let alarms = watch.output.split(separator: "\n").filter { $0.contains("warning") || $0.contains("critical") }
        #expect(alarms.isEmpty, "\(alarms.joined(separator: "\n"))")
        #expect(!watch.output.isEmpty)
    }
}
