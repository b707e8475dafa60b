import Formats
import Testing

/// `bgpdeck parse apic`.
@Suite struct APICDocumentTests {
    private func text(_ parsed: Parsed<[UInt8]>) -> String { String(decoding: parsed.value, as: UTF8.self) }

    @Test func classesAreCountedAndObjectsListedWithTheirParents() {
        let json = #"""
            {"totalCount":"1","imdata":[{"fabricExplicitGEp":{"attributes":{"dn":"uni/fabric/protpol/expgep-101-102","id":"12"},
             "children":[{"fabricNodePEp":{"attributes":{"id":"102","rn":"nodepep-102"},"children":[{"x":{"attributes":{"n":6052}}}]}}]}}]}
            """#
        let parsed = APIC.document(Array(json.utf8))
        #expect(parsed.isComplete)
        #expect(
            text(parsed)
                == #"{"classes":{"fabricExplicitGEp":1,"fabricNodePEp":1,"x":1},"objects":["#
                + #"{"class":"fabricExplicitGEp","parent":null,"attributes":{"dn":"uni/fabric/protpol/expgep-101-102","id":"12"}},"#
                + #"{"class":"fabricNodePEp","parent":"uni/fabric/protpol/expgep-101-102","attributes":{"id":"102","rn":"nodepep-102"}},"#
                + #"{"class":"x","parent":"uni/fabric/protpol/expgep-101-102/nodepep-102","attributes":{"n":6052}}]}"#)
    }

    @Test func escapesAreReadAndWritten() {
        let parsed = APIC.document(
            Array(#"{"imdata":[{"a":{"attributes":{"t":"x\"\\\/\u00e9\ud83d\ude00\n"}}}]}"#.utf8))
        #expect(text(parsed).contains("\"t\":\"x\\\"\\\\/é😀\\n\""))
    }

    @Test func halfATextIsReadAsFarAsItGoes() {
        let whole = Answers.answer([Answers.entry("192.168.2.1"), Answers.entry("192.168.2.9")])
        let parsed = APIC.document(Array(whole.prefix(whole.count - 60)))
        #expect(!parsed.isComplete && !parsed.isRefused)
        #expect(text(parsed).contains("192.168.2.1"))
    }

    @Test func countedButAbsentObjectsAreTold() {
        let parsed = APIC.document(Array(#"{"totalCount":"17","imdata":[]}"#.utf8))
        #expect(parsed.diagnostics.map(\.severity) == [.warning])
    }

    @Test(arguments: ["", "<html></html>", "[1]", "{}", "nonsense"])
    func whatIsNoAnswerIsRefused(text: String) {
        #expect(APIC.document(Array(text.utf8)).isRefused)
    }
}
