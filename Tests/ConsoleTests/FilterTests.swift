import Console
import Correlation
import Fabric
import Terminal
import Testing

@Suite struct FilterTests {
    var driver = ConsoleDriver(.broken)

    @Test mutating func rowsLeaveAsOneTypesAndTheTitleCountsThem() {
        driver.press("/")
        driver.type("rack-2")
        #expect(driver.title("2 Nodes").contains("(3 of 6) /rack-2"))
        #expect(driver.names == ["node-4", "node-5", "node-6"])
    }

    @Test mutating func theFilterSurvivesNewFactsAndDrillingDown() {
        driver.filter("rack:2")
        driver.show(.broken)
        #expect(driver.names == ["node-4", "node-5", "node-6"])
        driver.press("enter")
        #expect(driver.state.focus == .detail)
        #expect(driver.names == ["node-4", "node-5", "node-6"])
        driver.press("escape")
        #expect(driver.state.filters[.nodes] == "rack:2")
    }

    @Test mutating func escapeWhileTypingBringsTheOldOneBack() {
        driver.filter("node-3")
        driver.press("/")
        driver.type("xyz")
        driver.press("escape")
        #expect(driver.state.filters[.nodes] == "node-3")
    }

    @Test mutating func ctrlUEmptiesTheLine() {
        driver.filter("node-3")
        driver.press("/", "ctrl-u")
        #expect(driver.title("2 Nodes").contains("(6)"))
    }

    @Test mutating func thePromptNamesTheFields() {
        driver.press("/")
        for key in ["node:", "rack:", "as:", "health:", "state:", "leaf:"] { #expect(driver.hints.contains(key)) }
    }

    @Test mutating func anEmptyTableSaysWhyAndNamesAMistypedField() {
        driver.filter("node-99")
        #expect(driver.text.contains("none of 6 rows matches /node-99"))
        driver.press("escape")
        driver.filter("sevrity:critical")
        #expect(driver.text.contains("no row here has a field 'sevrity'"))
    }

    @Test mutating func eachTableHasAFilterOfItsOwn() {
        driver.filter("node-5")
        driver.press("3")
        driver.filter("leaf:104")
        #expect(driver.state.filters[.nodes] == "node-5")
        #expect(driver.title("3 Leaves").contains("(1 of 4)"))
    }

    @Test mutating func theSelectionStaysWithItsNodeWhereTheFilterKeepsIt() {
        driver.press("G")
        driver.filter("rack:2")
        #expect(driver.state.subject == .node(NodeName("node-6")))
        driver.press("escape")
        #expect(driver.state.subject == .node(NodeName("node-6")))
    }

    @Test mutating func onlyProblemsAndAFilterTogether() {
        driver.press("e")
        #expect(driver.names == ["node-5"])
        driver.filter("rack:1")
        #expect(driver.text.contains("none of 6 rows matches /rack:1 and is a problem"))
        #expect(driver.text.contains("ONLY PROBLEMS"))
    }

    @Test mutating func onlyProblemsWithoutAnySaysHowToSeeAll() {
        driver.show(.figure1())
        driver.press("e")
        #expect(driver.text.contains("no problems among 6 rows; e shows all"))
    }

    @Test mutating func aPasteGoesIntoTheFilter() {
        driver.press("/")
        driver.send(.input(.paste("node-4\n")))
        #expect(driver.names == ["node-4"])
    }
}

@Suite struct RowFilterTests {
    static let builder = FabricBuilder.broken

    @Test(arguments: [
        ("node-5", 1), ("NODE-5", 0), ("!node-5", 5), ("rack:rack-2", 3), ("rack:!rack-2", 3), ("state:down", 1),
        ("health:ok", 5), ("rack-1 node-2", 1), ("", 6), ("   ", 6), (":", 0), ("!", 6), ("~nd5", 1), ("!~nd5", 5),
        ("~", 6), ("as:65205", 1), ("asn:652", 6), ("node:=node-1", 1), ("leaf:leaf-104", 3), ("leaf:104", 3),
        ("!state:up", 0), ("state:!up", 1), ("n:node-1", 1), ("address:192.168.0.41", 1), ("rack:", 6),
    ])
    func keepsNodes(_ text: String, _ count: Int) {
        let rows = NodesView.view.arranged(
            Self.builder.picture().nodes, filter: RowFilter(text), onlyProblems: false, sort: nil)
        #expect(rows.count == count)
    }

    @Test(arguments: [
        ("prefix:10.244.16.5", ["10.244.16.0/26"]), ("prefix:10.96.0.80", ["10.96.0.80/32", "10.96.0.0/16"]),
        ("prefix:10.96.7.7", ["10.96.0.0/16"]), ("prefix:=10.96.0.0/16", ["10.96.0.0/16"]),
        ("prefix:10.96.0.0/16", ["10.96.0.0/16", "10.96.0.80/32"]), ("prefix:1.2.3.4", []),
    ])
    func prefixesByLongestMatch(_ text: String, _ expected: [String]) {
        let rows = PrefixesView.view.arranged(
            Self.builder.picture().ledger, filter: RowFilter(text), onlyProblems: false, sort: nil)
        #expect(Set(rows.map(\.prefix.description)) == Set(expected))
    }

    @Test func theLongestMatchIsEachLeafsOwn() {
        let rows = PrefixesView.view.arranged(
            Self.builder.picture().ledger, filter: RowFilter("prefix:10.96.0.80"), onlyProblems: false, sort: nil)
        // Only rack-1 hosts the service; the leaves of rack-2 have nothing but the range.
        #expect(Set(rows.map(\.key.leaf.number)).isSubset(of: [101, 102, 103, 104]))
        #expect(rows.filter { $0.key.leaf.number < 103 }.allSatisfy { $0.prefix.description == "10.96.0.80/32" })
    }

    @Test(arguments: [("service:web", 1), ("svc:web", 1), ("service:!web", 1), ("state:even", 1)])
    func services(_ text: String, _ atLeast: Int) {
        let rows = ServicesView.view.arranged(
            Self.builder.picture().services, filter: RowFilter(text), onlyProblems: false, sort: nil)
        #expect(rows.count >= atLeast)
        #expect(rows.count < Self.builder.picture().services.count || text == "state:even")
    }

    @Test(arguments: ["severity:warning", "rule:session-down", "node:node-5", "leaf:104", "refused"])
    func findings(_ text: String) {
        let rows = FindingsView.view.arranged(
            Self.builder.picture().findings, filter: RowFilter(text), onlyProblems: false, sort: nil)
        #expect(rows.contains { $0.rule == "session-down" })
    }

    @Test func namesSortByTheNumbersInThem() {
        #expect(SortKey.name("node-2") < SortKey.name("node-10"))
        #expect(SortKey.name("10.9.0.0/16") < SortKey.name("10.10.0.0/16"))
    }
}
