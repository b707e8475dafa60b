import Fabric

func decode(_ answer: Answer) -> Decoded {
    Decoded(
        observations: [], provenance: .init(source: answer.source, command: answer.command, at: answer.at),
        diagnostics: [], error: nil)
}
