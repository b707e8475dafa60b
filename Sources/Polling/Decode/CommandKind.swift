public import Fabric
public import Formats

/// What a command prints, and so which parser reads its answer.
///
/// Capture folders and live sources meet here: both hand over a command as a person types it, and its bytes.
public enum CommandKind: Hashable, Sendable {
    /// `show ip bgp summary`, `show bgp ipv4 unicast summary`, abbreviated or not.
    case bgpSummary
    /// `show ip route`, `show ipv6 route`; the prefix where only one was asked for.
    case routes(prefix: IPPrefix?)
    /// `show bgp ipv4 unicast`: every path of a VRF.
    case bgpTable
    /// `calicoctl node status`.
    case calicoStatus
    /// `birdcl show protocols`, with or without `all`; the protocol's name where only one was asked for.
    case birdProtocols(only: String?)
    /// `birdcl show route`.
    case birdRoutes
    /// `birdcl show route export PROTOCOL`.
    case birdExport(protocolName: String)
    /// `birdcl show status`.
    case birdStatus
    /// `kubectl get RESOURCE -o json` or `calicoctl get RESOURCE -o json`.
    case resource(Resource, isComplete: Bool)
    /// `GET /api/…json`: a query of the REST interface.
    case apic(APICQuery)
    /// `SUBSCRIBE /api/…json`: an event of the web socket.
    case apicEvent

    /// The Kubernetes and Calico resources that are read.
    public enum Resource: String, Sendable, Hashable {
        case nodes, services, endpointSlices, endpoints, pods, disruptionBudgets, calicoPeers, bgpConfigurations
        case blockAffinities, pools, ipamBlocks, filters, clusterInformation, daemonSets

        /// The resource by any of its names: `bgppeers.crd.projectcalico.org`, `bgppeer`, `ep`, `pdb`.
        init?(word: String) {
            let name = word.lowercased().prefix { $0 != "." }
            switch name {
            case "nodes", "node", "no": self = .nodes
            case "services", "service", "svc": self = .services
            case "endpointslices", "endpointslice": self = .endpointSlices
            case "endpoints", "ep": self = .endpoints
            case "pods", "pod", "po": self = .pods
            case "poddisruptionbudgets", "poddisruptionbudget", "pdb": self = .disruptionBudgets
            case "bgppeers", "bgppeer": self = .calicoPeers
            case "bgpconfigurations", "bgpconfiguration", "bgpconfigs", "bgpconfig": self = .bgpConfigurations
            case "blockaffinities", "blockaffinity": self = .blockAffinities
            case "ippools", "ippool": self = .pools
            case "ipamblocks", "ipamblock": self = .ipamBlocks
            case "bgpfilters", "bgpfilter": self = .filters
            case "clusterinformations", "clusterinformation", "clusterinfo": self = .clusterInformation
            case "daemonsets", "daemonset", "ds": self = .daemonSets
            default: return nil
            }
        }
    }

    /// Classifies a command; nil for one whose answer nobody here reads.
    public init?(command: String) {
        if let query = APICQuery(command: command) {
            self = .apic(query)
            return
        }
        var words = command.split(whereSeparator: \.isWhitespace).map(String.init)[...]
        CommandKind.dropWrappers(&words)
        guard let program = words.first else { return nil }
        switch program {
        case "SUBSCRIBE": self = .apicEvent
        case "show", "sh": self.init(leafWords: words.dropFirst())
        case "calicoctl" where words.dropFirst().starts(with: ["node", "status"]): self = .calicoStatus
        case "calicoctl", "kubectl": self.init(getWords: words.dropFirst())
        case "birdcl", "birdc", "birdcl6", "birdc6": self.init(birdWords: words.dropFirst())
        default: return nil
        }
    }

    /// The leaf that `fabric N …` names.
    public static func leaf(ofCommand command: String) -> LeafID? {
        let words = command.split(whereSeparator: \.isWhitespace)
        guard words.count > 2, words[0] == "fabric", let number = Int(words[1]) else { return nil }
        return LeafID(number)
    }

