public import Correlation
public import Fabric

/// What a row is about: selection, marks and drill-down are bound to this, never to a position.
public enum RowID: Hashable, Sendable {
    case rack(String)
    case leaf(LeafID)
    case node(NodeName)
    case session(SessionKey)
    case ledger(SessionKey, IPPrefix)
    case service(IPPrefix, LeafID)
    case finding(Finding.Identity)
    case route(IPPrefix)
    case peer(IPAddress)
    case line(Int)
    case audit(rule: String, place: String)
    case capacity(scope: String, what: String)
}
