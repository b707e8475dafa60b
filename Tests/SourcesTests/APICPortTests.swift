import APICClient
import Children
import Fabric
import Polling
import Testing

@Suite struct APICPortTests {
    private let leaf = LeafID(203)

    private func configuration(_ ssh: SSHSettings) -> APICConfiguration {
        APICConfiguration(
            controllers: [SSHTarget(host: "apic1"), SSHTarget(host: "apic2")], vrf: "common:calico", ssh: ssh,
            timeout: .seconds(10))
    }

    private func look(_ look: Look, _ configuration: APICConfiguration) async -> LookResult {
        await APICPort.read(configuration, children: ChildRunner(limiter: nil), now: someTime).perform(look)
    }

    @Test func aSummaryComesThroughAController() async throws {
        let tools = try FakeTools()
        let result = await look(.leafSummary(leaf), configuration(try tools.ssh("echo \"$line on $host\"")))
        let answer = try existing(result.answers.first)
        #expect(result.error == nil)
        #expect(answer.command == "fabric 203 show ip bgp summary vrf common:calico")
        #expect(answer.source == .leaf(leaf))
        #expect(answer.at == someTime())
        #expect(text(answer.bytes) == "fabric 203 show ip bgp summary vrf common:calico on apic1\n")
    }

    @Test func aLeafWithAnAddressIsAskedThere() async throws {
        let tools = try FakeTools()
        var configuration = configuration(try tools.ssh("echo x"))
        configuration.leaves[leaf] = SSHTarget(host: "leaf203")
        let result = await look(.leafRoutes(leaf, .all), configuration)
        let commands = ["show ip route vrf common:calico", "show bgp ipv4 unicast vrf common:calico"]
        #expect(result.answers.map(\.command) == commands)
        #expect(tools.calls() == commands.map { "leaf203 \($0)" })
    }

    /// A leaf that knows no such command loses nothing else; it is said once and not asked again.
    @Test func aLeafThatTellsNoPathsTellsItsRoutes() async throws {
        let tools = try FakeTools()
        let ssh = try tools.ssh("case \"$line\" in *unicast*) echo '% Invalid command' >&2; exit 16;; esac; echo x")
        let port = APICPort.read(configuration(ssh), children: ChildRunner(limiter: nil), now: someTime)
        let first = await port.perform(.leafRoutes(leaf, .all))
        #expect(first.error == nil && first.answers.count == 1)
        #expect(first.facts.flatMap(\.diagnostics).count == 1, "\(first.facts)")
        let calls = tools.calls().count
        let second = await port.perform(.leafRoutes(leaf, .all))
        #expect(second.error == nil && second.answers.count == 1 && second.facts.isEmpty)
        #expect(tools.calls().count == calls + 1)
    }

    /// Paths are several times as long as routes: of a large table they are not asked for by text.
    @Test func aLargeTableIsReadWithoutPaths() async throws {
        let tools = try FakeTools()
        var configuration = configuration(try tools.ssh("echo x"))
        configuration.pathTextLimit = 1
        let result = await look(.leafRoutes(leaf, .all), configuration)
        #expect(result.error == nil && result.answers.count == 1 && tools.calls().count == 1)
    }

