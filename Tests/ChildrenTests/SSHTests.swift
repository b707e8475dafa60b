import Children
import Fabric
import Testing

@Suite struct SSHTests {
    private func command(_ target: SSHTarget, _ settings: SSHSettings = SSHSettings()) throws -> ChildCommand {
        try SSH.command(
            target, settings, remote: "show version", timeout: .seconds(5), outputLimit: 1000, source: .apic)
    }

    @Test func theHostComesAfterTheOptions() throws {
        let command = try command(
            SSHTarget(host: "apic1", user: "admin", port: 2222, identityFile: "/k", jumpHost: "ops@jump:22"),
            SSHSettings(tool: ["bgpdeck", "simulated-ssh"], configFile: "/c", controlDirectory: "/tmp/d"))
        #expect(command.executable == "bgpdeck")
        #expect(command.arguments.first == "simulated-ssh")
        #expect(command.arguments.suffix(3) == ["--", "apic1", "show version"])
        for option in ["BatchMode=yes", "ControlMaster=auto", "ControlPath=/tmp/d/%C", "ControlPersist=60"] {
            let index = try existing(command.arguments.firstIndex(of: option))
            #expect(command.arguments[index - 1] == "-o")
        }
        #expect(command.endsAtPasswordPrompt)
        #expect(command.leavesDescendants)
    }

    @Test(arguments: [
        "-oProxyCommand=x", "a;b", "a b", "", "\u{1b}[2Ja", "nœud", "a\nb", "$(id)", "`id`", "a|b", "a'b", "a\u{0}b",
    ])
    func hostileHostsAreRefusedByName(_ host: String) {
        #expect { try command(SSHTarget(host: host)) } throws: { error in
            (error as? SourceError)?.kind == .unsafe
        }
        #expect(throws: SourceError.self) { try command(SSHTarget(host: "h", jumpHost: host)) }
        #expect(throws: SourceError.self) { try command(SSHTarget(host: "h", user: host)) }
        #expect(throws: SourceError.self) {
            try SSH.forward(
                SSHTarget(host: "h"), SSHSettings(), localSocket: "/tmp/s", remoteSocket: host, timeout: .seconds(1),
                source: .apic)
        }
    }

    @Test(arguments: [0, -1, 65536]) func portsOutsideTheirRangeAreRefused(_ port: Int) {
        #expect(throws: SourceError.self) { try command(SSHTarget(host: "h", port: port)) }
    }

    @Test func theRefusalShowsNoControlCharacters() throws {
        do {
            _ = try command(SSHTarget(host: "\u{1b}]0;title\u{7}evil;\u{202e}x"))
            Issue.record("it was taken")
        } catch let error as SourceError {
            #expect(error.cause.contains("evil;"))
            #expect(!error.cause.unicodeScalars.contains { $0.properties.generalCategory == .control })
            #expect(!error.cause.unicodeScalars.contains("\u{202e}"))
        }
    }

    @Test func anEmptyToolIsRefused() {
        #expect(throws: SourceError.self) { try command(SSHTarget(host: "h"), SSHSettings(tool: [])) }
    }
}

@Suite struct ChildFailureTests {
    private func judge(_ termination: ChildTermination, _ errors: String, output: String = "") -> SourceError? {
        ChildFailure.judge(
            ChildResult(
                termination: termination, output: Array(output.utf8), errors: Array(errors.utf8),
                duration: .seconds(5)),
            source: .apic, operation: "show", tool: "ssh")
    }

    @Test(arguments: [
        ("ssh: connect to host 10.0.0.1 port 22: Connection refused", SourceError.Kind.unreachable),
        ("ssh: connect to host 10.0.0.1 port 22: No route to host", .unreachable),
        ("ssh: Could not resolve hostname apic9: Name or service not known", .unreachable),
        ("ssh: connect to host 10.0.0.1 port 22: Connection timed out", .timedOut),
        ("Connection timed out during banner exchange", .timedOut),
        ("Host key verification failed.", .untrusted),
        ("No ED25519 host key is known for h and you have requested strict checking.", .untrusted),
        ("@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nHost key verification failed.", .untrusted),
        ("Authorised use only!\nadmin@h: Permission denied (publickey,password).", .refused),
        ("kex_exchange_identification: Connection closed by remote host", .unreachable),
        ("Connection to 10.0.0.1 closed by remote host.", .unreachable),
        ("", .unreachable),
    ])
    func sshTellsWhy(_ said: String, _ kind: SourceError.Kind) {
        let error = judge(.exited(255), said)
        #expect(error?.kind == kind)
        #expect(error?.cause.isEmpty == false)
        #expect(error?.hint.isEmpty == false)
    }

    @Test func theTellingLineStandsInTheCauseAndNotTheBanner() {
        let error = judge(.exited(255), "** banner **\nsecond line\nadmin@h: Permission denied (publickey).\n")
        #expect(error?.cause == "admin@h: Permission denied (publickey).")
    }

    @Test(arguments: [
        (Int32(127), "bash: line 1: calicoctl: command not found", SourceError.Kind.notFound),
        (1, "sudo: a password is required", .refused),
        (1, "sudo: a terminal is required to read the password; either use the -S option", .refused),
        (1, "ops is not in the sudoers file.", .refused),
        (126, "bash: line 1: /x: cannot execute", .refused),
        (1, "something odd", .unreadable),
        (1, "", .unreadable),
    ])
    func theFarSideTellsWhy(_ code: Int32, _ said: String, _ kind: SourceError.Kind) {
        #expect(judge(.exited(code), said)?.kind == kind)
    }

    @Test func anAnswerWithAnotherStatusIsStillAnAnswer() {
        #expect(judge(.exited(1), "note", output: "table") == nil)
        #expect(judge(.exited(0), "banner", output: "") == nil)
        #expect(judge(.exited(255), "Connection to h closed by remote host.", output: "half a ta") != nil)
    }

    @Test func endsByTheConsoleAreTold() {
        #expect(judge(.timedOut, "")?.kind == .timedOut)
        #expect(judge(.timedOut, "", output: "half")?.cause.contains("not complete") == true)
        #expect(judge(.passwordPrompt, "admin's password: ")?.kind == .refused)
        #expect(judge(.outputLimit, "")?.kind == .tooLarge)
        #expect(judge(.notFound, "")?.kind == .notFound)
        #expect(judge(.notStarted("x"), "")?.kind == .unreachable)
        #expect(judge(.signalled(9), "")?.kind == .unreachable)
    }

    @Test func whatWasSaidIsShownWithoutItsEscapes() {
        let error = judge(.exited(255), "\u{1b}[31mred\u{1b}[0m\u{7}\u{1b}]0;t\u{7} alert\r\n\u{202e}x\n")
        #expect(error?.cause == "red alert / x")
    }
}
