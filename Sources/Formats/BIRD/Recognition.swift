/// Names the output that an input is, where it is not the one a parser reads.
enum Recognition {
    /// Why the input is none of a command's output: what it looks like, or that it is nothing known.
    static func complaint(_ input: UnsafeBufferPointer<UInt8>, wanted: String) -> String {
        "this is \(name(of: input)), not the output of \(wanted)"
    }

    /// What the first lines of an input look like: `the output of "show ip route"`, `an empty input`.
    static func name(of input: UnsafeBufferPointer<UInt8>) -> String {
        if input.allSatisfy({ ByteText.isBlank($0) || $0 == 0x0a || $0 == 0x0d }) { return "an empty input" }
        if input.prefix(4096).contains(0) { return "binary data" }
        var lines = CapturedLines(input)
        var isFirst = true
        while let line = lines.next(), line.number <= 100 {
            let text = line.text.prefix(512).trimmed
            if text.isEmpty { continue }
            if isFirst, let known = document(text) { return known }
            isFirst = false
            if let known = leaf(text) ?? node(text) ?? cluster(text) { return known }
        }
        return "text of an unknown kind"
    }

    private static func document(_ text: ByteText) -> String? {
        switch text.first {
        case UInt8(ascii: "{"), UInt8(ascii: "["): return "JSON"
        case UInt8(ascii: "<"):
            let html = text.contains(ignoringCase: "<html") || text.hasPrefix(ignoringCase: "<!doctype")
            return html ? "an HTML page" : "XML"
        default: return text.hasPrefix("apiVersion:") ? "YAML" : nil
        }
    }

    private static func leaf(_ text: ByteText) -> String? {
        if text.hasPrefix("IP Route Table for VRF") || text.hasPrefix("IPv6 Routing Table for VRF") {
            return "the output of \"show ip route\""
        }
        if text.hasPrefix("BGP summary information") || text.hasPrefix("BGP router identifier") {
            return "the output of \"show ip bgp summary\""
        }
        return text.hasPrefix("BGP routing table information") ? "the output of \"show ip bgp\"" : nil
    }

    private static func node(_ text: ByteText) -> String? {
        if text.contains(ignoringCase: "calico process is") || text.contains("BGP status") {
            return "the output of \"calicoctl node status\""
        }
        var text = BIRDWire.uncoded(text)
        if BIRDWire.isProtocolHeading(text) { return "the output of BIRD's \"show protocols\"" }
        if text.hasPrefix("Router ID is ") || text.hasPrefix("Daemon is up") {
            return "the output of BIRD's \"show status\""
        }
        if text.hasPrefix("Table "), text.last == UInt8(ascii: ":") { return "the output of BIRD's \"show route\"" }
        if text.contains(" routes for "), text.contains(" networks") {
            return "the output of BIRD's \"show route count\""
        }
        guard let first = text.nextWord(), first.prefix != nil, text.contains(" [") else { return nil }
        return "the output of BIRD's \"show route\""
    }

    private static func cluster(_ text: ByteText) -> String? {
        if text.hasPrefix("Error from server") || text.hasPrefix("The connection to the server") {
            return "an error of kubectl"
        }
        if text.hasPrefix("NAME "), text.contains(" ") { return "a table of kubectl or calicoctl (use -o json)" }
        return nil
    }
}
