import Console
import Correlation
import Fabric
import FoundationEssentials
import Terminal
import Testing

@Suite struct CommandTests {
    var driver = ConsoleDriver(.broken)

    @Test(arguments: [
        ("racks", "1 Racks"), ("leaves", "3 Leaves"), ("findings", "4 Findings"), ("sessions", "2 Sessions"),
        ("prefixes", "2 Prefixes"), ("services", "2 Services"), ("operations", "2 Operations"), ("svc", "2 Services"),
    ])
    mutating func viewsByTheirBatchNames(_ command: String, _ title: String) {
        driver.command(command)
        #expect(!driver.title(title).isEmpty)
        #expect(driver.state.focus != .detail)
    }

    @Test(arguments: [
        ("nodes --rack rack-2", 3), ("nodes --node=node-5", 1), ("nodes --node node-1", 1), ("nodes /rack:2", 3),
        ("nodes health:degraded", 1), ("nodes", 6),
    ])
    mutating func viewsTakeTheBatchOptions(_ command: String, _ rows: Int) {
        driver.command(command)
        #expect(driver.names.count == rows)
    }

    /// What somebody types who has another console in the fingers.
    @Test mutating func aNameAloneGoesThereAndAKindAloneOffersAll() {
        driver.command("node-5")
        #expect(driver.state.subject == .node(NodeName("node-5")))
        driver.press("escape")
        driver.command("rack")
        #expect(driver.text.contains("rack rack-1") && driver.text.contains("rack rack-2"))
        driver.press("enter")
        #expect(driver.state.subject == .rack("rack-1"))
        driver.press("escape", "d")
        #expect(driver.toast.contains("Enter describes"))
    }

    @Test mutating func aViewWithoutOptionsKeepsItsFilter() {
        driver.filter("rack:2")
        driver.command("sessions")
        driver.command("nodes")
        #expect(driver.names.count == 3)
    }

    @Test mutating func anotherFormatIsReadOverThePanes() {
        driver.command("sessions --node node-5 --output json")
        #expect(driver.text.contains("sessions as json"))
        #expect(driver.text.contains("\"node\":\"node-5\""))
        driver.press("escape")
        #expect(driver.title("2 Nodes").contains("(6)"))
    }

    @Test mutating func wrongOptionsAreExplained() {
        driver.command("nodes --nod node-5")
        #expect(driver.toast.contains("there is no option --nod; did you mean '--node'?"))
        driver.command("nodes --node")
        #expect(driver.toast.contains("--node wants a value"))
        driver.command("nodes --output xml")
        #expect(driver.toast.contains("--output is table, json or csv"))
    }

    @Test(arguments: [
        ("sesions", "did you mean 'sessions'?"), ("frobnicate", "no command begins with 'frobnicate'"),
        ("drain node-99", "there is no node 'node-99'"), ("drain nod-5", "did you mean 'node-5'?"),
        ("node node-55", "did you mean 'node-5'?"), ("explain sesion-down", "did you mean 'session-down'?"),
        ("context other", "the configuration names no other"), ("at 14:00", "what is shown is live"),
        ("set bell loud", "set bell on|off, not 'loud'"), ("set", "marks SECONDS"), ("theme", "theme NAME"),
        ("fault bgp", "faults can be given to a simulated fabric only"), ("abort", "no operation is running"),
        ("export", "a BIRD protocol or a leaf"),
    ])
    mutating func whatCannotBeDoneSaysWhy(_ command: String, _ reason: String) {
        driver.command(command)
        #expect(driver.toast.contains(reason), "\(driver.toast)")
        #expect(driver.state.toast?.level != .info)
    }

    @Test mutating func tabCompletesAsFarAsItIsCertain() {
        driver.press(":")
        driver.type("dr")
        driver.press("tab")
        driver.type("no")
        driver.press("tab")
        driver.type("5")
        driver.press("enter")
        #expect(driver.text.contains("drain node-5"))
    }

    @Test mutating func theRestOfTheLineIsSuggestedAndTaken() {
        driver.press(":")
        driver.type("find")
        #expect(driver.hints.contains(":findings"))
        driver.press("right", "enter")
        #expect(driver.state.focus == .findings)
    }

    @Test mutating func theHistoryComesFirstAndArrowsWalkIt() {
        driver.command("sessions --rack rack-2")
        driver.command("services")
        driver.press(":")
        driver.type("se")
        #expect(driver.hints.contains(":services"))
        driver.press("ctrl-u", "up", "up", "enter")
        #expect(driver.state.main == .sessions)
        #expect(driver.remembered?.history == ["sessions --rack rack-2", "services", "sessions --rack rack-2"])
    }

    @Test mutating func severalCompletionsAreListed() {
        driver.press(":")
        driver.type("leaf ")
        #expect(driver.hints.contains("101 102 103 104"))
    }

    @Test mutating func emptyCommandsAndBackspaceLeave() {
        driver.press(":", "enter")
        #expect(driver.state.overlay == nil)
        driver.press(":", "backspace")
        #expect(driver.state.overlay == nil)
        #expect(driver.state.commandHistory.isEmpty)
    }

