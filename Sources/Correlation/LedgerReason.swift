import Fabric

/// Every reason for a verdict that the ledger gives.
enum LedgerReason: Int, CaseIterable, Sendable {
    case deniedSubnet, denied, letIn, meshCopy, notAccepted, recovering, notAdvertised, notInstalled,
        notAdvertisedButInstalled, unasked
    case installed, accepted, acceptedByCount, sessionDown, readBeforeLoss, stale
    case tableUnread, exportsUnread, throughOthers, perPrefixUnknown

    /// The verdict, the rule that makes a finding of it, and the words.
    var judgement: LedgerBook.Judgement {
        let (verdict, rule, reason): (PrefixVerdict, RuleID?, String) =
            switch self {
            case .deniedSubnet: (.denied, nil, "the node's own subnet: the import route map denies it")
            case .denied:
                (
                    .denied, PrefixDeniedAsDesigned.id,
                    "outside the pod and service subnets: the import route map denies it"
                )
            case .letIn:
                (.unexpected, PrefixUnexpected.id, "outside the pod and service subnets, and let in all the same")
            case .meshCopy:
                (.denied, MeshEnabled.id, "passed on from the mesh: the leaf takes it from the node that it belongs to")
            case .notAccepted:
                (.notAccepted, PrefixNotAccepted.id, "the node advertises it, the leaf does not accept it")
            case .recovering: (.notAdvertised, RecoveryWait.id, "graceful-restart recovery holds all routes back")
            case .notAdvertised:
                (
                    .notAdvertised, PrefixNotAdvertised.id,
                    "Calico should advertise it, BIRD does not export it to this leaf"
                )
            case .notInstalled: (.notInstalled, PrefixNotInstalled.id, "accepted, but in no route of the leaf")
            case .notAdvertisedButInstalled:
                (.unexpected, PrefixUnexpected.id, "installed, but the node does not advertise it")
            case .unasked: (.unexpected, PrefixUnexpected.id, "nothing asks for it")
            case .installed: (.ok, nil, "installed")
            case .accepted: (.ok, nil, "accepted; other paths are preferred, or as many as the leaf may use")
            case .acceptedByCount: (.ok, nil, "accepted by count")
            case .sessionDown: (.notAdvertised, SessionDown.id, "the session is not Established")
            case .readBeforeLoss: (.unknown, nil, "the table was read before the session was lost")
            case .stale: (.stale, StaleNextHops.id, "the leaf still forwards to the node, the session is gone")
            case .tableUnread: (.unknown, nil, "the leaf's table was not read")
            case .exportsUnread: (.unknown, nil, "the node's exports were not read")
            case .throughOthers: (.unknown, nil, "installed through other nodes, or not among the prefixes read")
            case .perPrefixUnknown: (.unknown, nil, "what the leaf accepts is not known per prefix")
            }
        return LedgerBook.Judgement(verdict: verdict, rule: rule, reason: reason)
    }

    /// The verdicts by reason, made once.
    static let verdicts = allCases.map(\.judgement.verdict)
}