    @Test func selectedPrefixesAreAskedOneByOne() async throws {
        let tools = try FakeTools()
        let prefixes = try ["10.1.0.0/26", "fd00::/64"].map { try existing(IPPrefix($0)) }
        let result = await look(.leafRoutes(leaf, .prefixes(prefixes)), configuration(try tools.ssh("echo x")))
        #expect(
            result.answers.map(\.command) == [
                "fabric 203 show ip route 10.1.0.0/26 vrf common:calico",
                "fabric 203 show ipv6 route fd00::/64 vrf common:calico",
            ])
    }

    @Test func theNextControllerIsAskedAndRemembered() async throws {
        let tools = try FakeTools()
        let ssh = try tools.ssh(
            "[ $host = apic1 ] && { echo 'ssh: connect to host apic1 port 22: Connection refused' >&2; exit 255; }; echo x"
        )
        let port = APICPort.read(configuration(ssh), children: ChildRunner(limiter: nil), now: someTime)
        #expect(await port.perform(.leafSummary(leaf)).error == nil)
        #expect(await port.perform(.leafSummary(leaf)).error == nil)
        #expect(tools.calls().map { $0.prefix(5) } == ["apic1", "apic2", "apic2"])
    }

    @Test func whereNoControllerAnswersAllAreNamed() async throws {
        let tools = try FakeTools()
        let ssh = try tools.ssh("echo \"ssh: connect to host $host port 22: No route to host\" >&2; exit 255")
        let error = try existing(await look(.leafSummary(leaf), configuration(ssh)).error)
        #expect(error.kind == .unreachable)
        #expect(error.cause.contains("apic1") && error.cause.contains("apic2"))
    }

    @Test(arguments: [
        ("sleep 60", SourceError.Kind.timedOut),
        ("echo 'half a ta'; exec sleep 60", .timedOut),
        ("while :; do echo more; sleep 0.05; done", .timedOut),
        ("printf \"admin@apic1's password: \"; sleep 60", .refused),
        ("echo 'Host key verification failed.' >&2; exit 255", .untrusted),
        ("echo half; echo 'Connection to apic1 closed by remote host.' >&2; exit 255", .unreachable),
        ("echo '*** Authorised users only ***' >&2; exit 255", .unreachable),
        ("kill -9 $$", .unreachable),
    ])
    func aDeviceThatMisbehavesIsAnErrorInTime(_ body: String, _ kind: SourceError.Kind) async throws {
        let tools = try FakeTools()
        var configuration = configuration(try tools.ssh(body))
        configuration.controllers = [SSHTarget(host: "apic1")]
        configuration.timeout = .milliseconds(700)
        configuration.channel = .exec
        let start = ContinuousClock.now
        let result = await look(.leafSummary(leaf), configuration)
        #expect(result.error?.kind == kind)
        #expect(result.answers.isEmpty)
        #expect(ContinuousClock.now - start < .seconds(45))
    }

    @Test func aTableBeyondTheLimitIsRefusedWithAHint() async throws {
        let tools = try FakeTools()
        var configuration = configuration(try tools.ssh("head -c 100000000 /dev/zero"))
        configuration.routeTextLimit = 100_000
        let error = try existing(await look(.leafRoutes(leaf, .all), configuration).error)
        #expect(error.kind == .tooLarge)
        #expect(error.hint.contains("selected prefixes"))
    }

    @Test(arguments: ["a;b", "-x", "common:$(id)", "common:calico\nreload", "c\u{1b}[2J", "vrf ü"])
    func anUnsafeVRFIsRefusedAndNothingIsRun(_ vrf: String) async throws {
        let tools = try FakeTools()
        var configuration = configuration(try tools.ssh("echo x"))
        configuration.vrf = vrf
        #expect(await look(.leafSummary(leaf), configuration).error?.kind == .unsafe)
        #expect(tools.calls().isEmpty)
    }

    @Test func withoutControllersTheErrorSaysSo() async {
        let error = await look(.leafSummary(leaf), APICConfiguration()).error
        #expect(error?.kind == .notFound)
    }

    /// A device with a prompt, as `ssh -tt` shows it.
    private let session = """
        printf 'banner\\r\\napic1# '
        while read -r asked; do
          printf '%s\\r\\n' "$asked"
          case "$asked" in
            exit) exit 0;;
            *show*) printf 'the answer to %s\\r\\n' "$asked";;
          esac
          printf 'apic1# '
        done
        """

    @Test(arguments: [
        "echo 'exec request failed on channel 0' >&2; exit 255", "exit 0",
        "echo 'bash: fabric: command not found' >&2; exit 127",
    ])
    func aDeviceWithoutCommandsIsAskedInASession(_ refusal: String) async throws {
        let tools = try FakeTools()
        let ssh = try tools.ssh("if [ -z \"$session\" ]; then \(refusal); fi\n\(session)")
        let port = APICPort.read(configuration(ssh), children: ChildRunner(limiter: nil), now: someTime)
        let first = await port.perform(.leafSummary(leaf))
        #expect(first.error == nil)
        #expect(first.answers.first?.command == "fabric 203 show ip bgp summary vrf common:calico")
        let shown = text(first.answers.first?.bytes ?? [])
        #expect(shown.contains("the answer to fabric 203 show ip bgp summary"))
        #expect(await port.perform(.leafSummary(leaf)).error == nil)
        #expect(tools.calls().count == 3)
    }

    @Test func aSessionThatNeverPromptsEndsInTime() async throws {
        let tools = try FakeTools()
        var configuration = configuration(try tools.ssh("echo banner; sleep 60"))
        configuration.controllers = [SSHTarget(host: "apic1")]
        configuration.channel = .session
        configuration.timeout = .milliseconds(500)
        #expect(await look(.leafSummary(leaf), configuration).error?.kind == .timedOut)
    }

    @Test func aSessionThatClosesHalfWayIsAnError() async throws {
        let tools = try FakeTools()
        var configuration = configuration(try tools.ssh("printf 'apic1# '; read -r a; printf 'x\\r\\n'; exit 0"))
        configuration.channel = .session
        #expect(await look(.leafSummary(leaf), configuration).error?.kind == .unreachable)
    }
}
