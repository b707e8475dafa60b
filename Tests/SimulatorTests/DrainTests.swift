import Fabric
import Simulator
import Testing

@Suite struct DrainTests {
    /// Runs kubectl to its end in virtual time; a drain that does not end within ten minutes is cut off.
    private func kubectl(_ line: String, _ fabric: inout SimulatedFabric) -> CommandReply {
        switch fabric.kubectl(line.split(separator: " ").map(String.init)) {
        case .reply(let reply): return reply
        case .drain(var drain):
            var reply = CommandReply(status: -1)
            for _ in 0..<1200 where reply.status == -1 {
                for output in drain.step(&fabric) {
                    switch output {
                    case .output(let line): reply.output += line + "\n"
                    case .errors(let line): reply.errors += line + "\n"
                    case .exit(let status): reply.status = status
                    }
                }
                fabric.advance(to: fabric.now + .milliseconds(500))
            }
            return reply
        }
    }

    @Test func cordonPrintsWhatKubectlPrints() {
        var fabric = SimulatedFabric(topology: .figure2)
        #expect(kubectl("cordon calico-node-1", &fabric).output == "node/calico-node-1 cordoned\n")
        #expect(kubectl("cordon calico-node-1", &fabric).output == "node/calico-node-1 already cordoned\n")
        #expect(kubectl("uncordon calico-node-1", &fabric).output == "node/calico-node-1 uncordoned\n")
        let missing = kubectl("cordon nosuch", &fabric)
        #expect(missing.errors == "Error from server (NotFound): nodes \"nosuch\" not found\n")
        #expect(missing.status == 1)
    }

    @Test func withoutTheFlagDaemonSetsBlock() {
        var fabric = SimulatedFabric(topology: .figure1)
        let reply = kubectl("drain node-4", &fabric)
        #expect(reply.status == 1)
        #expect(reply.output == "node/node-4 cordoned\n")
        #expect(
            reply.errors.hasPrefix(
                "error: unable to drain node \"node-4\" due to error: cannot delete DaemonSet-managed Pods "
                    + "(use --ignore-daemonsets to ignore): calico-system/calico-node-"))
        #expect(reply.errors.contains("There are pending nodes to be drained:\n node-4\n"))
    }

    @Test func aDrainWithdrawsTheLocalServicesAndKeepsBlocksAndRange() throws {
        var fabric = SimulatedFabric(topology: .figure1)
        let service = try #require(IPPrefix("10.96.142.7/32"))
        let address = try #require(IPAddress("192.168.2.25"))
        #expect(fabric.nextHops(of: service, on: LeafID(103)).contains(address))
        let reply = kubectl("drain node-4 --ignore-daemonsets --delete-emptydir-data --timeout=300s", &fabric)
        let lines = reply.output.split(separator: "\n")
        #expect(reply.status == 0)
        #expect(lines.first == "node/node-4 cordoned")
        #expect(lines.last == "node/node-4 drained")
        #expect(lines.contains { $0.hasPrefix("evicting pod gb/frontend-") })
        #expect(lines.contains { $0.hasPrefix("pod/frontend-") && $0.hasSuffix(" evicted") })
        #expect(reply.errors.hasPrefix("Warning: ignoring DaemonSet-managed Pods: "))
        fabric.advance(to: fabric.now + .seconds(3))
        #expect(!fabric.nextHops(of: service, on: LeafID(103)).contains(address))
        let range = try #require(IPPrefix("10.96.0.0/12"))
        #expect(fabric.nextHops(of: range, on: LeafID(103)).contains(address))
    }

    @Test func aBudgetBlocksUntilTheTimeout() throws {
        var fabric = SimulatedFabric(topology: .figure2)
        let pods = kubectl("get pods -A -o json", &fabric).output
        let leader = try #require(pods.firstRange(of: "\"name\": \"redis-leader-"))
        #expect(!leader.isEmpty)
        let replies = ["calico-master-1", "calico-node-1", "calico-node-2"].map { node in
            var copy = fabric
            return kubectl("drain \(node) --ignore-daemonsets --delete-emptydir-data --timeout=12s", &copy)
        }
        let blocked = try #require(replies.first { $0.output.contains("evicting pod gb/redis-leader") })
        #expect(blocked.status == 1)
        #expect(
            blocked.errors.contains(
                "(will retry after 5s): Cannot evict pod as it would violate the pod's disruption budget.\n"))
        #expect(blocked.errors.contains("-n \"gb\": global timeout reached: 12s"))
    }

    @Test func theExcludeLabelWithdrawsEveryServiceRoute() throws {
        var fabric = SimulatedFabric(topology: .figure1)
        let range = try #require(IPPrefix("10.96.0.0/12"))
        _ = kubectl("label node node-4 node.kubernetes.io/exclude-from-external-load-balancers=true", &fabric)
        fabric.advance(to: .seconds(4))
        #expect(fabric.nextHops(of: range, on: LeafID(103)).count == 2)
        _ = kubectl("label node node-4 node.kubernetes.io/exclude-from-external-load-balancers-", &fabric)
        fabric.advance(to: .seconds(8))
        #expect(fabric.nextHops(of: range, on: LeafID(103)).count == 3)
    }
}
