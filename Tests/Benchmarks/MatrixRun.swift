import Correlation
import FaultMatrix
import Foundation

/// `bgpdeck-bench matrix [SEEDS [PAIR-SEEDS [FAULT…]]]`: the fault matrix with its table; 200 and 5 where not said.
func runMatrix(_ arguments: [String]) async throws -> Bool {
    var expectations = try Expectations.load()
    let numbers = arguments.prefix(2).compactMap { Int($0) }
    let names = Set(arguments.dropFirst(numbers.count))
    if !names.isEmpty { expectations.faults.removeAll { !names.contains($0.fault) } }
    let began = ContinuousClock.now
    let trials = Matrix.trials(
        expectations, seeds: numbers.first ?? 200, pairSeeds: numbers.count > 1 ? numbers[1] : 5)
    let matrix = await Matrix(trials)
    print(matrix.report(details: 12))
    print("\(ContinuousClock.now - began), processor time \(Int(processorTime())) s, peak \(peakMemory()) MiB")
    return matrix.isClean
}

/// `bgpdeck-bench trial SEED FAULT…`: what one trial of the matrix concludes, picture by picture.
func runTrial(_ arguments: [String]) throws {
    let expectations = try Expectations.load()
    let faults = arguments.dropFirst().compactMap { name in expectations.faults.first { $0.fault == name } }
    guard let seed = arguments.first.flatMap({ UInt64($0) }), faults.count == arguments.count - 1 else {
        return print("bgpdeck-bench trial SEED FAULT…")
    }
    var before: [String] = []
    let outcome = Trial(faults, seed: seed).run { second, picture in
        let lines = picture.findings.map { "\($0.rule): \($0.summary): \($0.cause)" }
        if lines != before { print("\(second) s\n" + lines.map { "    " + $0 }.joined(separator: "\n")) }
        before = lines
    }
    print(outcome)
}
