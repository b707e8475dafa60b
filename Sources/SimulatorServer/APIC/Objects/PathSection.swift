import Fabric
import Simulator

/// `bgpRoute` and `bgpPath` of one VRF on one leaf (aci.md 3.3).
struct PathSection: TableSection {
    let key: TableKey
    var starts: [UInt32] { table.pathStarts }
    private let table: LeafPaths
    private let texts: PrefixTexts
    private let heads: [[UInt8]]
    private let tails: [[UInt8]]
    private let nestedTails: [[UInt8]]
    private let middle: [UInt8]
    private let routeHead: [UInt8]

    init(_ table: LeafPaths, key: TableKey) {
        self.table = table
        self.key = key
        texts = PrefixTexts(table.prefixes)
        routeHead = Array("\",\"childAction\":\"\",\"dn\":\"\(key.parent)/rt-[".utf8)
        middle = Array("\(key.parent)/rt-[".utf8)
        let words = table.paths.map(PathWords.init)
        heads = words.map { Array($0.head.utf8) }
        tails = words.map { Array("]/\($0.rn)\(PathSection.afterDN($0))\($0.afterPeer)".utf8) }
        nestedTails = words.map { Array("\(PathSection.afterDN($0).dropFirst(2))\($0.afterPeerNested)".utf8) }
    }

    /// What follows the distinguished name, up to the peer.
    private static func afterDN(_ words: PathWords) -> String { "\",\"" + words.afterDN }

    func size(parent: Int, child: Int?, isNested: Bool) -> Int {
        guard let child else { return routeHead.count + texts[parent].count * 2 + 240 }
        let path = Int(table.pathIndexes[child])
        return heads[path].count + middle.count + texts[parent].count + tails[path].count + nestedTails[path].count + 16
    }

    func write(parent: Int, child: Int?, isNested: Bool, to cursor: inout ByteCursor) {
        guard let child else { return write(route: parent, to: &cursor) }
        let path = Int(table.pathIndexes[child])
        cursor.append(heads[path])
        if isNested {
            cursor.append(nestedTails[path])
        } else {
            cursor.append(PathSection.dnKey)
            cursor.append(middle)
            cursor.append(texts.bytes, texts[parent])
            cursor.append(tails[path])
        }
    }

    private static let dnKey = Array("\"dn\":\"".utf8)
    private static let routeOpening = Array("{\"bgpRoute\":{\"attributes\":{\"bestPathId\":\"1".utf8)

    private func write(route: Int, to cursor: inout ByteCursor) {
        cursor.append(PathSection.routeOpening)
        cursor.append(routeHead)
        cursor.append(texts.bytes, texts[route])
        cursor.append(Array("]\",\"modTs\":\"never\",\"numPaths\":\"\(children(of: route).count)\",\"pfx\":\"".utf8))
        cursor.append(texts.bytes, texts[route])
        cursor.append(PathSection.routeEnd)
    }

    private static let routeEnd = Array("\",\"rtFlags\":\"best,rib,vpn,xmit\",\"status\":\"\",\"ver\":\"3\"}".utf8)

    func value(_ property: String, parent: Int, child: Int?) -> String? {
        let routeDN = key.parent + "/rt-[" + texts.text(parent) + "]"
        guard let child else {
            switch property {
            case "dn": return routeDN
            case "pfx": return texts.text(parent)
            case "numPaths": return "\(children(of: parent).count)"
            case "rtFlags": return "best,rib,vpn,xmit"
            case "ver": return "3"
            default:
                guard let schema = ClassTable.named("bgpRoute"), let index = schema.index(of: property) else {
                    return nil
                }
                return schema.defaults[index]
            }
        }
        let path = Int(table.pathIndexes[child])
        // What filters ask for is told without the text.
        switch property {
        case "peer": return table.paths[path].peer.description
        case "type": return table.paths[path].isInternal ? "internal" : "external"
        default: break
        }
        if property == "dn" { return routeDN + "/" + PathWords(table.paths[path]).rn }
        let text = String(decoding: heads[path] + tails[path], as: UTF8.self)
        return text.value(of: property)
    }
}

/// The spellings of a path.
struct PathWords {
    let path: LeafPaths.Path

    init(_ path: LeafPaths.Path) { self.path = path }

    var rn: String { "path-[\(path.peer)]-id-1-nh-[\(path.nextHop)]" }

    /// From the opening to before `dn`, with a comma at the end.
    var head: String {
        let asPath = path.asPath.map(\.description).joined(separator: " ")
        return "{\"bgpPath\":{\"attributes\":{\"aggr\":\"0.0.0.0\",\"aggrAs\":\"0\",\"asPath\":\"\(asPath)\","
            + "\"childAction\":\"\",\"clusterLst\":\"\","
    }

    private var flags: String {
        let words = path.isBest ? ["advertise", "best-path"] : path.isMultipath ? ["multipath"] : []
        return (words + ["metric"]).joined(separator: ",")
    }

    /// From `extComm` to before `rn`.
    var afterDN: String {
        "extComm\":\"\",\"flags\":\"\(flags)\",\"id\":\"1\",\"importedRd\":\"unknown:unknown:0:0\","
            + "\"lastRegComm\":\"\",\"localPref\":\"100\",\"metric\":\"0\",\"modTs\":\"never\",\"nh\":\"\(path.nextHop)\","
            + "\"nhMetric\":\"0\",\"operSt\":\"\(path.isStale ? "staled" : "valid")\",\"origId\":\"0.0.0.0\","
            + "\"origin\":\"igp\",\"peer\":\"\(path.peer)\",\"rcvdPathId\":\"0\",\"regComm\":\"\","
    }

    private var end: String {
        "\"status\":\"\",\"type\":\"\(path.isInternal ? "internal" : "external")\",\"unknownAttr\":\"\",\"weight\":\"0\"}"
    }

    var afterPeer: String { end }
    var afterPeerNested: String { "\"rn\":\"\(rn)\"," + end }
}
