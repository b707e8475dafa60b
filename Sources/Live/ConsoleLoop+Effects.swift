import Console
import Correlation
import Fabric
import FoundationEssentials
import Operations
import Polling
import Terminal
import Timeline

extension ConsoleLoop {
    func perform(_ effects: [Effect]) {
        for effect in effects {
            switch effect {
            case .quit: isEnding = true
            case .suspend:
                backend.suspend()
                requestFrame()
            case .poll(let looks):
                let engine = engine
                Task { await engine.poll(looks) }
            case .mouse(let isOn): backend.setMouse(isOn)
            case .copy(let text): backend.writeOutOfBand(OutOfBand.clipboard(text))
            case .bell: backend.writeOutOfBand(OutOfBand.bell)
            case .alarm(let command): alarm(command)
            case .remember(let memory):
                if let problem = services.remember(memory) { notice(.warning, problem) }
            case .context(let name): openContext(name)
            case .theme(let name): setTheme(name)
            case .readEvidence(let title, let pieces): readEvidence(title, pieces)
            case .dump(let name, let text): dump(name, text)
            case .at(let seconds): show(at: seconds)
            case .fault(let name, let isOn): setFault(name, isOn)
            case .step(let count):
                if let playback = world.playback, let place = state.history {
                    show(playback, min(max(0, place.index - 1 + count), playback.moments.count - 1))
                }
            case .askRights(let kind): askRights(kind)
            case .start, .abort, .unlock, .lock: performChange(effect)
            }
        }
    }

    private func performChange(_ effect: Effect) {
        switch effect {
        case .start(let plan, let typed): start(plan, typed)
        case .abort: desk.abort()
        case .unlock(let duration):
            world.gate?.unlock(until: world.now().addingTimeInterval(duration.seconds))
            send(.access(access()))
            notice(.info, "changes are allowed for \(Wording.age(duration.seconds)); :lock ends it")
        case .lock:
            world.gate?.lock()
            send(.access(access()))
        default: break
        }
    }

    func access() -> Access {
        switch world.gate?.access {
        case .open?: .changes(until: nil)
        case .openUntil(let moment)?: .changes(until: moment)
        default: .readOnly
        }
    }

    func notice(_ level: Toast.Level, _ text: String) {
        send(.notice(Toast(level, text), world.now()))
    }

    private func setTheme(_ name: String) {
        switch loadTheme(name) {
        case .success(let theme)?:
            backend.theme = theme
            send(.themed(name))
            notice(.info, "theme \(name)")
        case .failure(let error)?: notice(.error, "theme \(name): \(error)")
        case nil: notice(.error, "there is no theme '\(name)'; there are \(state.themeNames.joined(separator: ", "))")
        }
    }

    private func setFault(_ name: String, _ isOn: Bool) {
        guard let door = world.faults else { return }
        Task {
            let answer = await door.set(name, isOn)
            notice(.info, answer)
        }
    }

    private func start(_ plan: Plan, _ typed: String) {
        let consent: Consent
        do throws(ConsentError) { consent = try Consent.check(typed: typed, for: plan) } catch {
            return notice(.error, "\(error)")
        }
        let send = send
        let desk = desk
        let now = world.now
        Task {
            do throws(ChangeRefusal) {
                _ = try await desk.run(plan, consent: consent) { send(.operation($0)) }
                self.tellPastOperations()
            } catch {
                send(.notice(Toast(.error, "\(plan.title): \(error)"), now()))
            }
        }
    }

    private func askRights(_ kind: OperationKind) {
        guard let gate = world.gate else { return }
        let send = send
        let now = world.now
        Task {
            do throws(ChangeRefusal) {
                send(
                    .rights(
                        kind, missing: try await gate.missingRights(for: kind), roles: try await gate.missingRoles()))
            } catch {
                send(.notice(Toast(.warning, "rights of \(kind) could not be asked: \(error)"), now()))
            }
        }
    }

