import Formats
import Foundation
import Testing

/// A captured or assembled output with what must come of it.
struct NXOSFixture: CustomTestStringConvertible, Sendable {
    let name: String

    static let all = [
        "summary-banners", "summary-states", "summary-wrapped", "summary-headless", "summary-evpn", "summary-terminal",
        "summary-paper", "summary-unplaced", "routes-aci", "routes-relatives", "routes-broken", "routes-ipv6",
        "routes-terminal", "routes-paper",
    ].map(NXOSFixture.init)

    var testDescription: String { name }
    var isSummary: Bool { name.hasPrefix("summary") }

    /// The bytes of a file beside the input; empty where there is none.
    func bytes(_ kind: String) -> [UInt8] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let file = folder.appending(path: "Fixtures/nxos/\(name).\(kind)")
        return (try? Data(contentsOf: file)).map { [UInt8]($0) } ?? []
    }

    func document(_ bytes: [UInt8]) -> Parsed<[UInt8]> {
        isSummary ? NXOS.summaryDocument(bytes) : NXOS.routesDocument(bytes)
    }
}

/// JSON on one line: the line feeds and the blanks behind them removed.
func oneLine(_ bytes: [UInt8]) -> String {
    String(decoding: bytes, as: UTF8.self).split(separator: "\n").map { $0.drop { $0 == " " } }.joined()
        .replacing("\": [{", with: "\":[{")
}
