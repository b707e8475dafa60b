import Fabric

extension DrainPlan {
    init(of node: NodeName, in context: PlanContext) {
        self.init(
            node: node, rack: nil, address: nil, leaves: [], options: context.options, isCordoned: nil, pods: nil,
            budgets: [], losses: [], lastEndpoints: [], withdrawn: [], stayingRanges: [], stayingBlocks: [],
            sessions: [], rackSessions: [], occupants: [], ages: [], blockers: [], warnings: [])
    }
    var body: [PlanLine] { [] }
}
extension RestorePlan {
    init(of node: NodeName, in context: PlanContext) {
        self.init(
            node: node, rack: nil, leaves: [], isCordoned: nil, isReady: nil, isInMaintenance: false, sessions: [],
            ages: [], blockers: [], warnings: [])
    }
    var body: [PlanLine] { [] }
}
extension PushPlan {
    init(of node: NodeName, in context: PlanContext) {
        self.init(
            node: node, rack: nil, leaves: [], intended: [], peers: [], asChange: nil, document: "", rollback: "",
            resets: [], sessions: [], ages: [], blockers: [], warnings: [])
    }
    var body: [PlanLine] { [] }
}