    /// Hands the journal's operations to the console, and tells the engine which nodes are out of service.
    func tellPastOperations() {
        let records = records()
        let quiet = records.maintenance
        let engine = engine
        Task { await engine.setMaintenance(quiet) }
        send(.pastOperations(records))
    }

    /// Operations that a killed console left behind are told at once, and nodes in maintenance stay quiet.
    func tellUnfinishedOperations() {
        state.writesControllers = world.gate?.writesControllers ?? false
        state.isGone = { [who = world.who] in $0.isGone(seenFrom: who) }
        tellPastOperations()
        for line in records().unfinished.compactMap(\.interruption) { notice(.warning, line) }
    }

    /// What the journal tells; what cannot be read of it is said.
    private func records() -> [OperationRecord] {
        guard let folder = world.journalFolder else { return [] }
        do throws(JournalError) {
            let reading = try Journal.read(folder: folder)
            for problem in reading.diagnostics { notice(.warning, "journal: \(problem)") }
            return reading.records
        } catch {
            notice(.error, "journal: \(error)")
            return []
        }
    }

    private func readEvidence(_ title: String, _ pieces: [EvidenceLine]) {
        let store = world.evidence
        let send = send
        Task {
            var lines: [String] = []
            for piece in pieces {
                lines.append("=== \(piece.source)  \(piece.command)")
                if !piece.excerpt.isEmpty { lines.append("--- \(piece.excerpt)") }
                if let place = piece.evidence, let bytes = await store.read(place) {
                    let text = String(decoding: bytes.prefix(4 << 20), as: UTF8.self)
                    lines += text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
                } else {
                    lines.append(piece.evidence == nil ? "(nothing was read)" : "(the raw text is no longer kept)")
                }
                lines.append("")
            }
            send(.evidence(title: title, lines: lines))
        }
    }

    private func alarm(_ command: [String]) {
        let run = services.alarm
        let send = send
        let now = world.now
        Task {
            if let problem = await run(command) { send(.notice(Toast(.warning, problem), now())) }
        }
    }

    private func openContext(_ name: String) {
        guard let open = services.open else { return notice(.warning, "there is no other context") }
        notice(.info, "opening context \(name)")
        Task {
            switch await open(name) {
            case .success(let opened): await self.enter(opened)
            case .failure(let refusal): self.notice(.error, "context \(name): \(refusal)")
            }
        }
    }

    /// Shows the last moment of a history that is not later in its day than this.
    private func show(at seconds: Int) {
        guard let playback = world.playback else { return }
        let index = playback.moments.lastIndex { moment in
            let time = Int(moment.picture.at.timeIntervalSince1970.rounded(.down)) % 86400
            return (time + 86400) % 86400 <= seconds
        }
        guard let index else { return notice(.warning, "there is no capture as early as that; [ and ] step") }
        show(playback, index)
    }

    private func dump(_ name: String, _ text: String) {
        let moment = world.now().formatted(.iso8601).replacing(":", with: "")
        let path = "\(world.dumpFolder)/\(moment)-\(name)"
        do {
            try PrivateFile.write(text, to: path)
            notice(.info, "written to \(path)")
        } catch {
            notice(.error, "could not write \(path): \(error)")
        }
    }
}

/// Bytes for the terminal that are no part of a frame.
enum OutOfBand {
    /// Rings the bell.
    static let bell: [UInt8] = [7]

    /// Hands a text to the terminal's clipboard (OSC 52), which works over ssh too; it travels in base64.
    static func clipboard(_ text: String) -> [UInt8] {
        Array("\u{1b}]52;c;\(Data(text.utf8).base64EncodedString())\u{07}".utf8)
    }
}

extension PictureChange {
    /// The level of a log line.
    var level: Toast.Level {
        switch direction {
        case .better, .neutral: .info
        case .worse: .warning
        }
    }
}
