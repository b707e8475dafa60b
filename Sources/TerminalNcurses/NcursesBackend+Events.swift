import CNcurses
import CTerminal
import Dispatch
import Glibc
import Terminal

extension NcursesBackend {
    /// Listens to the keyboard and to signals, on the main queue.
    func watch() {
        let input = DispatchSource.makeReadSource(fileDescriptor: STDIN_FILENO, queue: .main)
        listen(to: input) { $0.readInput() }
        listenTo(SIGWINCH) { $0.handleResize() }
        listenTo(SIGCONT) { $0.handleContinue() }
        listenTo(SIGTSTP) { $0.suspend() }
        listenTo(SIGTERM) { $0.input.tell(.interrupted(signal: SIGTERM)) }
        listenTo(SIGINT) { $0.input.tell(.interrupted(signal: SIGINT)) }
        listenTo(SIGHUP) { backend in
            // Sent by hand, it leaves a terminal behind that must be given back.
            if ct_input_ended(STDIN_FILENO) != 0 { backend.abandon() }
            backend.input.tell(.interrupted(signal: SIGHUP))
        }
    }

    private func listenTo(_ signal: Int32, _ handle: @escaping @MainActor (NcursesBackend) -> Void) {
        listen(to: DispatchSource.makeSignalSource(signal: signal, queue: .main), handle)
    }

    private func listen(
        to source: any DispatchSourceProtocol, _ handle: @escaping @MainActor (NcursesBackend) -> Void
    ) {
        source.setEventHandler { [weak self] in
            MainActor.assumeIsolated {
                if let self { handle(self) }
            }
        }
        source.resume()
        sources.append(source)
    }

    private func readInput() {
        var value: UInt32 = 0
        var hasRead = false
        while isActive {
            let kind = cn_read(pad, &value)
            guard kind >= 0 else { break }
            hasRead = true
            let unit = kind == 0 ? Unicode.Scalar(value).map(InputUnit.scalar) : KeyCodes.unit(code: Int32(value))
            if let unit, let event = decoder.feed(unit) { input.tell(event) }
        }
        if let event = decoder.feed(.idle) { input.tell(event) }
        // A hung-up terminal stays readable for ever.
        if !hasRead, ct_input_ended(STDIN_FILENO) != 0 {
            sources.first?.cancel()
            abandon()
            input.tell(.endOfInput)
        }
    }

    private func handleResize() {
        guard isActive, adoptSize() else { return }
        input.tell(.resize(size))
    }

    private func handleContinue() {
        guard ownContinues == 0 else {
            ownContinues -= 1
            return
        }
        guard isActive else { return }
        enter()
        input.tell(.resumed)
    }

    /// Takes the window's size and answers whether it changed; every cell is sent with the next frame then.
    @discardableResult
    func adoptSize() -> Bool {
        var columns: Int32 = 0
        var rows: Int32 = 0
        guard ct_window_size(STDOUT_FILENO, &columns, &rows) == 0 else { return false }
        let now = Size(width: Int(columns), height: Int(rows))
        guard now != size else { return false }
        size = now
        resizeterm(rows, columns)
        werase(cn_stdscr())
        clearok(cn_stdscr(), true)
        shown = nil
        return true
    }

    /// The terminal is gone: nothing may be written to it.
    private func abandon() {
        isActive = false
        ct_set_active(0)
    }
}
