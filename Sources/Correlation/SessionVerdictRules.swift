import FoundationEssentials

/// What one end of a session says, and how far that can be trusted.
struct EndSample {
    /// When it said so.
    var at: Date
    /// Whether it calls the session Established.
    var isEstablished: Bool
    /// Whether the source has been silent for too long since.
    var isOld: Bool
    /// Since when the end has been in this state; nil where it does not tell.
    var since: Date?
    /// Seconds between two looks at this end.
    var interval: Double
}

/// Judges a session from its two ends, in the order of ``SessionVerdict``.
///
/// - `missing`: an end that was read, and not too long ago, has no such peer; a peer that is switched off in BIRD
///   counts as absent, since calicoctl does not even show it.
/// - An end that was not read, or whose source has been silent for too long, has no vote: the other end decides alone.
/// - `up` needs every end that has a vote to say Established. A node in graceful-restart recovery says so as well
///   (`wait Established`): the session is up, and that nothing is advertised is a finding.
/// - `one-sided` needs proof that the two samples belong together: taken less than 2 s apart and after the loss, or the
///   end that calls the session Established said so after the other had already lost it, for longer than a poll. Until then the
///   younger sample decides, and so does a session that came up after the other end had lost it.
struct SessionVerdictRules {
    /// Whether the leaf has the peer configured, nil where not known.
    var isOnLeaf: Bool?
    /// Whether the node has the peer configured and switched on, nil where not known.
    var isOnNode: Bool?
    /// The leaf's end.
    var leaf: EndSample?
    /// The node's end.
    var node: EndSample?
    /// Whether an absence was read too long ago to be trusted.
    var isAbsenceOld = false
    /// Losses in the watched window.
    var losses: Int

    /// Seconds that two samples may be apart and still describe one moment.
    static let together = 2.0
    /// Losses in ``window`` seconds that make a session flapping.
    static let flapLosses = 3
    /// Seconds in which losses are counted.
    static let window = 600.0

    /// Since when the session has been as the verdict says: told by an end that says so too, the leaf before the node.
    var since: Date? {
        let ends = [leaf, node].compactMap { $0 }
        let agreeing = verdict == .down ? ends.filter { !$0.isEstablished } : ends
        return agreeing.compactMap(\.since).first ?? (verdict == .down ? nil : ends.compactMap(\.since).first)
    }

    /// The verdict.
    var verdict: SessionVerdict {
        if isOnLeaf == false || isOnNode == false, !isAbsenceOld { return .missing }
        let samples = [leaf, node].compactMap { $0 }
        guard !samples.isEmpty else { return isAbsenceOld ? .stale : .unknown }
        let trusted = samples.filter { !$0.isOld }
        guard let first = trusted.first else { return .stale }
        guard trusted.contains(where: { $0.isEstablished != first.isEstablished }) else {
            if !first.isEstablished { return .down }
            return losses >= SessionVerdictRules.flapLosses ? .flapping : .up
        }
        return disagreement(trusted)
    }

    /// Whether the session came up at about the moment of the other end's sample or later, after that end had lost it:
    /// coming up took both ends, so that sample tells of the time before.
    private func isAnew(_ up: EndSample, after lost: EndSample) -> Bool {
        guard let began = up.since, let since = lost.since else { return false }
        return began.timeIntervalSince(since) > SessionVerdictRules.together
            && lost.at.timeIntervalSince(began) < SessionVerdictRules.together
    }

    private func disagreement(_ samples: [EndSample]) -> SessionVerdict {
        guard let up = samples.first(where: \.isEstablished), let lost = samples.first(where: { !$0.isEstablished })
        else { return .unknown }
        if isAnew(up, after: lost) { return .up }
        // A sample from before the loss proves nothing, however close: an event tells of it within milliseconds.
        let couldKnow = lost.since.map { up.at > $0 } ?? true
        if couldKnow, abs(up.at.timeIntervalSince(lost.at)) < SessionVerdictRules.together { return .oneSided }
        if let since = lost.since {
            let lasted = max(up.at, lost.at).timeIntervalSince(since)
            if up.at > since, lasted > max(up.interval, lost.interval) { return .oneSided }
        }
        return up.at > lost.at ? .up : .down
    }
}
