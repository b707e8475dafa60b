import Fabric
import FoundationEssentials
import Polling
import SimulatorServer

/// Leaves by the text that they print.
struct SimulatedLeaves: Sendable {
    let facts: SimulatorFacts
    let controller: String
    let vrf: String
    let now: @Sendable () -> Date

    func perform(_ look: Look) async -> LookResult {
        var result = LookResult(look: look, answers: [])
        for line in lines(look) {
            do throws(SimulatorFacts.Failure) {
                let output = try await facts.run(line, on: controller)
                if output.status == 0, !output.bytes.isEmpty {
                    result.answers.append(Answer(source: look.source, command: line, at: now(), bytes: output.bytes))
                } else {
                    result.error = SimulatedFailure.words(output.errors, source: look.source, operation: line)
                }
            } catch {
                result.error = SimulatedFailure.error(error, source: look.source, operation: line)
            }
            if result.error != nil { break }
        }
        return result
    }

    private func lines(_ look: Look) -> [String] {
        switch look {
        case .leafSummary(let leaf): ["fabric \(leaf) show ip bgp summary vrf \(vrf)"]
        case .leafRoutes(let leaf, .all): ["fabric \(leaf) show ip route vrf \(vrf)"]
        case .leafRoutes(let leaf, .prefixes(let prefixes)):
            prefixes.map { "fabric \(leaf) show ip route \($0) vrf \(vrf)" }
        case .node, .cluster, .pods, .fabric, .fabricConfiguration: []
        }
    }
}

/// Failures in the words of the other ports.
enum SimulatedFailure {
    static func error(_ failure: SimulatorFacts.Failure, source: SourceID, operation: String) -> SourceError {
        let kind: SourceError.Kind =
            switch failure {
            case .unreachable: .unreachable
            case .timedOut: .timedOut
            case .unreadable: .unreadable
            }
        return SourceError(
            kind: kind, source: source, operation: operation, cause: failure.description,
            hint: "see whether the simulated fabric's process still runs")
    }

    /// What ssh and the shell say.
    static func words(_ text: String, source: SourceID, operation: String) -> SourceError {
        let said = text.split(separator: "\n").first.map(String.init) ?? "the answer is empty"
        let kind: SourceError.Kind =
            if text.isEmpty {
                .unreadable
            } else if text.contains("password") {
                .refused
            } else if text.contains("timed out") {
                .timedOut
            } else if text.contains("The connection to the server") || text.contains("port 22")
                || text.contains("Could not resolve")
            {
                .unreachable
            } else {
                .notFound
            }
        return SourceError(kind: kind, source: source, operation: operation, cause: said, hint: "")
    }
}
