import Console
import Correlation
import Fabric
import FoundationEssentials
import Terminal
import Testing

/// A console driven in process: keys in, screen out, no terminal and no clock.
struct ConsoleDriver {
    var state: AppState
    var effects: [Effect] = []

    init(_ builder: FabricBuilder, columns: Int, rows: Int) {
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

    var screen: CellBuffer { render(state, glyphs: .unicode).buffer }
    var text: String { screen.rows.joined(separator: "\n") }
}

@Suite struct ScreenTests {
    static var broken: FabricBuilder {
        var builder = FabricBuilder.figure1()
        builder.lose(5, 104, info: "Active Socket: Connection refused")
        return builder
    }

    @Test func showsAll() {
        for (w, h) in [(80, 24), (120, 36), (200, 60), (60, 16), (40, 10)] {
            let driver = ConsoleDriver(Self.broken, columns: w, rows: h)
            print(driver.text)
            print("=======")
        }
    }
}
