import Correlation
import Fabric
import FoundationEssentials
import Testing

@Suite struct RuleCatalogTests {
    /// The folder of the rules, found from this file.
    private var folder: String {
        let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        return parts.joined(separator: "/") + "/Sources/Correlation/Rules/"
    }

    @Test func identifiersAreFoundAndEachOnce() {
        let ids = RuleCatalog.all.map { $0.id }
        #expect(Set(ids).count == ids.count)
        #expect(ids.allSatisfy { RuleCatalog.rule($0)?.id == $0 })
        #expect(RuleCatalog.rule("no-such-rule") == nil)
    }

    @Test func eachTypeIsNamedAfterItsRule() {
        for rule in RuleCatalog.all {
            let words = rule.id.text.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }
            #expect("\(rule)" == words.joined())
        }
    }

    @Test func docCommentAndExplanationAreTheSameText() throws {
        for rule in RuleCatalog.all {
            let data = try Data(contentsOf: URL(filePath: folder + "\(rule).swift"))
            let lines = String(decoding: data, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
            let comment = lines.drop { !$0.hasPrefix("///") }.prefix { $0.hasPrefix("///") }
                .map { $0.dropFirst(4) }.joined(separator: "\n")
            #expect(comment == rule.explanation)
            #expect(rule.explanation.contains("What to do:") && rule.explanation.contains("Detected"))
        }
    }
}
