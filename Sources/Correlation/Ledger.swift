import Fabric

struct Ledger {
    init(_ facts: Facts, _ inventory: Inventory, _ sessions: [Session], _ routes: RouteIndex) {}
    func entries() -> [LedgerEntry] { [] }
}
struct ServiceMeasure {
    init(_ facts: Facts, _ inventory: Inventory, _ settings: CorrelationSettings) {}
    func views() -> [ServiceView] { [] }
}
