import Children
import Synchronization
import Testing

@Suite struct ChildRunnerTests {
    private let runner = ChildRunner(limiter: nil)

    @Test func givesOutputErrorsAndStatus() async throws {
        let scripts = try Scripts()
        let path = try scripts.add("tool", "echo out; echo err >&2; exit 3")
        let result = await runner.run(ChildCommand(path))
        #expect(result.termination == .exited(3))
        #expect(text(result.output) == "out\n")
        #expect(text(result.errors) == "err\n")
    }

    @Test func argumentsReachTheProgramAsTheyStand() async throws {
        let scripts = try Scripts()
        let path = try scripts.add("tool", "for word in \"$@\"; do printf '<%s>' \"$word\"; done")
        let result = await runner.run(
            ChildCommand(path, ["a;b", "$(id)", "-o ProxyCommand=x", "ü\u{202e}", "a\nb", ""]))
        #expect(text(result.output) == "<a;b><$(id)><-o ProxyCommand=x><ü\u{202e}><a\nb><>")
    }

    @Test func standardInputIsTheBytesThenTheEnd() async throws {
        let bytes = [UInt8](repeating: UInt8(ascii: "x"), count: 3_000_000)
        let counted = await runner.run(ChildCommand("wc", ["-c"], input: .bytes(bytes)))
        #expect(text(counted.output).contains("3000000"))
        let empty = await runner.run(ChildCommand("wc", ["-c"]))
        #expect(text(empty.output).hasPrefix("0"))
    }

    @Test func aChildThatReadsNothingEndsNothing() async throws {
        let bytes = [UInt8](repeating: 0, count: 3_000_000)
        let result = await runner.run(ChildCommand("true", input: .bytes(bytes)))
        #expect(result.termination == .exited(0))
    }

    @Test func noTerminalIsWithinReach() async throws {
        let scripts = try Scripts()
        let path = try scripts.add("tool", "(exec </dev/tty) 2>/dev/null && echo reached || echo none")
        let result = await runner.run(ChildCommand(path))
        #expect(text(result.output) == "none\n")
    }

    @Test func environmentIsAdded() async throws {
        let scripts = try Scripts()
        let path = try scripts.add("tool", "echo \"$SECRET $HOME\"")
        let result = await runner.run(ChildCommand(path, environment: ["SECRET": "s"]))
        #expect(text(result.output).hasPrefix("s /"))
    }

    @Test func aProgramThatIsNotThereIsNotFound() async throws {
        #expect(await runner.run(ChildCommand("no-such-program-here")).termination == .notFound)
        #expect(await runner.run(ChildCommand("/no/such/program")).termination == .notFound)
    }

    @Test func aProgramThatMayNotRunSaysSo() async throws {
        guard case .notStarted(let why) = await runner.run(ChildCommand("/etc/passwd")).termination else {
            Issue.record("it started")
            return
        }
        #expect(!why.isEmpty)
    }

    @Test func aSignalThatSomeoneElseSentIsTold() async throws {
        let scripts = try Scripts()
        let path = try scripts.add("tool", "kill -9 $$")
        #expect(await runner.run(ChildCommand(path)).termination == .signalled(9))
    }

    @Test func theTimeoutEndsTheWholeGroupEvenWhereTheSignalIsIgnored() async throws {
        let scripts = try Scripts()
        let path = try scripts.add(
            "tool", "trap '' TERM; (trap '' TERM; while :; do sleep 1; done) & echo $!; while :; do sleep 1; done")
        let result = await runner.run(ChildCommand(path, timeout: .milliseconds(300)))
        #expect(result.termination == .timedOut)
        let grandchild = try existing(Int32(text(result.output).split(separator: "\n").first ?? ""))
        #expect(await goesAway(grandchild))
        #expect(result.duration < .seconds(45))
    }

    @Test func whatAChildLeavesBehindIsEnded() async throws {
        let scripts = try Scripts()
        let path = try scripts.add("tool", "sleep 60 & echo $!")
        let result = await runner.run(ChildCommand(path))
        #expect(result.termination == .exited(0))
        #expect(result.duration < .seconds(45))
        let left = try existing(Int32(text(result.output).split(separator: "\n").first ?? ""))
        #expect(await goesAway(left))
    }

