import Fabric
import Polling

/// The commands that a look at a leaf consists of.
enum LeafCommand {
    /// The words of each command, as typed on the leaf itself.
    ///
    /// - Throws: a ``SourceError`` of kind `unsafe` that names the VRF.
    static func lines(for look: Look, vrf: String?) throws(SourceError) -> [String] {
        let source = look.source
        let vrf = vrf ?? "all"
        switch look {
        case .leafSummary:
            return [
                try RemoteCommand.line(fixed: ["show", "ip", "bgp", "summary", "vrf"], words: [vrf], source: source)
            ]
        case .leafRoutes(_, .all):
            return [try RemoteCommand.line(fixed: ["show", "ip", "route", "vrf"], words: [vrf], source: source)]
        case .leafRoutes(_, .prefixes(let prefixes)):
            var lines: [String] = []
            for prefix in prefixes {
                let family = prefix.family == .ipv4 ? "ip" : "ipv6"
                lines.append(
                    try RemoteCommand.line(
                        fixed: ["show", family, "route"], words: ["\(prefix)", "vrf", vrf], source: source))
            }
            return lines
        case .node, .cluster, .pods, .fabric, .fabricConfiguration:
            return []
        }
    }

    /// What tells the paths that a leaf accepted (aci.md 6.4).
    ///
    /// - Throws: a ``SourceError`` of kind `unsafe` that names the VRF.
    static func paths(of leaf: LeafID, vrf: String?) throws(SourceError) -> String {
        try RemoteCommand.line(
            fixed: ["show", "bgp", "ipv4", "unicast", "vrf"], words: [vrf ?? "all"], source: .leaf(leaf))
    }
}
