import Correlation
import Fabric
import Terminal

extension AppState {
    /// Draws, below a node's sessions, how many paths each leaf accepted over the last minutes and how often the session
    /// was lost, where there is room and something to tell.
    func drawAccepted(below rows: Int, in rect: Rect, _ buffer: inout CellBuffer) {
        let sessions = (picture?.sessions ?? []).filter { $0.key.node == subjectNode }
        guard accepted.count > 1, !sessions.isEmpty, rect.height >= rows + 2 + sessions.count else { return }
        let place = rect.split(top: rows + 1).rest
        let seconds = Double(accepted.count - 1) * AcceptedHistory.interval
        buffer.put(
            [TextSpan(" paths accepted in the last \(Wording.age(seconds))", .header)], at: place.origin,
            maxWidth: place.width)
        let names = sessions.map { picture?.inventory.leaf($0.key.leaf)?.name ?? "leaf \($0.key.leaf)" }
        let width = (names.map(Width.of).max() ?? 0) + 1
        for (index, (session, name)) in zip(sessions, names).enumerated() {
            let line = Rect(x: place.minX + 1, y: place.minY + 1 + index, width: place.width - 1, height: 1)
            let (head, rest) = line.split(left: width)
            buffer.put([TextSpan(name, .textDim)], at: head.origin, maxWidth: head.width)
            let graph = Sparkline(accepted.values(of: session.key), unit: session.accepted == 1 ? " path" : " paths")
            let losses = session.losses == 0 ? "" : "  lost \(session.losses) \(session.losses == 1 ? "time" : "times")"
            let room = min(rest.width, accepted.count + Width.of(graph.number) + 1)
            let (left, right) = rest.split(left: room)
            graph.draw(in: left, of: &buffer)
            buffer.put([TextSpan(losses, .sessionFlapping)], at: right.origin, maxWidth: right.width)
        }
    }
}
