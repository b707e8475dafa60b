public import ArgumentParser

extension PlanEmission: ExpressibleByArgument {}

struct PlanCommand: RequestCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "A plan file as layout and configuration of both sides; or the plan that a live fabric follows.")

    @Argument(help: "The plan file; - reads standard input.")
    var file: String?

    @Flag(name: .long, help: "Read the plan off the sources instead of a file.")
    var fromLive = false

    @Option(name: .long, help: "summary, calico (YAML for calicoctl apply), apic (POST bodies), steps, or plan.")
    var emit: PlanEmission?

    @OptionGroup var source: SourceOptions

    mutating func validate() throws {
        guard (file != nil) != fromLive else {
            throw ValidationError("give a plan file, or --from-live to read the plan off the sources")
        }
        guard emit != .plan || fromLive else {
            throw ValidationError("--emit plan goes with --from-live: a plan file is the plan already")
        }
    }

    var request: Request {
        fromLive
            ? .planFromLive(source.choice(), emit ?? .plan)
            : .plan(file: file == "-" ? nil : file, emit ?? .summary)
    }
}

struct AuditCommand: RequestCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract:
            "The fabric against every rule of the white paper: exit 0 as it says, 1 it departs, 2 a source was not read."
    )

    @OptionGroup var source: SourceOptions

    @Option(name: .shortAndLong, help: "table, json or csv.")
    var output: OutputFormat = .table

    @Flag(name: .long, help: "Show in the table what holds, too.")
    var all = false

    var request: Request { .audit(source.choice(), output, showsAll: all) }
}

struct CapacityCommand: RequestCommand {
    static let configuration = CommandConfiguration(
        commandName: "capacity", abstract: "The use of every limit, and how many nodes and services still fit.")

    @Option(name: .customLong("plan"), help: "A plan file instead of the fabric; repeatable: clusters on one fabric.")
    var plans: [String] = []

    @OptionGroup var options: BatchOptions

    var request: Request {
        plans.isEmpty ? options.request(.capacity) : .capacityOfPlans(plans, options.output)
    }
}
