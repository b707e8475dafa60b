import Children
import Fabric
import FoundationEssentials

/// Why the API gave no answer, or which refusal it gave.
struct APIFailure: Error, Hashable, Sendable {
    var kind: SourceError.Kind
    /// The HTTP status, or the code of an ERROR event; nil: there was no answer.
    var status: Int?
    /// The server's sentence, sanitised.
    var cause: String
    var hint: String

    /// 410: the version or the page that was asked for is no longer known.
    var isGone: Bool { status == 410 }
    /// Nothing that trying again soon would mend: a right or the kind itself is missing.
    var isLasting: Bool { kind == .refused || kind == .notFound }

    /// The failure as that of a command.
    func error(_ operation: String) -> SourceError {
        SourceError(kind: kind, source: .kubernetes, operation: operation, cause: cause, hint: hint)
    }
}

extension APIFailure {
    /// No group of the server holds the kind.
    static let noKind = APIFailure(
        kind: .notFound, status: nil, cause: "the server doesn't have a resource type of this name",
        hint: "this kind is not in this cluster: is Calico installed?")

    static func silent(_ cause: String) -> APIFailure {
        APIFailure(kind: .timedOut, status: nil, cause: cause, hint: "the API server is slow, or the way to it is gone")
    }
}

/// One page of a list.
struct ObjectPage: Sendable {
    var head: ListHead
    var objects: [StoredObject]
    var resourceVersion: String
    /// Asks for the next page; nil: this is the last.
    var token: String?
    /// Items that have no name.
    var unnamed = 0
}

/// One line of a watch.
enum WatchEvent: Hashable, Sendable {
    /// An object came or changed.
    case put(StoredObject)
    case deleted(ObjectKey, resourceVersion: String)
    /// Everything up to this version has been told.
    case bookmark(String)
    /// The watch is over, with the server's reason.
    case failed(APIFailure)
    /// What is no event: a diagnosis.
    case unreadable(String)
}

/// Reads what the Kubernetes API sends around objects.
enum APIDocuments {
    private struct Status: Decodable {
        var kind: String?
        var message: String?
        var code: Int?
        var metadata: Metadata?
        var apiVersion: String?
    }

    private struct Metadata: Decodable {
        var resourceVersion: String?
        var `continue`: String?
    }

    private struct Line: Decodable {
        var type: String
        var object: Status
    }

    private struct Groups: Decodable {
        var groups: [Group]?

        struct Group: Decodable { var versions: [Version]? }
        struct Version: Decodable { var groupVersion: String? }
    }

    /// Reads a page of a list.
    static func page(_ bytes: [UInt8]) throws(APIFailure) -> ObjectPage {
        let top: Status
        do { top = try JSONDecoder().decode(Status.self, from: Data(bytes)) } catch {
            throw unreadable("not a whole JSON document (\(bytes.count) bytes): \(Sanitised.summary(bytes, lines: 1))")
        }
        guard let kind = top.kind, kind.hasSuffix("List") else {
            throw unreadable("this is a \(top.kind ?? "document without a kind"), not a list")
        }
        var page = ObjectPage(
            head: ListHead(apiVersion: top.apiVersion ?? "v1", kind: kind), objects: [],
            resourceVersion: top.metadata?.resourceVersion ?? "",
            token: top.metadata?.continue.flatMap { $0.isEmpty ? nil : $0 })
        bytes.withUnsafeBufferPointer { buffer in
            let scanner = JSONScanner(bytes: buffer)
            guard let items = scanner.value(of: "items", at: 0) else { return }
            scanner.elements(at: items.lowerBound) { range in
                let object = StoredObject(scanner, at: range)
                if let object { page.objects.append(object) } else { page.unnamed += 1 }
            }
        }
        return page
    }

    /// Reads a line of a watch.
    static func event(_ bytes: [UInt8]) -> WatchEvent {
        guard let line = try? JSONDecoder().decode(Line.self, from: Data(bytes)) else {
            return .unreadable("a line that is no event: \(Sanitised.summary(bytes, lines: 1, length: 80))")
        }
        let version = line.object.metadata?.resourceVersion ?? ""
        switch line.type {
        case "BOOKMARK": return .bookmark(version)
        case "ERROR": return .failed(failure(line.object.code, line.object.message ?? "an error without words"))
        case "ADDED", "MODIFIED", "DELETED":
            let object = bytes.withUnsafeBufferPointer { buffer -> StoredObject? in
                let scanner = JSONScanner(bytes: buffer)
                return scanner.value(of: "object", at: 0).flatMap { StoredObject(scanner, at: $0) }
            }
            guard let object else { return .unreadable("an event of an object without a name") }
            return line.type == "DELETED" ? .deleted(object.key, resourceVersion: version) : .put(object)
        default: return .unreadable("an event of the unknown type \(Sanitised.line(line.type.utf8.prefix(40)))")
        }
    }

    /// The group versions that `/apis` names; nil where it is no such document.
    static func groupVersions(_ bytes: [UInt8]) -> Set<String>? {
        guard let groups = try? JSONDecoder().decode(Groups.self, from: Data(bytes)).groups else { return nil }
        return Set(groups.flatMap { $0.versions ?? [] }.compactMap(\.groupVersion))
    }

    /// What an answer with a status other than 200 says: a `Status` of the API, or the proxy's own words where the API
    /// server cannot be reached (500, `dial tcp …: connect: connection refused`).
    static func refusal(_ status: Int, _ bytes: [UInt8]) -> APIFailure {
        let told = try? JSONDecoder().decode(Status.self, from: Data(bytes.prefix(1 << 20)))
        return failure(status, told?.message ?? Sanitised.summary(bytes))
    }

    /// A failure by the API's code (RFC 9110's statuses).
    static func failure(_ code: Int?, _ message: String) -> APIFailure {
        let said = Sanitised.summary(message.utf8)
        let cause = said.isEmpty ? "HTTP \(code ?? 0)" : said
        func made(_ kind: SourceError.Kind, _ hint: String) -> APIFailure {
            APIFailure(kind: kind, status: code, cause: cause, hint: hint)
        }
        switch code {
        case 401: return made(.refused, "the kubeconfig's credentials are not taken: log in again")
        case 403: return made(.refused, "give the kubeconfig's user this right (RBAC)")
        case 404: return made(.notFound, "this kind is not in this cluster: is Calico installed?")
        case 410: return made(.unreadable, "it is listed anew")
        case 429: return made(.unreachable, "the API server has too much to do")
        case 504: return made(.timedOut, "the API server is slow")
        default:
            let sign = Kubectl.sign(in: message)
            return made(sign?.kind ?? .unreachable, sign?.hint ?? "the API server does not answer: see the kubeconfig")
        }
    }

    static func unreadable(_ cause: String) -> APIFailure {
        APIFailure(kind: .unreadable, status: nil, cause: cause, hint: "ask for the same with kubectl by hand")
    }
}
