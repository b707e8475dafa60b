import Console
import Correlation
import Fabric
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

    var screen: CellBuffer { render(state, glyphs: .unicode).buffer }
    var text: String { screen.rows.joined(separator: "\n") }

    /// The rows of the screen that hold a text.
    func rows(with text: String) -> [String] { screen.rows.filter { $0.contains(text) } }
}

extension FabricBuilder {
    /// The fabric of the first figure with node-5's session to leaf-104 refused.
    static var broken: FabricBuilder {
        var builder = FabricBuilder.figure1()
        builder.lose(5, 104, info: "Active Socket: Connection refused")
        return builder
    }
}
