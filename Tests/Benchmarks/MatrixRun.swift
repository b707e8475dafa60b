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
