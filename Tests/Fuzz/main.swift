import FoundationEssentials
import Glibc

// bgpdeck-fuzz [--seconds N] [--seed N] [FOLDER of seeds]
//
// Runs every parser with mutated inputs and checks what must hold. Execution number I uses the seed N + I; its number
// is in a file before it runs, so a crash is repeated with `--seed NUMBER --seconds 0`.

let targets = nxosTargets + nxosDetailTargets + calicoTargets + apicTargets

var seconds = 10
var seed: UInt64 = 1
var folder: String?
var words = CommandLine.arguments.dropFirst()
while let word = words.popFirst() {
    switch word {
    case "--seconds": seconds = words.popFirst().flatMap { Int($0) } ?? seconds
    case "--seed": seed = words.popFirst().flatMap { UInt64($0) } ?? seed
    default: folder = word
    }
}

/// The regular files of a folder, in the order of their names.
func files(in folder: String) -> [[UInt8]] {
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
    return names.compactMap { name in
        (try? Data(contentsOf: URL(filePath: folder).appending(path: name))).map { [UInt8]($0) }
    }
}

let given = folder.map { files(in: $0) } ?? []
let everyInput = targets.flatMap(\.seeds) + given
let seedFile = FileManager.default.temporaryDirectory.appending(path: "bgpdeck-fuzz.seed")
print("the seed of the running input is in \(seedFile.path())")
let clock = ContinuousClock()
let start = clock.now
var executions = 0
var slowest = Duration.zero
var failures = 0
repeat {
    try Data("\(seed)\n".utf8).write(to: seedFile)
    var mutator = Mutator(seed: seed)
    let target = targets[Int(seed % UInt64(targets.count))]
    let own = target.seeds + given
    // Mostly the parser's own kind of text, sometimes another's.
    let input = mutator.input(from: mutator.number(below: 5) == 0 ? everyInput : own)
    let begin = clock.now
    var found = target.check(input)
    let time = clock.now - begin
    slowest = max(slowest, time)
    if time > .seconds(1) + .seconds(4) * (Double(input.count) / 1e6) { found.append("took \(time)") }
    if !found.isEmpty {
        failures += 1
        print("\(target.name), seed \(seed), \(input.count) bytes: \(found.prefix(5).joined(separator: "; "))")
    }
    executions += 1
    seed &+= 1
} while clock.now - start < .seconds(seconds) && failures < 20

print("\(executions) executions in \(clock.now - start), slowest \(slowest), \(failures) with violations")
exit(failures == 0 ? 0 : 1)
