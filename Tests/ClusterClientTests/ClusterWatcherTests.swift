import Fabric
import Formats
import FoundationEssentials
import Polling
import SimulatorServer
import Testing

@testable import ClusterClient

/// The whole of what holds the cluster, against the simulated API.
@Suite struct ClusterWatcherTests {
    @Test func aLookTellsEverythingOnceAndThenWhatMoved() async throws {
        try await withCluster { cluster in
            let watcher = cluster.watcher()
            let heard = Heard(watcher)
            defer { heard.end() }
            let first = try #require(await watcher.look())
            #expect(first.error == nil && first.gaps.isEmpty && first.facts.isEmpty)
            #expect(first.answers.count == ClusterKind.all.count)
            #expect(first.answers.first?.command == "kubectl get nodes -o json")
            #expect(Kubernetes.nodes(first.answers.first?.bytes ?? []).value.count == 6)
            let second = try #require(await watcher.look())
            #expect(second.answers.isEmpty && second.facts.count == 1)
            let before = heard.looks
            try await cluster.control.inject("overlay-enabled")
            #expect(await heard.nextLook(after: before))
            let third = try #require(await watcher.look())
            #expect(third.answers.map(\.command) == ["kubectl get ippools.crd.projectcalico.org -o json"])
            #expect(third.text("ippools").contains("\"ipipMode\":\"Always\"") && third.facts.count == 1)
        }
    }

    @Test func withoutAListenerEachLookListsAll() async throws {
        try await withCluster { cluster in
            let watcher = cluster.watcher()
            for _ in 0..<2 {
                let result = try #require(await watcher.look())
                #expect(result.error == nil && result.answers.count == ClusterKind.all.count && result.facts.isEmpty)
            }
        }
    }

    /// Who comes later has been told nothing yet.
    @Test func aNewListenerIsToldEverything() async throws {
        try await withCluster { cluster in
            let watcher = cluster.watcher()
            let first = Heard(watcher)
            _ = await watcher.look()
            first.end()
            let second = Heard(watcher)
            defer { second.end() }
            #expect(await watcher.look()?.answers.count == ClusterKind.all.count)
        }
    }

    @Test func aServerThatIsGoneIsSaidAndComesBack() async throws {
        try await withCluster { cluster in
            let watcher = cluster.watcher()
            let heard = Heard(watcher)
            defer { heard.end() }
            _ = await watcher.look()
            var before = heard.looks
            try await cluster.control.inject("api-down")
            // A change that the API told just before announces a look of its own.
            var down: LookResult?
            for _ in 0..<10 where down?.error == nil {
                #expect(await heard.nextLook(after: before))
                before = heard.looks
                down = await watcher.look()
            }
            let gone = try #require(down)
            #expect(gone.error?.kind == .unreachable && gone.answers.isEmpty && gone.facts.isEmpty)
            #expect(gone.error?.cause.contains("connection refused") == true)
            before = heard.looks
            try await cluster.control.clear("api-down")
            // A kind that was lost after the others may have announced a look that nobody has taken yet: none is announced
            // on top of it.
            var back: LookResult?
            for _ in 0..<100 where back?.facts.isEmpty != false {
                _ = await heard.nextLook(after: before, within: 1)
                before = heard.looks
                back = await watcher.look()
            }
            #expect(back?.error == nil && back?.facts.count == 1)
        }
    }

    /// 410 for every watch at once, and a change right behind it: nothing is lost.
    @Test func whatTheServerForgetsIsListedAnew() async throws {
        try await withCluster { cluster in
            let watcher = cluster.watcher()
            let heard = Heard(watcher)
            defer { heard.end() }
            _ = await watcher.look()
            let before = heard.looks
            try await cluster.control.inject("api-forgets")
            try await cluster.control.inject("overlay-enabled")
            #expect(await heard.nextLook(after: before))
            var pools = ""
            for _ in 0..<100 where !pools.contains("Always") {
                pools = await watcher.look()?.text("ippools") ?? ""
                try await Task.sleep(for: .milliseconds(20))
            }
            #expect(pools.contains("Always"))
            #expect(await watcher.look()?.error == nil)
        }
    }

    /// One kind that may not be read takes nothing from the others; a right that only some rules need is a gap.
    @Test func missingRightsAreNamedOneByOne() async throws {
        try await withCluster { cluster in
            try await cluster.control.inject("api-forbids:ippools")
            let watcher = cluster.watcher()
            let heard = Heard(watcher)
            defer { heard.end() }
            let result = try #require(await watcher.look())
            // Calico's own API may be read where its store may not be: the fault forbids both.
            #expect(result.error == nil && result.answers.count == ClusterKind.all.count - 1)
            let gap = try #require(result.gaps.first)
            #expect(result.gaps.count == 1 && gap.operation == "kubectl get ippools.projectcalico.org -o json")
            #expect(gap.cause.contains("cannot list resource \"ippools\"") && gap.hint.contains("overlay"))
            // A kind that was never told keeps none of the others from being confirmed.
            #expect(await watcher.look()?.facts.count == 1)
            try await cluster.control.inject("api-forbids:bgppeers")
            let other = cluster.watcher()
            let lists = try #require(await other.look())
            #expect(lists.error?.kind == .refused && lists.error?.operation.contains("bgppeers") == true)
            #expect(lists.answers.count == ClusterKind.all.count - 2)
        }
    }

