import Correlation
import FaultMatrix
import Foundation
import Simulator
import Testing

/// The fault matrix, small; whole by `BGPDECK_MATRIX=200,5`, or `bgpdeck-bench matrix` of a release build.
@Suite struct FaultMatrixTests {
    private static let asked = (ProcessInfo.processInfo.environment["BGPDECK_MATRIX"] ?? "")
        .split(separator: ",").compactMap { Int($0) }

    @Test(.timeLimit(.minutes(10))) func eachFaultIsFoundAndNothingElse() async throws {
        let expectations = try Expectations.load()
        let seeds = Self.asked.first ?? 1
        let pairs = Self.asked.count > 1 ? Self.asked[1] : 0
        // Another seed for each fault, so that a small run sees many fabrics; half of them watch, a quarter thoroughly.
        let trials =
            Self.asked.isEmpty
            ? [Trial([], seed: 3)]
                + expectations.faults.enumerated().map { Trial([$1], seed: UInt64(4 * $0 + 7)) }
            : Matrix.trials(expectations, seeds: seeds, pairSeeds: pairs)
        let matrix = await Matrix(trials)
        print(matrix.report())
        #expect(matrix.isClean, "\(matrix.report())")
    }

    /// The file keeps up with the fabric and with the rules.
    @Test func theExpectationsNameWhatThereIs() throws {
        let expectations = try Expectations.load()
        #expect(Set(expectations.faults.map(\.fault)) == Set(FaultKind.allCases.map(\.rawValue)))
        let rules = Set(RuleCatalog.all.map { $0.id.text })
        for fault in expectations.faults + expectations.lab {
            #expect(rules.isSuperset(of: fault.must.keys), "\(fault.fault)")
            #expect(rules.isSuperset(of: fault.may), "\(fault.fault)")
        }
    }
}
