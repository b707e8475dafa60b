import Correlation
import Fabric
import FoundationEssentials
import Testing

@Suite struct PasswordMismatchTests {
    private func silent(age: Double, info: String = "Connect") -> FabricBuilder {
        var fabric = FabricBuilder.figure1()
        fabric.lose(2, 102, info: info, age: age)
        return fabric
    }

    @Test func silenceOnBothEndsBesideOtherSessions() {
        let found = silent(age: 60).findings("password-mismatch")
        #expect(found.count == 1)
        #expect(found.first?.cause.contains("what remains is a filter") == true)
        #expect(found.first?.evidence.count == 2)
    }

    @Test func notBeforeABrokenPathWouldHaveToldSo() {
        #expect(silent(age: 20).findings("password-mismatch").isEmpty)
    }

    /// The leaf on which the password was changed said so once, with a Cease.
    @Test func whatTheLeafSaidWhenItWasConfiguredIsNoError() {
        let words = "Connect Received: Other configuration change"
        #expect(silent(age: 60, info: words).findings("password-mismatch").count == 1)
    }

    @Test func anErrorSaysSomethingElse() {
        #expect(silent(age: 60, info: "Connect Socket: No route to host").findings("password-mismatch").isEmpty)
    }

    @Test func aLeafWithoutAnySessionIsNotJudged() {
        var fabric = silent(age: 60)
        for node in [1, 3] { fabric.leafLoses(102, node) }
        #expect(fabric.findings("password-mismatch").isEmpty)
    }
}
