public import Fabric
public import FoundationEssentials

/// Concludes from everything that is known: completes the inventory, joins both ends of every session, keeps the
/// prefix ledger, measures services, applies every rule of ``RuleCatalog`` and rolls up health.
///
/// Pure: the same snapshot at the same moment gives the same picture. What was not read is unknown in the picture, it
/// is never counted as down, and one silent source does not hide what another tells.
///
/// - Parameters:
///   - snapshot: everything observed.
///   - settings: the release, its next-hop limit, and the nodes in maintenance.
///   - previous: the picture before this one; a finding that stood there keeps its beginning. Nil on a first look.
///   - now: the moment to judge at, by which ages and freshness count.
public func correlate(
    _ snapshot: Snapshot, settings: CorrelationSettings, previous: Picture?, now: Date
) -> Picture {
    let facts = Facts(snapshot, now: now)
    var picture = Picture(at: now)
    picture.generation = snapshot.generation
    picture.settings = settings
    picture.inventory = EffectiveInventory.complete(facts)
    picture.sessions = SessionJoin(facts, picture.inventory).sessions()
    let routes = RouteIndex(facts, picture.inventory)
    let plan = ServicePlan(facts, picture.inventory)
    picture.ledger = Ledger(facts, picture.inventory, picture.sessions, routes, plan).book()
    picture.services = ServiceMeasure(facts, picture.inventory, settings, plan).views()
    let rollUp = RollUp(facts, picture.inventory, settings, routes, plan.ready)
    picture.leaves = rollUp.leaves(picture)
    let context = RuleContext(facts: facts, settings: settings, picture: picture, routes: routes, plan: plan)
    let outrun = OutrunTables(snapshot, picture.inventory, previous: previous)
    var waiting = WaitingFindings(previous: previous, now: now)
    let found = RuleCatalog.all.flatMap { rule in
        waiting.settled(outrun.settled(rule.findings(in: context)), of: rule, context)
    }
    picture.began = waiting.began
    picture.waiting = waiting.first
    picture.findings = FindingHistory(previous: previous, now: now).settle(found, in: context)
    rollUp.apply(to: &picture)
    return picture
}
