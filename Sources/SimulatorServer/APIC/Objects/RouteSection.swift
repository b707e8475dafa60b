import Fabric
import Simulator

/// Which names the next hops of a route have (aci.md 3.4: both are seen, and answers may hold a hop twice).
public enum NextHopNames: String, Sendable, Hashable, CaseIterable {
    /// `rt-[P]/nh-[owner]-[addr]-[if]-[vrf]`.
    case plain
    /// `rt-[P]/owner-[bgp-65002]/nh-[…]`.
    case owner
    /// Each hop under both.
    case both
}

/// `uribv4Route` and `uribv4Nexthop` of one VRF on one leaf.
struct RouteSection: TableSection {
    let key: TableKey
    let starts: [UInt32]
    private let table: LeafRoutes
    private let texts: PrefixTexts
    private let names: NextHopNames
    /// Of each distinct hop: up to the creation time, and from after the prefix to the end, for a row with its
    /// distinguished name and for a nested one; the second half of each list is for the names with an owner.
    private var heads: [[UInt8]] = []
    private var tails: [[UInt8]] = []
    private var nestedTails: [[UInt8]] = []
    /// The distinct creation times as text, and which one each hop has.
    private let times: [[UInt8]]
    private let timeIndexes: [UInt32]
    private let middle: [UInt8]
    private let routeHead: [UInt8]
    private static let nestedMiddle = Array("\",\"if\":\"".utf8)

    init(_ table: LeafRoutes, key: TableKey, fabricAS: ASN, names: NextHopNames) {
        self.table = table
        self.key = key
        self.names = names
        texts = PrefixTexts(table.prefixes)
        (times, timeIndexes) = RouteSection.interned(table.createdAt)
        starts = names == .both ? table.hopStarts.map { $0 * 2 } : table.hopStarts
        middle = Array("\",\"dn\":\"\(key.parent)/rt-[".utf8)
        routeHead = Array(
            "{\"uribv4Route\":{\"attributes\":{\"childAction\":\"\",\"dn\":\"\(key.parent)/rt-[".utf8)
        for hasOwner in [false, true] {
            for hop in table.hops { add(HopWords(hop, fabricAS), hasOwner: hasOwner) }
        }
    }

    private static func interned(_ moments: [Int64]) -> ([[UInt8]], [UInt32]) {
        var texts: [[UInt8]] = []
        var known: [Int64: UInt32] = [:]
        var indexes: [UInt32] = []
        indexes.reserveCapacity(moments.count)
        for moment in moments {
            let index = known[moment] ?? UInt32(texts.count)
            if Int(index) == texts.count {
                texts.append(Moments.bytes(moment))
                known[moment] = index
            }
            indexes.append(index)
        }
        return (texts, indexes)
    }

    private mutating func add(_ words: HopWords, hasOwner: Bool) {
        let rn = (hasOwner ? "owner-[\(words.owner)]/" : "") + words.rn
        let head =
            "{\"uribv4Nexthop\":{\"attributes\":{\"Nhmetric\":\"0\",\"Nhtag\":\"0\",\"active\":\"yes\",\"addr\":\""
            + "\(words.address)\",\"childAction\":\"\",\"createTs\":\""
        let properties =
            "\(words.interface)\",\"metric\":\"\(words.hop.metric)\",\"modTs\":\"never\",\"name\":\"\",\"owner\":\""
            + "\(words.owner)\",\"pref\":\"\(words.hop.preference)\","
        let end =
            "\"routeType\":\"\(words.routeType)\",\"rwVnid\":\"\(words.encapsulation)\",\"status\":\"\",\"tag\":\""
            + "\(words.hop.tag)\",\"type\":\"\(words.type)\",\"vrf\":\"\(words.hop.vrf)\"}"
        heads.append(Array(head.utf8))
        tails.append(Array("]/\(rn)\",\"if\":\"\(properties)\(end)".utf8))
        nestedTails.append(Array("\(properties)\"rn\":\"\(rn)\",\(end)".utf8))
    }

    /// The place of a row's hop in the table, and in the fragments.
    private func place(_ child: Int) -> (entry: Int, fragment: Int) {
        let entry = names == .both ? child / 2 : child
        let hasOwner = names == .owner || names == .both && child % 2 == 1
        return (entry, Int(table.hopIndexes[entry]) + (hasOwner ? table.hops.count : 0))
    }

