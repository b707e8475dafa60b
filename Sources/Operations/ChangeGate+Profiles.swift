import Fabric
import Polling

/// How peer profiles are changed on the controllers: each is read before, and is changed only where it is as the plan
/// took it to be; and read after, so that what was posted is seen there (aci.md 4.2).
extension ChangeGate {
    func post(
        _ changes: [ProfileChange], _ address: IPAddress?, _ progress: @escaping Progress
    ) async throws(SourceError) {
        guard !changes.isEmpty else { return }
        guard let controllers, let address else {
            throw ChangeGate.refused(
                controllers == nil ? "the controllers cannot be written" : "the node's address is not known",
                "look at the plan again")
        }
        let before = try await controllers.peerProfiles(address)
        // All are looked at before the first is changed. One that has its change already was posted by a console that
        // did not live to say so.
        for change in changes {
            guard let found = before.first(where: { $0["dn"] == change.name }) else {
                throw ChangeGate.refused("\(change.name) is gone", "look at the plan again")
            }
            guard found.has(change.former) || found.has(change.object) else {
                throw ChangeGate.refused(
                    "\(change.name) is not as the plan took it to be",
                    "someone changed it meanwhile: look at the plan again")
            }
        }
        for change in changes where before.first(where: { $0["dn"] == change.name })?.has(change.object) != true {
            try await controllers.post(change.object, progress)
        }
        let after = try await controllers.peerProfiles(address)
        for change in changes where after.first(where: { $0["dn"] == change.name })?.has(change.object) != true {
            throw ChangeGate.refused(
                "\(change.name) was posted, and the controllers still show the former values", "look at its faults")
        }
        progress("the controllers show what was posted")
    }

    private static func refused(_ cause: String, _ hint: String) -> SourceError {
        SourceError(kind: .refused, source: .apic, operation: "POST bgpPeerP", cause: cause, hint: hint)
    }
}

extension ManagedObject {
    /// Whether the object has all attributes of another one, and children that have those of its children.
    func has(_ part: ManagedObject) -> Bool {
        part.attributes.allSatisfy { attributes[$0.key] == $0.value }
            && part.children.allSatisfy { wanted in
                children.contains { $0.className == wanted.className && $0.has(wanted) }
            }
    }
}
