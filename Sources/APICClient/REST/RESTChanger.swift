import Fabric
import Formats
import FoundationEssentials
import Polling

/// Reads and posts peer profiles (aci.md 4.2): one object under the path configures both leaves.
struct RESTChanger: Sendable {
    let connection: RESTConnection

    /// The changing half of the port.
    var changes: APICChanges {
        APICChanges(
            peerProfiles: { address throws(SourceError) in try await peerProfiles(address) },
            post: { object, progress throws(SourceError) in try await post(object, progress) },
            lacks: { () throws(SourceError) in try await lacks() })
    }

    /// Roles of an administrator's own making may allow it or not: only a user without any that writes is known to lack one.
    private func lacks() async throws(SourceError) -> [String]? {
        guard let roles = try await connection.writeRoles() else { return nil }
        return roles.isEmpty ? ["a role that may write (admin, tenant-admin, tenant-ext-admin)"] : []
    }

    private func peerProfiles(_ address: IPAddress) async throws(SourceError) -> [ManagedObject] {
        let query = APICQuery.objects(of: "bgpPeerP")
            .with("query-target-filter", "eq(bgpPeerP.addr,\"\(address)\")").with("rsp-subtree", "full")
            .with("rsp-prop-include", "config-only")
        let bytes = try await connection.get(query, for: .apic)
        let parsed = APIC.objects(bytes)
        if let refusal = parsed.diagnostics.first(where: { $0.severity == .error }) {
            throw SourceError(
                kind: .unreadable, source: .apic, operation: query.command,
                cause: "not a list of objects: \(refusal.message)", hint: "see the query")
        }
        return parsed.value
    }

    private func post(_ object: ManagedObject, _ progress: Progress) async throws(SourceError) {
        guard let name = object["dn"], name.hasPrefix("uni/"), name.contains("/peerP-[") else {
            throw SourceError(
                kind: .unsafe, source: .apic, operation: "POST", cause: "the object is no peer profile of a tenant",
                hint: "only bgpPeerP under uni/ is posted")
        }
        let words = object.attributes.filter { $0.key != "dn" }.sorted { $0.key < $1.key }
            .map { "\($0.key)=\($0.value)" }
        progress("$ POST /api/mo/\(name).json  \(object.className) \(words.joined(separator: " "))")
        let body: [UInt8]
        do { body = Array(try JSONEncoder().encode(ObjectBody(object))) } catch {
            throw SourceError(
                kind: .unreadable, source: .apic, operation: "POST", cause: "cannot be written as JSON: \(error)",
                hint: "")
        }
        _ = try await connection.post(body, to: name)
        progress("posted")
    }
}

/// An object as the body of a POST: `{"bgpPeerP": {"attributes": {…}, "children": […]}}`.
private struct ObjectBody: Encodable {
    private struct Inside: Encodable {
        var attributes: [String: String]
        var children: [ObjectBody]?
    }

    private let object: ManagedObject

    init(_ object: ManagedObject) { self.object = object }

    func encode(to encoder: any Encoder) throws {
        let children = object.children.map(ObjectBody.init)
        var container = encoder.singleValueContainer()
        try container.encode([
            object.className: Inside(
                attributes: object.attributes, children: children.isEmpty ? nil : children)
        ])
    }
}