    func size(parent: Int, child: Int?, isNested: Bool) -> Int {
        guard let child else { return routeHead.count + texts[parent].count * 2 + 140 }
        let (_, fragment) = place(child)
        return heads[fragment].count + 29 + middle.count + texts[parent].count + tails[fragment].count
    }

    func write(parent: Int, child: Int?, isNested: Bool, to cursor: inout ByteCursor) {
        guard let child else { return write(route: parent, to: &cursor) }
        let (entry, fragment) = place(child)
        cursor.append(heads[fragment])
        cursor.append(times[Int(timeIndexes[entry])])
        if isNested {
            cursor.append(RouteSection.nestedMiddle)
            cursor.append(nestedTails[fragment])
        } else {
            cursor.append(middle)
            cursor.append(texts.bytes, texts[parent])
            cursor.append(tails[fragment])
        }
    }

    private static let routeMiddle = Array(
        "]\",\"lcOwn\":\"local\",\"modTs\":\"never\",\"monPolDn\":\"\",\"name\":\"\",\"pcTag\":\"any\",\"prefix\":\""
            .utf8)
    private static let routeLength = Array("\",\"prefixLength\":\"".utf8)
    private static let routeEnd = Array("\",\"status\":\"\"}".utf8)

    private func write(route: Int, to cursor: inout ByteCursor) {
        cursor.append(routeHead)
        cursor.append(texts.bytes, texts[route])
        cursor.append(RouteSection.routeMiddle)
        cursor.append(texts.bytes, texts[route])
        cursor.append(RouteSection.routeLength)
        let length = table.prefixes[route].length
        if length >= 100 { cursor.append(48 + length / 100) }
        if length >= 10 { cursor.append(48 + length / 10 % 10) }
        cursor.append(48 + length % 10)
        cursor.append(RouteSection.routeEnd)
    }

    func value(_ property: String, parent: Int, child: Int?) -> String? {
        let routeDN = key.parent + "/rt-[" + texts.text(parent) + "]"
        guard let child else {
            switch property {
            case "dn": return routeDN
            case "prefix": return texts.text(parent)
            case "prefixLength": return "\(table.prefixes[parent].length)"
            default: return ClassTable.named("uribv4Route").flatMap { $0.index(of: property).map($0.defaults.at) }
            }
        }
        let (entry, fragment) = place(child)
        let words = HopWords(table.hops[Int(table.hopIndexes[entry])], ASN(0))
        let text = String(decoding: tails[fragment], as: UTF8.self)
        switch property {
        case "dn": return routeDN + "/" + String(text.dropFirst(2).prefix { $0 != "\"" })
        case "addr": return words.address
        case "createTs": return String(decoding: Moments.bytes(table.createdAt[entry]), as: UTF8.self)
        default: return text.value(of: property)
        }
    }
}

extension [String] {
    fileprivate func at(_ index: Int) -> String { self[index] }
}

extension String {
    /// The value of a member in a fragment of JSON whose values hold no quotes.
    func value(of property: String) -> String? {
        guard let found = firstRange(of: "\"\(property)\":\"") else { return nil }
        return String(self[found.upperBound...].prefix { $0 != "\"" })
    }
}

/// The spellings of a next hop (aci.md 3.4).
struct HopWords {
    let hop: LeafRoutes.Hop
    let owner: String
    let routeType: String
    let type: String

    init(_ hop: LeafRoutes.Hop, _ fabricAS: ASN) {
        self.hop = hop
        switch hop.origin {
        case .external: (owner, routeType, type) = ("bgp-\(fabricAS)", "ebgp", "recursive")
        case .internalBGP: (owner, routeType, type) = ("bgp-\(fabricAS)", "ibgp", "recursive")
        case .local: (owner, routeType, type) = ("local", "local", "attached")
        case .direct: (owner, routeType, type) = ("direct", "direct", "attached,direct")
        case .fixed: (owner, routeType, type) = ("static", "static", "recursive")
        }
    }

    var address: String { "\(hop.address)/\(hop.address.family.bitWidth)" }
    var interface: String { hop.interface ?? "unspecified" }
    var encapsulation: String { hop.vrf == "overlay-1" ? "vxlan-2818048" : "unknown" }
    var rn: String { "nh-[\(owner)]-[\(address)]-[\(interface)]-[\(hop.vrf)]" }
}