    /// The number in a controller's banner ` Node 203 (Leaf203)` among the first lines of an answer.
    static func banner(in bytes: [UInt8]) -> Int? {
        for line in bytes.prefix(2000).split(whereSeparator: { $0 == 10 || $0 == 13 }) {
            let words = String(decoding: line, as: UTF8.self).split(whereSeparator: \.isWhitespace)
            if words.count == 3, words[0] == "Node", words[2].hasPrefix("("), let number = Int(words[1]) {
                return number
            }
        }
        return nil
    }

    /// Drops what stands before the program: `sudo -n`, `fabric 203`, `kubectl exec … --`, and a path.
    private static func dropWrappers(_ words: inout ArraySlice<String>) {
        if words.first == "sudo" { words = words.dropFirst().drop { $0.hasPrefix("-") } }
        if words.first == "fabric" { words = words.dropFirst(2) }
        if words.first == "kubectl", words.contains("exec"), let dashes = words.firstIndex(of: "--") {
            words = words[(dashes + 1)...]
        }
        if let first = words.first, let slash = first.lastIndex(of: "/") {
            words[words.startIndex] = String(first[first.index(after: slash)...])
        }
    }

    private init?(leafWords: ArraySlice<String>) {
        func matches(_ word: String?, _ full: String, _ least: Int) -> Bool {
            guard let word = word?.lowercased() else { return false }
            return word.count >= least && full.hasPrefix(word)
        }
        if leafWords.contains(where: { matches($0, "summary", 2) }), leafWords.contains("bgp") {
            self = .bgpSummary
            return
        }
        if CommandKind.isTable(leafWords, matches) {
            self = .bgpTable
            return
        }
        let rest = leafWords.dropFirst()
        guard leafWords.first == "ip" || leafWords.first == "ipv6", matches(rest.first, "route", 2) else {
            return nil
        }
        self = .routes(prefix: rest.dropFirst().first.flatMap { IPPrefix($0) })
    }

    /// Whether all of a VRF's BGP table is asked for: not one neighbor's part of it, nor one prefix's.
    private static func isTable(_ words: ArraySlice<String>, _ matches: (String?, String, Int) -> Bool) -> Bool {
        var words = words.map { $0.lowercased() }
        if let vrf = words.firstIndex(of: "vrf") { words.removeSubrange(vrf..<min(vrf + 2, words.count)) }
        guard words.count == 3, words[0] == "bgp" else { return words == ["ip", "bgp"] || words == ["ipv6", "bgp"] }
        return ["ipv4", "ipv6"].contains(words[1]) && matches(words[2], "unicast", 1)
    }

    private init?(birdWords: ArraySlice<String>) {
        var words = birdWords
        while let first = words.first, first.hasPrefix("-") {
            words = words.dropFirst(first == "-s" ? 2 : 1)
        }
        guard words.first == "show" else { return nil }
        words = words.dropFirst()
        switch words.first {
        case "protocols":
            let name = words.dropFirst().first { $0 != "all" }?.replacing("\"", with: "")
            // A pattern stands for many: what it names is taken for all that matters.
            self = .birdProtocols(only: name.flatMap { $0.contains(where: "*?".contains) ? nil : $0 })
        case "status": self = .birdStatus
        case "route":
            if let export = words.firstIndex(of: "export"), export + 1 < words.endIndex {
                self = .birdExport(protocolName: words[export + 1].replacing("\"", with: ""))
            } else {
                self = .birdRoutes
            }
        default: return nil
        }
    }

    private init?(getWords: ArraySlice<String>) {
        let words = getWords.drop { $0 != "get" }.dropFirst()
        guard let resource = words.first.flatMap(Resource.init(word:)) else { return nil }
        let narrowed = words.contains { $0.hasPrefix("--field-selector") || $0 == "-l" || $0.hasPrefix("--selector") }
        self = .resource(resource, isComplete: !narrowed)
    }
}
