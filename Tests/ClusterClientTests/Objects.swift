import Fabric
import Testing

@testable import ClusterClient

/// Objects, pages and events as an API server writes them.
enum Objects {
    static func node(_ name: String, version: Int, label: String = "a", heartbeat: Int = 0) -> String {
        """
        {"metadata":{"name":"\(name)","resourceVersion":"\(version)","labels":{"x":"\(label)"},"managedFields":\
        [{"manager":"kubelet","fieldsV1":{"f:a":{},"b":"}]\\"{"}}],"uid":"u"},"status":{"conditions":\
        [{"type":"Ready","status":"True","lastHeartbeatTime":"\(heartbeat)"}],"images":[{"names":["i\(heartbeat)"]}]}}
        """
    }

    static func list(_ items: [String], version: String, next: String? = nil) -> [UInt8] {
        let token = next.map { ",\"continue\":\"\($0)\"" } ?? ""
        return bytes(
            """
            {"kind":"NodeList","apiVersion":"v1","metadata":{"resourceVersion":"\(version)"\(token)},"items":\
            [\(items.joined(separator: ","))]}
            """)
    }

    static func event(_ type: String, _ object: String) -> [UInt8] {
        bytes("{\"type\":\"\(type)\",\"object\":\(object)}")
    }

    static func page(_ items: [String], version: String, next: String? = nil) throws -> ListWatch.Event {
        .page(try APIDocuments.page(list(items, version: version, next: next)))
    }

    static func heard(_ type: String, _ object: String) -> ListWatch.Event {
        .heard(APIDocuments.event(event(type, object)))
    }

    static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
    static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    static let forbidden = APIDocuments.failure(403, "nodes is forbidden: User \"ops\" cannot list resource \"nodes\"")
    static let down = APIDocuments.failure(500, "dial tcp 10.96.0.1:6443: connect: connection refused")
    static let gone = APIDocuments.failure(410, "too old resource version: 1 (9)")
    static let missing = APIDocuments.failure(404, "404 page not found")
}

extension ListWatch {
    /// The names of the objects, by the list that they are told in.
    var names: [String] {
        let page = try? APIDocuments.page(store.list(head, resourceVersion: resourceVersion))
        return page?.objects.map(\.key.name) ?? []
    }
}
