import Configuration
import Console
import Design

/// What is wrong with the keys of a configuration, each with its line and column.
enum KeyReport {
    static func lines(_ configuration: Configuration, file: String) -> [String] {
        let name = file.split(separator: "/").last.map(String.init) ?? file
        return KeyMap.make(overrides: configuration.keys).problems.map { problem in
            let marks = configuration.keyMarks[problem.action] ?? []
            let mark = problem.index.flatMap { marks.indices.contains($0) ? marks[$0] : nil } ?? marks.first ?? .start
            return DocumentDiagnostic(
                file: name, mark: mark, severity: .warning, message: "keys: \(problem.action): \(problem.text)"
            ).description
        }
    }
}

extension AppState {
    /// Takes over what the configuration says of marks and alarms.
    mutating func apply(_ preferences: ConsolePreferences) {
        if let seconds = preferences.markSeconds { settings.markSeconds = seconds }
        settings.ringsBell = preferences.ringsBell
        alarm = Alarm(command: preferences.lossCommand, every: preferences.lossInterval ?? alarm.every)
    }
}
