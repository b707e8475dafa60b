/// An object of the APIC's management tree as it is read and posted: a class, attributes that are all text, children
/// (aci.md 2.3: the answer's `imdata`, and the body of a POST).
public struct ManagedObject: Hashable, Sendable {
    /// The class: `bgpPeerP`.
    public var className: String
    /// The attributes; every value is text on the wire.
    public var attributes: [String: String]
    /// The children, in order.
    public var children: [ManagedObject]

    /// An object from its parts.
    public init(_ className: String, _ attributes: [String: String] = [:], _ children: [ManagedObject] = []) {
        self.className = className
        self.attributes = attributes
        self.children = children
    }

    /// An attribute, nil where it is absent or empty.
    public subscript(name: String) -> String? { attributes[name].flatMap { $0.isEmpty ? nil : $0 } }

    /// The children of a class.
    public func children(_ className: String) -> [ManagedObject] { children.filter { $0.className == className } }

    /// The first child of a class.
    public func child(_ className: String) -> ManagedObject? { children.first { $0.className == className } }

    /// This object and everything below, depth first.
    public var subtree: [ManagedObject] { [self] + children.flatMap(\.subtree) }
}
