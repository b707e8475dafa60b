import Fabric
import Formats
import Testing

@testable import ClusterClient

/// What the API sends around objects, and what is kept of them.
@Suite struct DocumentTests {
    /// Quotes and braces in texts, numbers, blanks and line ends between.
    private static let odd = """
        {
          "kind" : "NodeList", "apiVersion":"v1",
          "metadata" : { "resourceVersion" : "7" } ,
          "items" : [ {"spec":{"n":-1.5e3,"t":true,"z":null,"e":[]},"metadata":{"name":"a","annotations":
            {"q":"\\\\\\"}],{\\u007b"},"managedFields":[],"namespace":"x"}} ,
            {"metadata":{"managedFields":[{"f":"}"}],"name":"b"}}, {"metadata":{}} ]
        }
        """

    @Test func objectsAreCutOutWhole() throws {
        let page = try APIDocuments.page(Objects.bytes(DocumentTests.odd))
        #expect(page.head == ListHead(apiVersion: "v1", kind: "NodeList"))
        #expect(page.objects.map(\.key) == [.init(namespace: "x", name: "a"), .init(namespace: "", name: "b")])
        #expect(page.unnamed == 1)
        for object in page.objects { #expect(!Objects.text(object.bytes).contains("managedFields")) }
        #expect(Objects.text(page.objects[1].bytes) == "{\"metadata\":{\"name\":\"b\"}}")
        var store = ObjectStore()
        _ = store.replace(with: page.objects)
        let again = try APIDocuments.page(store.list(page.head, resourceVersion: "7"))
        #expect(Set(again.objects) == Set(page.objects) && again.resourceVersion == "7")
    }

    /// What is told of a list is what kubectl would have printed of it, so captures and parsers read it.
    @Test func aListThatIsToldCanBeRead() throws {
        let page = try APIDocuments.page(Objects.list([Objects.node("n", version: 3)], version: "10"))
        var store = ObjectStore()
        _ = store.replace(with: page.objects)
        let parsed = Kubernetes.nodes(store.list(page.head, resourceVersion: "10"))
        #expect(parsed.value.map(\.name.text) == ["n"] && parsed.value.first?.isReady == true)
        #expect(parsed.diagnostics.isEmpty)
    }

    @Test(arguments: ["", "{", "<html>busy</html>", "{\"kind\":\"Status\",\"code\":500}", "[]", "{\"items\":[]}"])
    func whatIsNoListIsRefused(_ text: String) {
        #expect(throws: APIFailure.self) { try APIDocuments.page(Objects.bytes(text)) }
    }

    @Test(arguments: [
        "", "null", "{}", "{\"type\":\"ADDED\"}", "{\"type\":\"ADDED\",\"object\":{}}", "{\"type\":7,\"object\":{}}",
        "{\"type\":\"PLEASE\",\"object\":{\"metadata\":{\"name\":\"a\"}}}",
        "{\"type\":\"ADDED\",\"object\":{\"metadata\":{\"name\":\"a\"}}", "\u{1b}[2J",
    ])
    func whatIsNoEventIsDiagnosed(_ text: String) {
        guard case .unreadable(let words) = APIDocuments.event(Objects.bytes(text)) else {
            Issue.record("taken for an event: \(text)")
            return
        }
        #expect(!words.contains("\u{1b}"))
    }

    /// Any prefix of a page and of an event is taken for what it is, or refused; none crashes.
    @Test func everyPrefixIsLivedThrough() {
        let event = Objects.event("ADDED", Objects.node("a", version: 4))
        for count in 0..<event.count { _ = APIDocuments.event(Array(event[..<count])) }
        let page = Objects.bytes(DocumentTests.odd)
        for count in 0..<page.count {
            #expect(throws: APIFailure.self) { try APIDocuments.page(Array(page[..<count])) }
            page[..<count].withUnsafeBufferPointer { buffer in
                _ = StoredObject(JSONScanner(bytes: buffer), at: 0..<count)
            }
        }
    }

    @Test(arguments: [
        (403, SourceError.Kind.refused, "RBAC"), (401, .refused, "log in"), (404, .notFound, "Calico installed"),
        (500, .unreachable, "does not answer"), (504, .timedOut, "slow"),
    ])
    func statusesAreWorded(_ status: Int, _ kind: SourceError.Kind, _ hint: String) {
        let body = "{\"kind\":\"Status\",\"message\":\"nodes \\u001b[1mis\\u001b[0m forbidden\",\"code\":\(status)}"
        let failure = APIDocuments.refusal(status, Objects.bytes(body))
        #expect(failure.kind == kind && failure.hint.contains(hint))
        #expect(failure.cause == "nodes is forbidden")
    }

    /// What kubectl's proxy writes where it cannot reach the API server is known by its words.
    @Test(arguments: [
        ("dial tcp 10.0.0.1:6443: connect: connection refused", SourceError.Kind.unreachable),
        ("dial tcp: lookup k8s.example: no such host", .unreachable),
        ("x509: certificate signed by unknown authority", .untrusted),
        ("context deadline exceeded", .timedOut),
    ])
    func theProxysOwnWordsAreKnown(_ words: String, _ kind: SourceError.Kind) {
        let failure = APIDocuments.refusal(500, Objects.bytes(words + "\n"))
        #expect(failure.kind == kind && failure.cause == words)
    }
}