    @Test mutating func whateverAKeyDoesCanBeTyped() {
        driver.command("zoom")
        #expect(driver.state.isZoomed)
        driver.command("freeze")
        #expect(driver.text.contains("FROZEN"))
    }

    @Test mutating func explainReadsTheRule() {
        driver.command("explain session-down")
        #expect(driver.text.contains("rule session-down"))
        driver.press("q")
        #expect(driver.state.overlay == nil)
        #expect(!driver.quits)
        driver.command("explain")
        #expect(driver.text.contains("session-flapping"))
    }

    @Test mutating func contextsSwitchUnlessAnOperationRuns() {
        driver.state.contexts = ["fab1", "fab2"]
        driver.command("context fab1")
        #expect(driver.effects.contains { if case .context("fab1") = $0 { true } else { false } })
        driver.command("ctx fab3")
        #expect(driver.toast.contains("did you mean"))
    }

    @Test mutating func anotherWorldStartsAnewAndKeepsWhatIsTheUsers() {
        driver.command("sessions")
        driver.press("s", "enter")
        driver.filter("rack:2")
        driver.send(.world(FabricLabel(context: "fab1", vrf: nil, isSimulated: false), faults: []))
        #expect(driver.text.contains("fab1"))
        #expect(driver.text.contains("waiting for the first answers"))
        #expect(!driver.text.contains("node-5"))
        #expect(driver.state.commandHistory == ["sessions"])
        #expect(driver.state.sorts[.sessions] != nil)
        #expect(driver.state.filters.isEmpty)
    }

    @Test mutating func settingsChangeAtRunTime() {
        driver.command("set marks 0")
        driver.command("set bell on")
        driver.command("set problems on")
        #expect(driver.state.settings.markSeconds == 0)
        #expect(driver.state.settings.ringsBell)
        #expect(driver.names == ["node-5"])
    }

    @Test mutating func momentsOfACaptureAreAskedForByTheirTime() {
        driver.send(.history(HistoryPlace(index: 2, count: 3)))
        driver.command("at 14:02:11")
        #expect(driver.effects.contains { if case .at(50531) = $0 { true } else { false } })
        driver.command("at 25:00")
        #expect(driver.toast.contains("'25:00' is no time of day"))
        driver.press("[")
        #expect(driver.effects.contains { if case .step(-1) = $0 { true } else { false } })
    }
}

@Suite struct DeviceWordTests {
    var driver = ConsoleDriver(FabricBuilder.broken.withNodeRoutes())

    @Test mutating func birdsLongestMatchOnTheNode() {
        driver.command("show route for 10.244.16.9")
        #expect(driver.state.subject == .node(NodeName("node-1")))
        #expect(driver.state.nodeTab == .routes)
        #expect(driver.title("node-1").contains("(1 of"))
        #expect(driver.text.contains("10.244.16.0/26"))
    }

    @Test mutating func onALeafTheSameWordsAskTheLeaf() {
        driver.command("leaf 103")
        driver.command("show route for 10.96.7.7")
        #expect(driver.state.subject == .leaf(LeafID(103)))
        #expect(driver.text.contains("10.96.0.0/16"))
    }

    @Test mutating func nxosWordsAskTheLeaf() {
        driver.command("show ip route 10.96.0.80")
        #expect(driver.state.subject == .leaf(LeafID(101)))
        #expect(driver.text.contains("10.96.0.80/32"))
        driver.command("show ip route 10.96.0.80 vrf common:calico")
        #expect(driver.state.toast == nil)
        driver.command("show ip bgp summary")
        #expect(driver.state.leafTab == .peers)
    }

    @Test mutating func deviceWordsMayBeShortened() {
        driver.command("sh ip ro 10.96.0.80")
        #expect(driver.state.leafTab == .routes)
        driver.press("escape")
        driver.command("sh prot")
        #expect(driver.state.nodeTab == .sessions)
    }

    @Test mutating func whatIsExportedToALeaf() {
        driver.command("show route export leaf-101")
        #expect(driver.title("node-1").contains("/export:=leaf-101"))
        #expect(driver.text.contains("10.244.16.0/26"))
        #expect(!driver.text.contains("10.244.144.0/26"))
        driver.press("escape", "escape")
        driver.command("export leaf-102")
        #expect(driver.title("node-1").contains("/export:=leaf-102"))
    }

    @Test mutating func protocolsOfTheNode() {
        driver.command("node node-5")
        driver.command("show protocols")
        #expect(driver.state.subject == .node(NodeName("node-5")))
        #expect(driver.title("node-5").contains("(2)"))
    }

    @Test(arguments: [
        ("show route for banana", "'banana' is not an address"), ("show route fro 10.0.0.1", "did you mean 'for'?"),
        ("show route in nowhere", "'nowhere' is not a prefix"),
        ("show ip route banana", "neither an address nor a prefix"),
    ])
    mutating func mistakesAreExplained(_ command: String, _ reason: String) {
        driver.command(command)
        #expect(driver.toast.contains(reason), "\(driver.toast)")
    }
}
