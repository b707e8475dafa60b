import Console
import Operations
import Terminal

/// A message, and the world that it tells of; nil: it is the user's and holds in any.
struct Letter: Sendable {
    var world: Int?
    var message: Message

    /// The most log lines that wait for the loop, and the most events of keyboard and mouse.
    static let limit = 2000

    /// Puts a letter among those that wait. While the terminal takes nothing, newer facts, times and sizes take the
    /// place of older ones, and log lines of the oldest.
    static func merge(_ waiting: inout [Letter], _ letter: Letter) {
        switch letter.message {
        case .facts, .tick, .access, .history, .input(.resize), .operation:
            if let index = waiting.lastIndex(where: { $0.isMadePointless(by: letter) }) {
                waiting[index] = letter
            } else {
                waiting.append(letter)
            }
        case .logged(let lines):
            let index = waiting.lastIndex { other in
                if case .logged = other.message { other.world == letter.world } else { false }
            }
            guard let index, case .logged(let before) = waiting[index].message else { return waiting.append(letter) }
            waiting[index].message = .logged(Array((before + lines).suffix(limit)))
        case .input(.key), .input(.mouse), .input(.paste):
            // What was typed blindly for so long would do nothing good.
            if waiting.count < limit { waiting.append(letter) }
        default: waiting.append(letter)
        }
    }

    private func isMadePointless(by letter: Letter) -> Bool {
        guard world == letter.world else { return false }
        switch (message, letter.message) {
        case (.facts, .facts), (.tick, .tick), (.access, .access), (.history, .history),
            (.input(.resize), .input(.resize)):
            return true
        case (.operation(let old), .operation(let new)): return old.id == new.id
        default: return false
        }
    }
}
