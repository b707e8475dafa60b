public import Design

/// `bgpdeck plan`: a plan file in, layout or configuration out.
public enum PlanRun {
    /// What it came to.
    public struct Outcome: Sendable {
        /// What goes to standard output; empty where the plan was refused.
        public var text: String
        /// Diagnostics in the order of the file, one line each.
        public var diagnostics: [String]
        /// 0 planned, 2 refused.
        public var status: Int32
    }

    /// Expands a plan file.
    public static func run(text: String, file: String, emission: PlanEmission) -> Outcome {
        let loaded = FabricPlan.load(text: text, file: file)
        let diagnostics = loaded.diagnostics.sorted { $0.mark < $1.mark }.map(\.description)
        guard let layout = loaded.layout else { return Outcome(text: "", diagnostics: diagnostics, status: 2) }
        return Outcome(text: self.text(of: layout, emission), diagnostics: diagnostics, status: 0)
    }

    /// The plan that a live fabric seems to follow, or what it implies; 2 where no plan can be made of it.
    public static func run(_ plan: LivePlan, emission: PlanEmission) -> Outcome {
        if emission == .plan {
            return Outcome(text: plan.annotated, diagnostics: [], status: plan.loaded.layout == nil ? 2 : 0)
        }
        let diagnostics = plan.loaded.diagnostics.map(\.description)
        guard let layout = plan.loaded.layout else { return Outcome(text: "", diagnostics: diagnostics, status: 2) }
        return Outcome(text: text(of: layout, emission), diagnostics: diagnostics, status: 0)
    }

    private static func text(of layout: FabricLayout, _ emission: PlanEmission) -> String {
        switch emission {
        case .summary, .plan: layout.summary
        case .calico: CalicoConfiguration(layout).yaml
        case .apic: APICConfigurationPosts(layout).json
        case .steps: APICConfigurationPosts(layout).steps
        }
    }
}
