public import Correlation
import Fabric

/// One thing that changed between two pictures.
public struct PictureChange: Sendable, Hashable {
    /// Whether it is for the better.
    public enum Direction: String, Sendable, Hashable {
        case better, worse, neutral
    }

    /// Whether it is for the better.
    public var direction: Direction
    /// One line, each state as a word: `node-3 <-> leaf 102 DOWN: Active Socket: Connection refused`.
    public var text: String

    /// A change from its parts.
    public init(_ direction: Direction, _ text: String) {
        self.direction = direction
        self.text = text
    }
}

/// What changed from one picture to the next, as lines for the log and for `watch --plain`.
public enum PictureDifference {
    /// The changes, sessions first. From nothing to the first picture only what is wrong is told.
    public static func changes(from old: Picture?, to new: Picture) -> [PictureChange] {
        sessions(from: old, to: new) + prefixCounts(from: old, to: new) + findings(from: old, to: new)
    }

    private static func sessions(from old: Picture?, to new: Picture) -> [PictureChange] {
        let before = Dictionary((old?.sessions ?? []).map { ($0.key, $0) }) { first, _ in first }
        return new.sessions.compactMap { session in
            let past = before[session.key]
            guard past?.verdict != session.verdict else { return nil }
            // A session that turns out to be up when it is first read is no news.
            if past?.verdict == .unknown, session.verdict == .up { return nil }
            guard past != nil || (session.verdict != .up && session.verdict != .unknown) else { return nil }
            let name = "\(session.key.node) <-> leaf \(session.key.leaf)"
            let word = session.verdict.rawValue.uppercased()
            let detail = session.verdict == .up ? "" : reason(session)
            let direction: PictureChange.Direction =
                session.verdict == .up ? .better : session.verdict == .unknown ? .neutral : .worse
            return PictureChange(direction, "\(name) \(word)\(detail)")
        }
    }

    private static func reason(_ session: Session) -> String {
        var words: [String] = []
        if let peer = session.leafPeer?.value { words.append("leaf says \(peer.state.words)") }
        if let peer = session.nodePeer?.value {
            words.append("node says \(peer.info.isEmpty ? peer.protocolState : peer.info)")
        }
        return words.isEmpty ? "" : ": " + words.joined(separator: ", ")
    }

    private static func prefixCounts(from old: Picture?, to new: Picture) -> [PictureChange] {
        let before = Dictionary((old?.sessions ?? []).map { ($0.key, $0) }) { first, _ in first }
        return new.sessions.compactMap { session in
            guard let past = before[session.key], past.verdict == .up, session.verdict == .up,
                let was = past.accepted, let now = session.accepted, was != now
            else { return nil }
            return PictureChange(
                .neutral, "\(session.key.node) <-> leaf \(session.key.leaf) accepts \(now) paths, before \(was)")
        }
    }

    private static func findings(from old: Picture?, to new: Picture) -> [PictureChange] {
        let before = Dictionary((old?.findings ?? []).map { ($0.identity, $0) }) { first, _ in first }
        let after = Set(new.findings.map(\.identity))
        let came = new.findings.filter { before[$0.identity] == nil }.map {
            PictureChange($0.severity == .note ? .neutral : .worse, "\($0.severity): \($0.rule): \($0.summary)")
        }
        let gone = (old?.findings ?? []).filter { !after.contains($0.identity) }.map {
            PictureChange(.better, "cleared: \($0.rule): \($0.summary)")
        }
        return came + gone
    }
}
