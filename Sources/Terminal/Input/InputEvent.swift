/// What reaches the console from its terminal and its operating system.
public enum InputEvent: Hashable, Sendable {
    /// A key was pressed.
    case key(KeyChord)
    /// The mouse did something.
    case mouse(MouseEvent)
    /// The terminal has a new size.
    case resize(Size)
    /// Text was pasted: it is data, never commands.
    case paste(String)
    /// The terminal window gained or lost the focus.
    case focus(Bool)
    /// The process came back from the background; the screen was repainted.
    case resumed
    /// A signal asks the process to end: its number.
    case interrupted(signal: Int32)
    /// The terminal is gone: nothing more will come and nothing can be shown.
    case endOfInput
}

/// A press, release or turn of the mouse over a cell.
public struct MouseEvent: Hashable, Sendable {
    /// What the mouse did.
    public enum Action: Hashable, Sendable {
        /// A button went down.
        case press(Button)
        /// A button came up.
        case release(Button)
        /// The mouse moved while a button was down.
        case drag(Button)
        /// The wheel turned away from the user.
        case wheelUp
        /// The wheel turned towards the user.
        case wheelDown
    }

    /// A button of the mouse.
    public enum Button: Hashable, Sendable {
        /// The left one.
        case left
        /// The middle one.
        case middle
        /// The right one.
        case right
    }

    /// What the mouse did.
    public let action: Action
    /// The cell below the pointer.
    public let position: Point

    /// A mouse event over a cell.
    public init(_ action: Action, at position: Point) {
        self.action = action
        self.position = position
    }
}
