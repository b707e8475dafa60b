public import Fabric

/// What every plan tells, whatever it plans.
protocol PlanBody: Sendable, Hashable {
    var node: NodeName { get }
    var rack: String? { get }
    var blockers: [Blocker] { get }
    var warnings: [PlanLine] { get }
    var body: [PlanLine] { get }
    var target: OperationTarget { get }
}

/// What an operation would do, what is lost meanwhile and what is in its way. A value: making one changes nothing.
public enum Plan: Sendable, Hashable {
    case drain(DrainPlan)
    case restore(RestorePlan)
    case push(PushPlan)

    /// The plan of a kind for a node, from the facts at hand; always computable, unknown nodes give a blocked plan.
    public init(_ kind: OperationKind, of node: NodeName, in context: PlanContext) {
        switch kind {
        case .drain: self = .drain(DrainPlan(of: node, in: context))
        case .restore: self = .restore(RestorePlan(of: node, in: context))
        case .push: self = .push(PushPlan(of: node, in: context))
        }
    }

    private var parts: any PlanBody {
        switch self {
        case .drain(let plan): plan
        case .restore(let plan): plan
        case .push(let plan): plan
        }
    }

    /// What the operation does.
    public var kind: OperationKind {
        switch self {
        case .drain: .drain
        case .restore: .restore
        case .push: .push
        }
    }

    /// The node that it acts on.
    public var node: NodeName { parts.node }

    /// The node's rack, nil where unknown.
    public var rack: String? { parts.rack }

    /// What the operation needs to know of the node.
    public var target: OperationTarget { parts.target }

    /// What forbids it, overridden or not.
    public var blockers: [Blocker] { parts.blockers }

    /// The blockers that still stand; while there is one, no consent can be given.
    public var standing: [Blocker] { blockers.filter { !$0.isOverridden } }

    /// Whether consent may be given.
    public var isAllowed: Bool { standing.isEmpty }

    /// Whether the only reason not to run it is that there is nothing to do.
    public var isNothingToDo: Bool { !standing.isEmpty && standing.allSatisfy { $0.kind == .nothingToDo } }

    /// What deserves a second thought, none of which forbids.
    public var warnings: [PlanLine] { parts.warnings }

    /// `drain node-3`: what a dialog asks and a list names.
    public var title: String { "\(kind) \(node)" }

    /// The whole plan as neutral lines: blockers, warnings, then the sections; dialog, command line and journal share it.
    public var lines: [PlanLine] {
        [PlanLine(.heading, title)] + blockers.map(\.line) + warnings + parts.body
    }

    /// Names the plan's content in 16 hexadecimal digits (FNV-1a of its lines): the same words give the same digest.
    public var digest: String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for line in lines {
            for byte in line.plain.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
            hash = (hash ^ 10) &* 0x100_0000_01b3
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