    @Test func theTimeoutHoldsForAChildThatClosedItsStreams() async throws {
        let scripts = try Scripts()
        let path = try scripts.add("tool", "exec >&- 2>&-; sleep 60")
        let result = await runner.run(ChildCommand(path, timeout: .milliseconds(300)))
        #expect(result.termination == .timedOut)
        #expect(result.duration < .seconds(45))
    }

    @Test func cancellationEndsTheChild() async throws {
        let scripts = try Scripts()
        let path = try scripts.add("tool", "echo $$; sleep 60")
        let pids = AsyncStream<String>.makeStream()
        let task = Task { [runner] in
            await runner.stream(ChildCommand(path, timeout: .seconds(60))) { _, line in
                pids.continuation.yield(text(line))
            }
        }
        var lines = pids.stream.makeAsyncIterator()
        let process = try existing(Int32(await lines.next() ?? ""))
        task.cancel()
        #expect(await task.value.termination == .cancelled)
        #expect(await goesAway(process))
    }

    @Test func outputBeyondTheLimitEndsTheChild() async throws {
        let command = ChildCommand("yes", timeout: .seconds(20), outputLimit: 1_000_000)
        let result = await runner.run(command)
        #expect(result.termination == .outputLimit)
        #expect(result.output.count == 1_000_000)
    }

    @Test func aHundredMegabytesArriveWhole() async throws {
        let command = ChildCommand(
            "head", ["-c", "100000000", "/dev/zero"], timeout: .seconds(60), outputLimit: 1 << 28)
        let result = await runner.run(command)
        #expect(result.termination == .exited(0))
        #expect(result.output.count == 100_000_000)
    }

    @Test(arguments: ["printf \"admin@apic1's password: \"", "printf 'Enter passphrase for key /k: ' >&2"])
    func aPasswordPromptEndsTheChild(_ body: String) async throws {
        let scripts = try Scripts()
        let path = try scripts.add("tool", body + "; sleep 60")
        var command = ChildCommand(path, timeout: .seconds(30))
        command.endsAtPasswordPrompt = true
        let result = await runner.run(command)
        #expect(result.termination == .passwordPrompt)
        #expect(result.duration < .seconds(45))
    }

    @Test func linesComeWholeWhateverTheirEnds() async throws {
        let scripts = try Scripts()
        let path = try scripts.add("tool", "printf 'one\\r\\ntwo\\n\\nlast'; printf 'e1\\ne2' >&2")
        let lines = Mutex<[ChildStream: [String]]>([:])
        let result = await runner.stream(ChildCommand(path)) { stream, line in
            lines.withLock { $0[stream, default: []].append(text(line)) }
        }
        #expect(result.succeeded)
        #expect(lines.withLock { $0[.output] } == ["one", "two", "", "last"])
        #expect(lines.withLock { $0[.errors] } == ["e1", "e2"])
    }

    @Test func aConversationSendsAndEnds() async throws {
        let scripts = try Scripts()
        let path = try scripts.add("tool", "printf 'name? '; read name; echo \"hello $name\"; sleep 60")
        let seen = Mutex("")
        let result = await runner.converse(ChildCommand(path, input: .open, timeout: .seconds(20))) { _, bytes in
            let all = seen.withLock { seen in
                seen += text(bytes)
                return seen
            }
            if all.hasSuffix("name? ") { return [.send(Array("leaf\n".utf8))] }
            return all.contains("hello leaf\n") ? [.end] : []
        }
        #expect(result.termination == .ended)
        #expect(text(result.output) == "name? hello leaf\n")
    }

    @Test func manyChildrenLeaveNoDescriptorBehind() async throws {
        func round() async {
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<20 {
                    group.addTask { [runner] in _ = await runner.run(ChildCommand("echo", ["x"])) }
                }
            }
        }
        await round()
        let children = await runner.run(ChildCommand("sh", ["-c", "ls /proc/$PPID/fd | wc -l"]))
        for _ in 0..<5 { await round() }
        let after = await runner.run(ChildCommand("sh", ["-c", "ls /proc/$PPID/fd | wc -l"]))
        let before = try existing(Int(text(children.output).filter(\.isNumber)))
        // Other suites run beside this one, so the figure wavers by what they have open.
        #expect(try existing(Int(text(after.output).filter(\.isNumber))) < before + 100)
    }
}
