import Synchronization

/// Room for the answers that come next, from those that have been read.
///
/// The pages of a table are megabytes each; room that the system has just given costs as much as reading what is put
/// into it. A few rooms go round instead while tables are read.
final class AnswerRooms: Sendable {
    private struct State {
        var rooms: [[UInt8]] = []
        /// How many tables are being read.
        var tables = 0
    }

    private let state = Mutex(State())
    private let limit: Int
    /// Rooms are whole steps long, so that a page a little longer than the one before still fits.
    private static let step = 1 << 20

    /// As many rooms as answers are under way at once.
    init(limit: Int) { self.limit = limit }

    /// Empty room for so many bytes.
    func take(_ count: Int) -> [UInt8] {
        var room = state.withLock { $0.rooms.popLast() } ?? []
        room.removeAll(keepingCapacity: true)
        room.reserveCapacity((count + AnswerRooms.step - 1) / AnswerRooms.step * AnswerRooms.step)
        return room
    }

    /// Takes the room of an answer that nobody needs any more.
    func giveBack(_ room: consuming [UInt8]) {
        let room = room
        state.withLock { state in
            if state.tables > 0, state.rooms.count < limit { state.rooms.append(room) }
        }
    }

    /// The reading of a table begins.
    func begin() { state.withLock { $0.tables += 1 } }

    /// The reading of a table ends; with the last one all rooms go.
    func end() {
        state.withLock { state in
            state.tables -= 1
            if state.tables <= 0 { state = State() }
        }
    }
}
