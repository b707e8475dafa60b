import APICClient
import Testing

@Suite struct PromptConversationTests {
    private let command = "fabric 203 show ip bgp summary vrf common:calico"

    /// Feeds chunks and gives what was sent and what was finished.
    private func talk(_ chunks: [String]) -> (sent: [String], output: String?) {
        var conversation = PromptConversation(command: command)
        var sent: [String] = []
        var output: String?
        for chunk in chunks {
            for action in conversation.received(Array(chunk.utf8)) {
                switch action {
                case .send(let bytes): sent.append(text(bytes))
                case .finished(let bytes): output = text(bytes)
                }
            }
        }
        return (sent, output)
    }

    private let login = "Application Policy Infrastructure Controller\r\n\r\napic1# "
    private let pager = "terminal length 0\r\napic1# "

    @Test func thePagerIsSwitchedOffAndTheCommandGiven() {
        let result = talk([login, pager, command + "\r\n Node 203 (Leaf203)\r\nrow\r\n", "apic1# "])
        #expect(result.sent == ["terminal length 0\n", command + "\n"])
        #expect(result.output == command + "\r\n Node 203 (Leaf203)\r\nrow\r\napic1# ")
    }

    @Test(arguments: 1...40) func chunksMayBeCutAnywhere(_ size: Int) {
        func cut(_ text: String) -> [String] {
            let bytes = Array(text.utf8)
            return stride(from: 0, to: bytes.count, by: size).map {
                String(decoding: bytes[$0..<min($0 + size, bytes.count)], as: UTF8.self)
            }
        }
        let answer = command + "\r\n Node 203 (Leaf203)\r\nrow # with a sign\r\napic1#"
        let result = talk(cut(login) + cut(pager) + cut(answer))
        #expect(result.output?.contains(command + "\r\n Node 203 (Leaf203)\r\nrow # with a sign\r\n") == true)
    }

    @Test func aPromptThatIsDrawnAgainIsNoAnswer() {
        let result = talk([login, pager, "\r\napic1# ", command + "\r\n", "row\r\n", "apic1# "])
        #expect(result.output?.contains("row") == true)
    }

    @Test func anotherPromptInTheOutputEndsNothing() {
        let result = talk([login, pager, command + "\r\nleaf-101#", "\r\nrow\r\n"])
        #expect(result.output == nil)
        #expect(talk([login, pager, command + "\r\nleaf-101#", "\r\nrow\r\n", "apic1# "]).output != nil)
    }

    @Test func aPagerIsAnswered() {
        let result = talk([login, pager, command + "\r\nrow\r\n--More--", "\r        \rrow 2\r\napic1# "])
        #expect(result.sent.last == " ")
        #expect(result.output?.contains("row 2") == true)
    }

    @Test(arguments: [
        "apic1# ", "leaf-101# ", "admin@apic1:~> ", "[root@node-1 ~]# ", "\u{1b}[1mapic1\u{1b}[0m# ", "fab2-apic1#",
    ])
    func promptsOfManyFormsAreSeen(_ prompt: String) {
        let result = talk(["banner\r\n\(prompt)", "terminal length 0\r\n\(prompt)", "x\r\nrow\r\n\(prompt)"])
        #expect(result.sent.count == 2)
        #expect(result.output?.contains("row") == true)
    }

    @Test(arguments: ["######## ", "-----\r\n", "Welcome to apic1 # ", "Password: ", "", "> "])
    func otherLinesAreNoPrompts(_ line: String) {
        #expect(talk([line]).sent.isEmpty)
    }

    @Test func nothingIsSentAfterTheEnd() {
        var conversation = PromptConversation(command: command)
        for chunk in [login, pager, command + "\r\nrow\r\napic1# "] { _ = conversation.received(Array(chunk.utf8)) }
        #expect(conversation.received(Array("apic1# ".utf8)).isEmpty)
        #expect(conversation.wasAsked)
    }
}
