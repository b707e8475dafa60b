import Console
import Correlation
import Fabric
import FoundationEssentials
import Operations
import Terminal

/// A console driven in process: keys in, screen out, no terminal and no clock.
struct ConsoleDriver {
    var state: AppState
    var effects: [Effect] = []

    init(_ builder: FabricBuilder, columns: Int = 120, rows: Int = 36) {
        state = AppState(
            label: FabricLabel(context: "fab2", vrf: FabricBuilder.vrf, isSimulated: false),
            size: Size(width: columns, height: rows), now: builder.now)
        show(builder)
    }

    mutating func show(_ builder: FabricBuilder) { send(.facts(builder.snapshot, builder.picture())) }

    mutating func send(_ message: Message) { effects += update(&state, message) }

    mutating func press(_ keys: String...) {
        for key in keys { if let chord = KeyChord(text: key) { send(.input(.key(chord))) } }
    }

    mutating func type(_ text: String) {
        for character in text { send(.input(.key(KeyChord(character)))) }
    }

    /// A command at `:`, with Enter.
    mutating func command(_ text: String) {
        press(":")
        type(text)
        press("enter")
    }

    /// A filter or a word at `/`, with Enter.
    mutating func filter(_ text: String) {
        press("/")
        type(text)
        press("enter")
    }

    mutating func resize(_ columns: Int, _ rows: Int) {
        send(.input(.resize(Size(width: columns, height: rows))))
    }

    mutating func click(_ x: Int, _ y: Int) {
        send(.input(.mouse(MouseEvent(.press(.left), at: Point(x: x, y: y)))))
    }

    /// Seconds pass, one tick each.
    mutating func tick(_ seconds: Int = 1) {
        for _ in 0..<seconds { send(.tick(state.now.addingTimeInterval(1))) }
    }

    /// Nothing that passes by itself is left: no held order, no marks.
    mutating func settle() { tick(Int(state.settings.markSeconds) + 4) }

    var screen: CellBuffer { render(state, glyphs: .unicode).buffer }
    var text: String { screen.rows.joined(separator: "\n") }
    var toast: String { state.toast?.text ?? "" }
    /// The line above the hints.
    var status: String { screen.rows[screen.size.height - 2] }
    /// The last line.
    var hints: String { screen.rows[screen.size.height - 1] }

    /// The rows of the screen that hold a text.
    func rows(with text: String) -> [String] { screen.rows.filter { $0.contains(text) } }

    /// The frame's line that holds the title of a pane, from the digit on.
    func title(_ name: String) -> String {
        guard let row = rows(with: "╭").first(where: { $0.contains(name) }),
            let start = row.firstRange(of: name)?.lowerBound
        else { return "" }
        return row[start...].prefix { $0 != "─" && $0 != "╮" }.description
    }

    /// The rows that stand in pane 2, from the top, without frame and selection marker.
    var names: [String] {
        let rows = screen.rows
        guard let top = rows.firstIndex(where: { $0.contains("╭ 2 ") }),
            let left = rows[top].firstRange(of: "╭ 2 ").map({
                rows[top].distance(from: rows[top].startIndex, to: $0.lowerBound)
            })
        else { return [] }
        return rows[(top + 2)...].map { $0.dropFirst(left + 2) }.prefix { !$0.hasPrefix("─") }.compactMap {
            $0.split(whereSeparator: { " │".contains($0) }).first.map(String.init)
        }
    }

    /// The texts that were put into the clipboard.
    var copied: [String] { effects.compactMap { if case .copy(let text) = $0 { text } else { nil } } }
    /// The files that were written.
    var dumped: [(name: String, text: String)] {
        effects.compactMap { if case .dump(let name, let text) = $0 { (name, text) } else { nil } }
    }
    /// Whether the console wants to end.
    var quits: Bool { effects.contains { if case .quit = $0 { true } else { false } } }
    /// Whether an operation was started.
    var starts: Bool { effects.contains { if case .start = $0 { true } else { false } } }
    /// What was to be remembered last.
    var remembered: ConsoleMemory? {
        effects.compactMap { if case .remember(let memory) = $0 { memory } else { nil } }.last
    }
}

extension FabricBuilder {
    /// The fabric of the first figure with node-5's session to leaf-104 refused.
    static var broken: FabricBuilder {
        var builder = FabricBuilder.figure1()
        builder.lose(5, 104, info: "Active Socket: Connection refused")
        return builder
    }

    /// The same some seconds later.
    func later(_ seconds: Double) -> FabricBuilder {
        var builder = self
        builder.now = now.addingTimeInterval(seconds)
        return builder
    }
}

extension FabricBuilder {
    /// The same with BIRD's table of every node read: what it advertises, and the way to another node's block.
    func withNodeRoutes() -> FabricBuilder {
        var builder = self
        for (name, state) in snapshot.nodes {
            let own = state.exports["Node_0"]?.value ?? []
            let other = NodeRoute(
                prefix: FabricBuilder.block(9), gateway: IPAddress(v4: 0xC0A8_0004), protocolName: "Node_0")
            if let provenance = state.protocols?.provenance {
                builder.snapshot.nodes[name]?.routes = Observed(own + [other], provenance)
            }
        }
        return builder
    }
}
