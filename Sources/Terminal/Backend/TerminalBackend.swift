/// A terminal: shows buffers and tells what its user does.
@MainActor
public protocol TerminalBackend: AnyObject {
    /// The extent of the screen now.
    var size: Size { get }

    /// The glyphs that the terminal can show; buffers for `present` are made with them.
    var glyphs: Glyphs { get }

    /// How roles look; a new value shows with the next frame.
    var theme: Theme { get set }

    /// What happens, in order, for one listener.
    var input: InputFeed { get }

    /// Shows a buffer in one write, touching only the rows that differ from the last; `cursor` is where the terminal
    /// cursor stands, nil to hide it.
    func present(_ buffer: CellBuffer, cursor: Point?)

    /// Gives the terminal back to the shell and stops the process; returns when it is continued and repainted.
    func suspend()

    /// Takes or leaves the mouse; while it is left, the terminal's own selection works.
    func setMouse(_ on: Bool)

    /// Writes bytes between frames, such as a clipboard or a title sequence built by the program itself.
    func writeOutOfBand(_ bytes: [UInt8])

    /// Gives the terminal back for good; further calls do nothing.
    func end()
}