    /// What was told of a kind that may not be read any more is not said to be as young as the rest.
    @Test func aKindThatIsLostIsNotConfirmed() async throws {
        try await withCluster { cluster in
            let watcher = cluster.watcher()
            let heard = Heard(watcher)
            defer { heard.end() }
            _ = await watcher.look()
            try await cluster.control.inject("api-forbids:ippools")
            try await cluster.control.inject("api-drops")
            var result: LookResult?
            for _ in 0..<400 where result?.gaps.isEmpty ?? true {
                result = await watcher.look()
                try await Task.sleep(for: .milliseconds(20))
            }
            #expect(result?.gaps.count == 1)
            let next = try #require(await watcher.look())
            #expect(next.facts.isEmpty && next.answers.count == ClusterKind.all.count - 1)
        }
    }

    @Test func anOldServerIsReadByItsOldForms() async throws {
        try await withCluster { cluster in
            try await cluster.control.inject("api-old")
            let watcher = cluster.watcher()
            let result = try #require(await watcher.look())
            #expect(result.error == nil)
            #expect(result.text("endpointslices").contains("\"apiVersion\":\"discovery.k8s.io/v1beta1\""))
            #expect(!Kubernetes.endpoints(Array(result.text("endpointslices").utf8)).value.isEmpty)
            #expect(!Kubernetes.disruptionBudgets(Array(result.text("poddisruptionbudgets").utf8)).value.isEmpty)
        }
    }

    /// Native resources have no store of their own; what only the store has stays unknown without being a failure.
    @Test func calicosOwnAPIStandsInForItsStore() async throws {
        try await withCluster { cluster in
            try await cluster.control.inject("api-without-store")
            let watcher = cluster.watcher()
            let result = try #require(await watcher.look())
            #expect(result.error == nil && result.gaps.isEmpty)
            #expect(result.answers.count == ClusterKind.all.count - 1)
            let blocks = Calico.blockAffinities(Array(result.text("blockaffinities.projectcalico.org").utf8))
            #expect(blocks.value.count { $0.isConfirmed } == blocks.value.count && !blocks.value.isEmpty)
            #expect(Calico.peers(Array(result.text("bgppeers.projectcalico.org").utf8)).value.count == 12)
        }
    }

    /// Where the API has nothing of Calico, what `calicoctl` tells stands in its place.
    @Test func whatTheAPILacksIsAskedForOtherwise() async throws {
        try await withCluster { cluster in
            try await cluster.control.inject("api-without-calico")
            let told = try #require(await cluster.watcher().look())
            #expect(told.error?.kind == .notFound && told.error?.cause.contains("doesn't have a resource type") == true)
            #expect(told.answers.count == 5)
            let watcher = cluster.watcher { kind in
                let command = "calicoctl get \(kind.forms.first?.resource ?? "") -o json"
                return Answer(source: .kubernetes, command: command, at: Date(timeIntervalSince1970: 0), bytes: [])
            }
            let result = try #require(await watcher.look())
            #expect(result.error == nil && result.answers.count == ClusterKind.all.count)
            #expect(result.answers[4].command == "calicoctl get bgppeers -o json")
        }
    }

    /// A server that takes connections and says nothing more looks as if all were well, until it is asked for a sign.
    @Test func aServerThatFellSilentIsNotTakenForCalm() async throws {
        try await withCluster(timeout: .seconds(1)) { cluster in
            let watcher = cluster.watcher(patience: .seconds(1))
            let heard = Heard(watcher)
            defer { heard.end() }
            _ = await watcher.look()
            try await cluster.control.inject("api-hangs")
            var kind: SourceError.Kind?
            for _ in 0..<100 where kind == nil {
                kind = await watcher.look()?.error?.kind
                if kind == nil { try await Task.sleep(for: .milliseconds(50)) }
            }
            #expect(kind == .timedOut)
        }
    }

    @Test func podsOfANodeAreListedWhenAsked() async throws {
        try await withCluster { cluster in
            let watcher = cluster.watcher()
            let path = "/api/v1/pods?fieldSelector=spec.nodeName%3Dnode-1"
            let told = await watcher.list(path, command: "kubectl get pods")
            guard case .answer(let answer)? = told else {
                Issue.record("\(String(describing: told))")
                return
            }
            let pods = Kubernetes.pods(answer.bytes).value
            #expect(!pods.isEmpty && pods.allSatisfy { $0.node == NodeName("node-1") })
        }
    }
}
