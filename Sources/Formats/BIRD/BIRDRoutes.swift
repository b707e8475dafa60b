public import Fabric

extension BIRD {
    /// Reads `show route`, `show route all`, `show route export PROTOCOL` and its other filters.
    ///
    /// One value per next hop, in the order of the output. A route with several next hops in one block gives one value
    /// for each, all with the type `multipath`; another path of a prefix (blank prefix column) is a route of its own.
    /// BIRD 2's and 3's `unicast` is a plain next hop. Attributes of `all` are passed over. `Network not in table` is
    /// an empty answer with a note; other error replies are an `.error` with their text.
    public static func routes(_ bytes: [UInt8]) -> Parsed<[NodeRoute]> {
        bytes.withUnsafeBufferPointer { routes($0) }
    }

    /// Reads `show route` from borrowed bytes.
    public static func routes(_ bytes: UnsafeBufferPointer<UInt8>) -> Parsed<[NodeRoute]> {
        Replay.cleaned(bytes) { input in
            var walk = AnswerWalk(input, wanted: "BIRD's \"show route\"")
            var table = RouteLines()
            while let line = walk.next() {
                switch table.take(line) {
                case .placed: walk.recognise()
                case .unplaced(let message): walk.unplaced(line.line, message)
                }
            }
            table.close()
            return Parsed(table.routes, diagnostics: walk.finish())
        }
    }
}

/// Routes under construction.
private struct RouteLines {
    enum Placement {
        case placed
        case unplaced(String)
    }

    private(set) var routes: [NodeRoute] = []
    private var prefix: IPPrefix?
    /// The route whose next hops stand on lines of their own, and how many were seen.
    private var block: NodeRoute?
    private var blockStart = 0

    mutating func take(_ line: BIRDLine) -> Placement {
        let text = line.text
        if line.isFlush {
            if text.hasPrefix("Table "), text.last == UInt8(ascii: ":") {
                close()
                prefix = nil
                return .placed
            }
            return path(text, isFlush: true)
        }
        if text.hasPrefix("via ") || text.hasPrefix("dev ") {
            guard text.contains(" [") else { return hop(text) }
            return path(text, isFlush: false)
        }
        if isPathStart(text) { return path(text, isFlush: false) }
        guard prefix != nil, let colon = text.offset(of: UInt8(ascii: ":")), colon > 0 else {
            return .unplaced("not a line of \"show route\"")
        }
        return .placed
    }

    private func isPathStart(_ text: ByteText) -> Bool {
        var rest = text
        guard let word = rest.nextWord(), RouteLines.isType(word), let next = rest.nextWord() else { return false }
        return next.first == UInt8(ascii: "[")
    }

    private static func isType(_ word: ByteText) -> Bool {
        word.equals("blackhole") || word.equals("unreachable") || word.equals("prohibited") || word.equals("multipath")
            || word.equals("unicast")
    }

    /// A line with a route: a prefix or blanks, the destination, and the brackets behind it.
    private mutating func path(_ text: ByteText, isFlush: Bool) -> Placement {
        close()
        var rest = text
        if isFlush {
            prefix = nil
            guard let word = rest.nextWord(), let found = word.prefix else {
                return .unplaced("a route begins with a prefix")
            }
            prefix = found
        }
        guard let prefix else { return .unplaced("another path without a prefix above") }
        guard let open = rest.offset(of: UInt8(ascii: "[")) else { return .unplaced("a route without [PROTOCOL TIME]") }
        var route = NodeRoute(prefix: prefix, protocolName: "")
        let isBlock: Bool
        switch RouteLines.destination(rest.prefix(open), &route) {
        case .none: return .unplaced("not a next hop, device or type that BIRD prints")
        case .some(let value): isBlock = value
        }
        guard RouteLines.tail(rest.dropFirst(open + 1), &route) else {
            return .unplaced("a route without [PROTOCOL TIME]")
        }
        if isBlock {
            block = route
            blockStart = routes.count
        } else {
            routes.append(route)
        }
        return .placed
    }

    /// `via IP on IF`, `dev IF` or a type word; true where next hops follow on lines of their own.
    private static func destination(_ text: ByteText, _ route: inout NodeRoute) -> Bool? {
        var rest = text
        guard let word = rest.nextWord() else { return nil }
        if word.equals("via") || word.equals("dev") { return hop(text.trimmed, &route) ? false : nil }
        guard isType(word) else { return nil }
        if word.equals("unicast") { return true }
        route.type = word.string
        return word.equals("multipath")
    }

    /// `via 192.168.2.4 on eth0 …` or `dev eth0 …`.
    private static func hop(_ text: ByteText, _ route: inout NodeRoute) -> Bool {
        var rest = text
        guard let word = rest.nextWord(), let target = rest.nextWord() else { return false }
        if word.equals("dev") {
            route.interface = target.string
            return true
        }
        guard let gateway = target.address else { return false }
        route.gateway = gateway
        if let on = rest.nextWord(), on.equals("on") { route.interface = rest.nextWord()?.string }
        return true
    }

    /// Everything behind the first `[`: `kernel1 19:17:36 from 10.0.0.1] * (100/0) [AS64500i]`.
    private static func tail(_ text: ByteText, _ route: inout NodeRoute) -> Bool {
        guard let end = text.offset(of: UInt8(ascii: "]")) else { return false }
        var source = text.prefix(end)
        guard let name = source.nextWord() else { return false }
        route.protocolName = name.string
        source = source.trimmed
        var time = source
        while let word = source.nextWord() {
            guard word.equals("from") else { continue }
            time = ByteText(time.base, time.start, word.start)
            route.from = source.nextWord()?.address
            break
        }
        route.since = time.squeezed
        var rest = text.dropFirst(end + 1)
        while let word = rest.nextWord() {
            if word.equals("*") { route.isPrimary = true }
            guard let first = word.first, word.count > 2 else { continue }
            let inside = ByteText(word.base, word.start + 1, word.end - 1)
            if first == UInt8(ascii: "("), word.last == UInt8(ascii: ")") { route.metric = inside.string }
            if first == UInt8(ascii: "["), word.last == UInt8(ascii: "]") { route.origin = inside.string }
        }
        return true
    }

    /// A next hop of the block above.
    private mutating func hop(_ text: ByteText) -> Placement {
        guard var route = block else { return .unplaced("a next hop without a route above") }
        guard RouteLines.hop(text, &route) else { return .unplaced("not a next hop") }
        if routes.count > blockStart {
            route.type = "multipath"
            if routes.count == blockStart + 1 { routes[blockStart].type = "multipath" }
        }
        routes.append(route)
        return .placed
    }

    /// Ends the block; one whose next hops are missing is kept without them.
    mutating func close() {
        if let block, routes.count == blockStart { routes.append(block) }
        block = nil
    }
}
