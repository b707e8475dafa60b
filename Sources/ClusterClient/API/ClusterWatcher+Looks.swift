import Fabric
import FoundationEssentials
import Polling

// What looks are answered with.
extension ClusterWatcher {
    /// Performs a look at everything; nil where the door cannot be had.
    func look() async -> LookResult? {
        attend()
        guard await isReady() else { return nil }
        if held.isEmpty { await begin() } else if let failure = await silence() { return failure }
        await discoverAgain()
        for index in held.indices { handle(.asked, index) }
        let deadline = ContinuousClock.now + patience
        while !held.allSatisfy(\.machine.isSettled), ContinuousClock.now < deadline, !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(5))
        }
        return await result()
    }

    /// Lists something once: all pages of it. Nil where the door cannot be had.
    func list(_ path: String, command: String) async -> ClusterOutcome? {
        guard await isReady() else { return nil }
        do throws(APIFailure) {
            var store = ObjectStore()
            var all: [StoredObject] = []
            var token: String?
            while true {
                let page = try await page(path, token: token)
                all += page.objects
                token = page.token
                guard token == nil else { continue }
                _ = store.replace(with: all)
                let bytes = store.list(page.head, resourceVersion: page.resourceVersion)
                return .answer(Answer(source: .kubernetes, command: command, at: now(), bytes: bytes))
            }
        } catch {
            return .failure(error.error(command))
        }
    }

    private func isReady() async -> Bool {
        guard let error = await ready() else {
            saidWithout = false
            return true
        }
        if !saidWithout {
            saidWithout = true
            output?.yield(
                .notice("kubernetes: no kubectl proxy, so each look asks by kubectl get: \(error.cause)"))
        }
        return false
    }

    /// Learns which groups there are; where that is not told, all are asked for.
    private func begin() async {
        let served = await served()
        guard held.isEmpty else { return }
        held = ClusterKind.all.map { fresh($0, served) }
    }

    /// What was not there may have come: Calico, or a newer API.
    private func discoverAgain() async {
        guard ContinuousClock.now - discovered > ListWatch.lasting, held.contains(where: \.isMissing) else { return }
        let served = await served()
        for index in held.indices where held[index].isMissing {
            let next = fresh(held[index].kind, served)
            guard next.forms != held[index].forms else { continue }
            let attempt = stop(index)
            held[index] = next
            held[index].attempt = attempt
        }
    }

    private func served() async -> Set<String>? {
        discovered = .now
        return (try? await door.get("/apis")).flatMap(APIDocuments.groupVersions)
    }

    private func fresh(_ kind: ClusterKind, _ served: Set<String>?) -> Held {
        let forms = kind.forms.filter { $0.group.isEmpty || served?.contains($0.groupVersion) ?? true }
        return Held(kind: kind, machine: ListWatch(forms, watches: output != nil, patience: patience), forms: forms)
    }

    /// Why nothing can be said now although all watches stand: the other end of a connection may be gone without a
    /// word, so a server that told nothing for a while is asked for a sign of life.
    private func silence() async -> LookResult? {
        guard output != nil, isDoubtful || ContinuousClock.now - heard > ClusterWatcher.freshness else { return nil }
        do throws(APIFailure) {
            _ = try await door.get("/version")
            heard = .now
            return nil
        } catch {
            // What it answers, whatever that be, is a sign of life; where it does not, the proxy answers for it.
            guard (error.status ?? 500) >= 500 else { return nil }
            return LookResult(look: .cluster, answers: [], error: error.error("kubectl get --raw /version"))
        }
    }

    /// Whether a kind's last words were that the server does not answer.
    private var isDoubtful: Bool {
        held.contains { if case .failed(let failure) = $0.machine.standing { !failure.isLasting } else { false } }
    }

    /// What every kind tells now. What was told before and holds is only confirmed, unless a kind that was once told
    /// cannot be read any more: confirming is for all that is known.
    private func result() async -> LookResult {
        var others: [ClusterKind: Answer] = [:]
        for kind in held.filter(\.forms.isEmpty).map(\.kind) { others[kind] = await other(kind) }
        let isWhole = held.allSatisfy { $0.machine.standing == .good || $0.told == nil }
        var outcomes: [ClusterOutcome] = []
        for index in held.indices {
            let one = held[index]
            let form = one.forms.indices.contains(one.machine.form) ? one.forms[one.machine.form] : one.kind.forms.first
            let command = form?.command ?? one.kind.name
            held[index].toldStanding = one.machine.standing
            switch one.machine.standing {
            case .unread:
                outcomes.append(.failure(APIFailure.silent("no answer in time").error(command)))
            case .failed(let failure):
                outcomes.append(others[one.kind].map { .answer($0) } ?? .failure(failure.error(command)))
            case .good:
                if output != nil, isWhole, one.told == one.machine.store.version {
                    outcomes.append(.unchanged)
                    continue
                }
                held[index].told = one.machine.store.version
                let bytes = one.machine.store.list(one.machine.head, resourceVersion: one.machine.resourceVersion)
                outcomes.append(.answer(Answer(source: .kubernetes, command: command, at: now(), bytes: bytes)))
            }
        }
        var result = ClusterOutcomes.result(outcomes)
        if outcomes.contains(where: { if case .unchanged = $0 { true } else { false } }) {
            let provenance = Provenance(source: .kubernetes, command: "kubectl get", at: now())
            result.facts = [Decoded(observations: [.unchanged(.kubernetes)], provenance: provenance)]
        }
        return result
    }
}
