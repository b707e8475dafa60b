import FoundationEssentials
import NIOCore
import Simulator
import Synchronization

extension SimulatedControllers {
    /// Takes a POST or DELETE: all of it, or with an error nothing.
    func change(
        _ request: ServerRequest, _ target: RequestTarget, user: String, at now: Double
    ) async throws(APICError) -> ServerResponse {
        guard case .object(let dn)? = try Query.parse(path: target.path, options: [])?.scope else {
            throw .bad(400, "Request failed, unsupported url")
        }
        var posted: PostedObject?
        if request.method == "POST" {
            posted = try? JSONDecoder().decode(PostedObject.self, from: Data(request.body))
            guard posted != nil else { throw .bad(400, "Failed to parse JSON: syntax error") }
        }
        let before: [ConfigurationTree.Neighbor: PeerSettings]
        let outcome: Result<Applied, APICError> = cluster.withLock { state in
            do throws(APICError) {
                return .success(try state.apply(posted, to: dn, user: user, at: now))
            } catch {
                return .failure(error)
            }
        }
        let applied = try outcome.get()
        before = applied.before
        for frame in applied.frames { frame.outlet.send(frame.text) }
        let after = cluster.withLock { $0.configuration.neighbors() }
        await configure(from: before, to: after)
        await look()
        guard target["rsp-subtree"] == "modified" else { return .json("{\"totalCount\":\"0\",\"imdata\":[]}") }
        let list = applied.changes.map(\.json)
        return .json("{\"totalCount\":\"\(list.count)\",\"imdata\":[\(list.joined(separator: ","))]}")
    }

    /// Hands the fabric what is different for its neighbors.
    private func configure(
        from before: [ConfigurationTree.Neighbor: PeerSettings], to after: [ConfigurationTree.Neighbor: PeerSettings]
    ) async {
        for (neighbor, settings) in after where before[neighbor] != settings {
            try? await fabric.configure(settings, neighbor.address, neighbor.leaf)
        }
        for (neighbor, settings) in before where after[neighbor] == nil {
            var gone = settings
            gone.isPresent = false
            try? await fabric.configure(gone, neighbor.address, neighbor.leaf)
        }
    }
}

/// What a change did.
struct Applied: Sendable {
    var changes: [ObjectChange]
    var before: [ConfigurationTree.Neighbor: PeerSettings]
    var frames: [(outlet: Subscriptions.Outlet, text: String)]
}

extension ClusterState {
    /// Changes the tree, writes the audit, and makes the frames for subscribers.
    mutating func apply(
        _ posted: PostedObject?, to dn: String, user: String, at now: Double
    ) throws(APICError) -> Applied {
        for case .noPrivilege(let name) in injected where posted?.names(name) ?? true {
            throw APICError(status: 403, code: "403", text: "User does not have write privilege for \(name)")
        }
        if injected.contains(.readOnlyUser) {
            throw APICError(status: 403, code: "403", text: "User does not have write privilege for \(dn)")
        }
        var change = ConfigurationChange(configuration, at: picture.now)
        if let posted { try change.post(posted, at: dn) } else { try change.delete(dn) }
        let before = configuration.neighbors()
        configuration = change.tree
        counters.posts += 1
        var all = change.changes
        for item in change.changes {
            let words = item.changed.sorted().filter { $0 != "modTs" }.map { "\($0):\(item.object[$0] ?? "")" }
            let kind = ["created": "creation", "modified": "modification", "deleted": "deletion"][item.kind.rawValue]
            let record = records.add(
                "aaaModLR", affected: item.object.dn, at: picture.now,
                [
                    "user": user, "ind": kind ?? "modification", "changeSet": words.joined(separator: ", "),
                    "descr": "\(item.object.className) \(item.object.dn) \(item.kind.rawValue)",
                ])
            if let record { all.append(ObjectChange(kind: .created, object: record)) }
        }
        return Applied(changes: change.changes, before: before, frames: publish(all, at: now))
    }
}

extension PostedObject {
    /// Whether a class is in the body.
    func names(_ name: String) -> Bool { className == name || children.contains { $0.names(name) } }
}
