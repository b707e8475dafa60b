import Children
import Glibc
import Testing

@Suite struct LastingChildTests {
    private let runner = ChildRunner(limiter: nil)

    @Test func itsEndIsSeenWithStatusAndLastWords() async throws {
        let scripts = try Scripts()
        let path = try scripts.add("tool", "echo out; echo \"$1 $SECRET\" >&2; exit 3")
        let result = await runner.keep(ChildCommand(path, ["a;b"], environment: ["SECRET": "s"]))
        #expect(result.termination == .exited(3))
        #expect(text(result.errors) == "a;b s\n")
        #expect(result.output.isEmpty)
    }

    @Test func ofManyWordsTheLastAreKept() async throws {
        let scripts = try Scripts()
        let path = try scripts.add("tool", "seq 1 100000 >&2")
        let result = await runner.keep(ChildCommand(path))
        #expect(result.errors.count == 1 << 14)
        #expect(text(result.errors).hasSuffix("99999\n100000\n"))
    }

    @Test func neitherTimeOutNorOutputEndsIt() async throws {
        let scripts = try Scripts()
        let path = try scripts.add("tool", "seq 1 100000; sleep 0.2")
        let result = await runner.keep(ChildCommand(path, timeout: .milliseconds(50), outputLimit: 10))
        #expect(result.termination == .exited(0))
    }

    @Test func itsInputStaysOpenAndNoTerminalIsWithinReach() async throws {
        let scripts = try Scripts()
        let path = try scripts.add(
            "tool", "(exec </dev/tty) 2>/dev/null && exit 1; timeout 0.2 cat; [ $? = 124 ] && exit 0; exit 2")
        #expect(await runner.keep(ChildCommand(path)).termination == .exited(0))
    }

    @Test(arguments: ["", "trap '' TERM;"])
    func cancellationEndsItWithAllThatItStarted(_ first: String) async throws {
        let scripts = try Scripts()
        let path = try scripts.add("tool", "\(first) sleep 61 & echo $! > \"$0.pid\"; while :; do sleep 0.1; done")
        let task = Task { [runner] in await runner.keep(ChildCommand(path)) }
        var started: Int32?
        for _ in 0..<2000 where started == nil {
            try await Task.sleep(for: .milliseconds(5))
            started = number(in: path + ".pid")
        }
        task.cancel()
        let result = await task.value
        #expect(result.termination == .cancelled)
        #expect(await goesAway(try existing(started)))
    }

    @Test func whatIsCancelledBeforehandEndsToo() async throws {
        let scripts = try Scripts()
        let path = try scripts.add("tool", "sleep 62")
        let task = Task { [runner] in
            while !Task.isCancelled { await Task.yield() }
            return await runner.keep(ChildCommand(path))
        }
        task.cancel()
        let result = await task.value
        #expect(result.termination == .cancelled)
        #expect(result.duration < .seconds(45))
    }

    @Test func whatItLeavesBehindIsEnded() async throws {
        let scripts = try Scripts()
        let path = try scripts.add("tool", "sleep 63 >/dev/null & echo $! >&2")
        let result = await runner.keep(ChildCommand(path))
        #expect(result.termination == .exited(0))
        let left = try existing(Int32(text(result.errors).split(separator: "\n").first ?? ""))
        #expect(await goesAway(left))
    }

    @Test func whatIsNotThereOrMayNotRunIsSaid() async throws {
        #expect(await runner.keep(ChildCommand("no-such-program-here")).termination == .notFound)
        let refused = await runner.keep(ChildCommand("/etc/passwd")).termination
        #expect(refused == .notStarted("Permission denied"))
    }

    /// Its own input and errors; `ls` writes into the pipe to `grep`.
    @Test func ofTheConsolesSocketsItHasItsOwn() async throws {
        let scripts = try Scripts()
        let path = try scripts.add("tool", "ls -l /proc/self/fd | grep -c socket >&2")
        let children = await withTaskGroup(of: ChildResult.self) { group in
            for _ in 0..<8 { group.addTask { [runner] in await runner.keep(ChildCommand(path)) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(children.map { text($0.errors) } == Array(repeating: "2\n", count: 8))
    }

    private func number(in path: String) -> Int32? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 32)
        guard fgets(&line, 32, file) != nil else { return nil }
        return Int32(String(decoding: line.prefix { $0 > 32 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }
}
