import CAllocation
import Fabric
import Formats
import FoundationEssentials
import Glibc

/// The peak resident memory of this process in MiB (Linux).
func peakMemory() -> Int {
    guard let data = try? Data(contentsOf: URL(filePath: "/proc/self/status")) else { return 0 }
    let lines = String(decoding: data, as: UTF8.self).split(separator: "\n")
    let line = lines.first { $0.hasPrefix("VmHWM:") }
    return (line?.split(separator: " ").dropFirst().first).flatMap { Int($0) }.map { $0 / 1024 } ?? 0
}

/// The resident memory of this process in MiB (Linux).
func residentMemory() -> Int {
    guard let data = try? Data(contentsOf: URL(filePath: "/proc/self/statm")) else { return 0 }
    let pages = String(decoding: data, as: UTF8.self).split(separator: " ").dropFirst().first
    return pages.flatMap { Int($0) }.map { $0 * 4 / 1024 } ?? 0
}

/// The processor time that this process has used, in seconds: other work on the machine does not count.
func processorTime() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// The median processor time of several runs in seconds.
func median(runs: Int, _ body: () -> Void) -> Double {
    let times = (0..<runs).map { _ in
        let start = processorTime()
        body()
        return processorTime() - start
    }
    return times.sorted()[runs / 2]
}

/// A plain read of the memory in the same run, as a measure of the machine: the sum of its 8-byte words.
func scan(_ bytes: [UInt8]) -> UInt64 {
    bytes.withUnsafeBytes { buffer in
        var sum: UInt64 = 0
        for offset in stride(from: 0, to: buffer.count - 7, by: 8) {
            sum &+= buffer.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        }
        return sum
    }
}

/// A byte by byte read: the number of line feeds.
func lines(_ bytes: [UInt8]) -> Int {
    bytes.withUnsafeBufferPointer { buffer in
        var count = 0
        for byte in buffer where byte == 0x0a { count += 1 }
        return count
    }
}

func report(_ name: String, bytes: Int, seconds: Double, scan: Double, rows: Int, unit: String) {
    func fixed(_ value: Double) -> String { String(Int(value.rounded())) }
    let rate = Double(bytes) / seconds / 1e6
    print(
        name, "\(fixed(rate)) MB/s", "\(fixed(Double(rows) / seconds / 1000))k \(unit)/s",
        "\(fixed(seconds * 1000)) ms", "\(fixed(100 * scan / seconds))% of a plain scan",
        "peak \(peakMemory()) MiB", separator: "  ")
}

/// Measures both parsers on a file, of any content.
func measure(file: String) throws {
    let bytes = [UInt8](try Data(contentsOf: URL(filePath: file)))
    let time = median(runs: 1) { _ = scan(bytes) }
    var routes = 0
    var neighbors = 0
    var diagnostics = 0
    let routeTime = median(runs: 1) {
        let parsed = NXOS.routes(bytes)
        routes = parsed.value.routeCount
        diagnostics = parsed.diagnostics.count
    }
    report("\(file) as routes", bytes: bytes.count, seconds: routeTime, scan: time, rows: routes, unit: "routes")
    let rowTime = median(runs: 1) {
        let parsed = NXOS.summaryColumns(bytes)
        neighbors = parsed.value.neighborCount
        diagnostics += parsed.diagnostics.count
    }
    report("\(file) as summary", bytes: bytes.count, seconds: rowTime, scan: time, rows: neighbors, unit: "rows")
    print("  \(diagnostics) diagnostics")
}

if CommandLine.arguments.dropFirst() == ["frames"] {
    measureFrames()
    exit(0)
}
if CommandLine.arguments.dropFirst() == ["apic"] {
    measureAPIC()
    exit(0)
}
if CommandLine.arguments.dropFirst().first == "serve" {
    try await ServedFabric.serve(CommandLine.arguments.last ?? "", at: CommandLine.arguments.dropFirst(2).first ?? "")
    exit(0)
}
if CommandLine.arguments.dropFirst().first == "rest" {
    // As the console does.
    ca_keep_little(2, 1 << 20, 2 << 20)
    try await RESTPoll(fabric: CommandLine.arguments.dropFirst(2).first ?? "design-max").measure()
    exit(0)
}
if CommandLine.arguments.dropFirst().first == "growth" {
    Growth.all()
    exit(0)
}
if CommandLine.arguments.dropFirst().first == "trial" {
    try runTrial(Array(CommandLine.arguments.dropFirst(2)))
    exit(0)
}
if CommandLine.arguments.dropFirst().first == "matrix" {
    exit(try await runMatrix(Array(CommandLine.arguments.dropFirst(2))) ? 0 : 1)
}
if CommandLine.arguments.count > 1 {
    for file in CommandLine.arguments.dropFirst() { try measure(file: file) }
    exit(0)
}

let runs = 9
let routeCount = 128_000
let table = routeTable(routes: routeCount, meanHops: 6, seed: 1)
let summary = summaryTable(rows: 100_000, seed: 2)
print("route table \(table.count / 1_000_000) MB, summary \(summary.count / 1_000_000) MB, median of \(runs) runs")
var check: UInt64 = 0
let scanTime = median(runs: runs) { check &+= scan(table) }
let lineTime = median(runs: runs) { check &+= UInt64(lines(table)) }
report("plain scan", bytes: table.count, seconds: scanTime, scan: scanTime, rows: routeCount, unit: "routes")
report("count of line feeds", bytes: table.count, seconds: lineTime, scan: scanTime, rows: routeCount, unit: "routes")

let routeTime = median(runs: runs) {
    let parsed = NXOS.routes(table)
    check &+= UInt64(parsed.value.nextHopCount)
    if parsed.value.routeCount != routeCount || !parsed.diagnostics.isEmpty { print("not all was read") }
}
report("routes to columns", bytes: table.count, seconds: routeTime, scan: scanTime, rows: routeCount, unit: "routes")
let parsed = NXOS.routes(table)
print("  \(parsed.value.nextHopCount) next hops, rows of \(parsed.value.rowBytes / 1_048_576) MiB")
let tableTime = median(runs: 3) { check &+= UInt64(parsed.value.tables()[0].table.count) }
report("columns to tables", bytes: table.count, seconds: tableTime, scan: scanTime, rows: routeCount, unit: "routes")
let jsonTime = median(runs: 3) {
    var writer = JSONWriter(sink: { check &+= UInt64($0.count) })
    NXOS.writeRoutes(parsed.value, into: &writer)
    writer.flush()
}
report("columns to JSON", bytes: table.count, seconds: jsonTime, scan: scanTime, rows: routeCount, unit: "routes")

let shortScan = median(runs: runs) { check &+= scan(summary) }
let rowTime = median(runs: runs) { check &+= UInt64(NXOS.summaryColumns(summary).value.neighborCount) }
report("summary to columns", bytes: summary.count, seconds: rowTime, scan: shortScan, rows: 100_000, unit: "rows")
let peerTime = median(runs: runs) { check &+= UInt64(NXOS.summary(summary).value.count) }
report("summary to tables", bytes: summary.count, seconds: peerTime, scan: shortScan, rows: 100_000, unit: "rows")
measureFrames()
print("check \(check)")
