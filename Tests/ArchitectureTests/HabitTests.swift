import Testing

/// Habits of the code that the compiler does not keep.
@Suite struct HabitTests {
    /// The places of a pattern in the code of every file, comments and strings left out.
    private func places(of pattern: Regex<some Any>, where isMeant: (Sources.File) -> Bool = { _ in true }) -> [String]
    {
        Sources.files.filter(isMeant).flatMap { file in
            file.code.lines.enumerated().compactMap { number, line in
                line.firstMatch(of: pattern) == nil ? nil : "\(file.path):\(number + 1): \(line)"
            }
        }
    }

    @Test func nothingIsForced() {
        #expect(places(of: /\btry!/).isEmpty)
        #expect(places(of: /\bas!/).isEmpty)
        #expect(places(of: /[\w)\]}"]!(?!=)/).isEmpty)
    }

    @Test(arguments: ["a!.b", "f()!", "list[0]!", "let x: Int!", "URL(string: \"\")!"])
    func theForceUnwrapPatternSees(line: String) {
        #expect(line.firstMatch(of: /[\w)\]}"]!(?!=)/) != nil)
    }

    @Test(arguments: ["a != b", "a!=b", "if !a", "#if !os(Linux)", "(!a)", "a && !b"])
    func theForceUnwrapPatternPasses(line: String) {
        #expect(line.firstMatch(of: /[\w)\]}"]!(?!=)/) == nil)
    }

    @Test func nothingIsUnchecked() {
        #expect(places(of: /@unchecked\s+Sendable/) { $0.target != "TerminalNcurses" }.isEmpty)
        #expect(places(of: /nonisolated\(unsafe\)/) { $0.target != "TerminalNcurses" }.isEmpty)
    }

    @Test func nothingEndsTheProcess() {
        #expect(places(of: /\b(fatalError|preconditionFailure|assertionFailure|precondition)\s*\(/).isEmpty)
    }

    /// It is the whole process's: of two threads that set and restore it at once, one leaves the other's behind.
    @Test func theMaskOfNewFilesIsNotTouched() {
        #expect(places(of: /\bumask\s*\(/).isEmpty)
    }

    @Test func librariesDoNotPrint() {
        #expect(places(of: /(^|[^\w.])(print|debugPrint)\(/) { $0.target != "bgpdeck" }.isEmpty)
    }

    @Test func trustIsNeverSwitchedOff() {
        #expect(places(of: /certificateVerification\s*[:=]\s*\.none/).isEmpty)
        let words = ["StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "insecure-skip-tls-verify"]
        for file in Sources.files {
            for word in words { #expect(!file.text.contains(word), "\(file.path) holds \(word)") }
        }
    }

    @Test func filesStayReadable() {
        for file in Sources.files {
            let count = file.text.split(separator: "\n", omittingEmptySubsequences: false).count - 1
            #expect(count <= House.overlong[file.path] ?? 400, "\(file.path) has \(count) lines")
        }
    }

    @Test func namesSayWhatThingsAre() {
        #expect(places(of: /\b(class|struct|enum|actor|protocol)\s+\w*(Manager|Helper|Utils?)\b/).isEmpty)
    }
}
