public import Fabric
public import Polling

/// Who holds a lock: a console's operator and the node that it was taken for, `bgpdeck/anna@jump-1/4711/node-3`.
public struct LockHolder: Sendable, Hashable, CustomStringConvertible {
    /// The operator of the console.
    public var who: Operator
    /// The node that the lock was taken for.
    public var node: NodeName

    /// A holder from its parts.
    public init(who: Operator, node: NodeName) {
        self.who = who
        self.node = node
    }

    /// Reads a `holderIdentity`; nil for one that another program wrote.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0] == "bgpdeck", let pid = Int32(parts[2]), !parts[3].isEmpty else { return nil }
        let person = parts[1].split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        guard person.count == 2 else { return nil }
        who = Operator(user: String(person[0]), host: String(person[1]), pid: pid)
        node = NodeName(String(parts[3]))
    }

    /// The text that stands in a lease.
    public var description: String {
        func plain(_ text: String) -> String { text.replacing("/", with: "-").replacing("@", with: "-") }
        return "bgpdeck/\(plain(who.user))@\(plain(who.host))/\(who.pid)/\(node)"
    }
}

/// The two locks of an operation: the leaf pair's, then the node's (calico.md 5.4).
public struct LockRequest: Sendable, Hashable {
    /// Who asks.
    public var holder: LockHolder
    /// The leaves of the node, side A first; empty where they are not known: then only the node is locked.
    public var leaves: [LeafID]
    /// Holders whose locks this operation inherits: that of a console that is gone or that left the node in maintenance.
    public var heirOf: Set<String>
    /// Whether the operation goes on beside another node that is in maintenance behind the same leaves.
    public var sharesPair: Bool

    /// A request from its parts.
    public init(holder: LockHolder, leaves: [LeafID], heirOf: Set<String> = [], sharesPair: Bool = false) {
        self.holder = holder
        self.leaves = leaves
        self.heirOf = heirOf
        self.sharesPair = sharesPair
    }

    /// The namespace that medik8s keeps its leases in: others respect a node's lease there.
    public static let medik8s = "medik8s-leases"
    /// Where leases are kept otherwise.
    public static let namespace = "kube-system"

    /// The pair's lease, nil where no leaf is known.
    public var pair: LeaseName? {
        guard !leaves.isEmpty else { return nil }
        let words = leaves.sorted().map(\.description).joined(separator: "-")
        return LeaseName(namespace: LockRequest.namespace, name: "bgpdeck-leaves-" + words)
    }

    /// The node's lease, named as medik8s names it.
    public func nodeLease(in namespace: String) -> LeaseName {
        LeaseName(namespace: namespace, name: "node-\(holder.node)")
    }
}

/// What an operation holds.
public struct HeldLock: Sendable, Hashable {
    /// The pair's lease; nil where it is not held: no leaf is known, or the pair is shared.
    public var pair: Lease?
    /// The node's lease.
    public var node: Lease
}
