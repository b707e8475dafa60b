public import Fabric
public import FoundationEssentials

/// Concludes from everything that is known: completes the inventory, joins both ends of every session, keeps the
/// prefix ledger, measures services, applies every rule of ``RuleCatalog`` and rolls up health.
///
/// Pure: the same snapshot at the same moment gives the same picture. What was not read is unknown in the picture, it
/// is never counted as down, and one silent source does not hide what another tells.
///
/// What the picture before was concluded from is kept with it, and only what rests on something new is concluded again;
/// the picture is the same as without.
///
/// - Parameters:
///   - snapshot: everything observed.
///   - settings: the release, its next-hop limit, and the nodes in maintenance.
///   - previous: the picture before this one; a finding that stood there keeps its beginning. Nil on a first look.
///   - now: the moment to judge at, by which ages and freshness count.
public func correlate(
    _ snapshot: Snapshot, settings: CorrelationSettings, previous: Picture?, now: Date
) -> Picture {
    let former = previous?.basis
    let facts = Facts(snapshot, now: now, after: former?.facts)
    var picture = Picture(at: now)
    picture.generation = snapshot.generation
    picture.settings = settings
    var basis = Basis(facts, settings, after: former)
    picture.inventory = basis.inventory
    picture.sessions = basis.sessions
    picture.ledger = basis.book
    picture.services = basis.services
    picture.basis = basis
    let rollUp = RollUp(basis)
    picture.leaves = rollUp.leaves(picture)
    picture.uses = previous?.uses ?? UseHistory()
    let context = RuleContext(basis, picture)
    picture.uses = context.uses
    let outrun = OutrunTables(facts, picture.inventory, previous: previous)
    var waiting = WaitingFindings(previous: previous, now: now)
    let found = RuleCatalog.all.flatMap { rule in
        waiting.settled(outrun.settled(basis.findings(of: rule, context, after: former)), of: rule, context)
    }
    picture.basis = basis
    picture.began = waiting.began
    picture.waiting = waiting.first
    picture.findings = FindingHistory(previous: previous, now: now).settle(found, in: context)
    rollUp.apply(to: &picture, after: former)
    return picture
}
