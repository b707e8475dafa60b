import Fabric
import FoundationEssentials
import Glibc

/// Why the journal could not be written or read.
public struct JournalError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What failed, where, why and what to do.
    public var description: String

    /// An error with its words.
    public init(_ description: String) { self.description = description }
}

/// A line of the journal that could not be read.
public struct JournalDiagnostic: Sendable, Hashable, CustomStringConvertible {
    /// The line's number, from 1.
    public var line: Int
    /// Why.
    public var reason: String
    /// The line's text, its first 200 characters.
    public var text: String

    /// `line 12: …`.
    public var description: String { "line \(line): \(reason): \(text)" }
}

/// What the journal holds.
public struct JournalReading: Sendable, Hashable {
    /// The operations, oldest first.
    public var records: [OperationRecord]
    /// Lines that could not be read; they stay in the file.
    public var diagnostics: [JournalDiagnostic]
}

/// The journal of operations: a file of JSON lines in the state folder, mode 0600, synced to the disk line by line.
public struct Journal: Sendable {
    /// The file's name in the folder.
    public static let fileName = "operations.jsonl"

    /// The folder.
    public let folder: String

    /// The journal in a folder; nothing is made before the first entry.
    public init(folder: String) { self.folder = folder }

    /// The file's path.
    public var path: String { folder.hasSuffix("/") ? folder + Journal.fileName : folder + "/" + Journal.fileName }

    /// Appends an entry and waits until the disk has it.
    ///
    /// A last line that a crash tore is ended first, so that it spoils no other.
    ///
    /// - Throws: ``JournalError`` with the path and the system's reason.
    public func append(_ entry: JournalEntry) throws(JournalError) {
        var bytes = try Journal.line(of: entry)
        let file = try open()
        defer { close(file) }
        if lastByte(of: file).map({ $0 != 10 }) == true { bytes.insert(10, at: 0) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw failure("write") }
            rest = rest.dropFirst(written)
        }
        guard fsync(file) == 0 else { throw failure("sync") }
    }

    private static func line(of entry: JournalEntry) throws(JournalError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return try Array(encoder.encode(entry)) + [10]
        } catch {
            throw JournalError("the journal entry could not be encoded: \(error)")
        }
    }

    private func open() throws(JournalError) -> Int32 {
        if access(folder, F_OK) != 0 { try makeFolder() }
        let flags = O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW
        let file = Glibc.open(path, flags, 0o600)
        guard file >= 0 else { throw failure("open") }
        return file
    }

    private func makeFolder() throws(JournalError) {
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw JournalError(
                "could not make the folder of the journal \(path): \(error); check the path and its owner")
        }
    }

    private func lastByte(of file: Int32) -> UInt8? {
        let size = lseek(file, 0, SEEK_END)
        guard size > 0 else { return nil }
        var byte: UInt8 = 0
        return pread(file, &byte, 1, size - 1) == 1 ? byte : nil
    }

    private func failure(_ what: String) -> JournalError {
        let reason = String(cString: strerror(errno))
        return JournalError("could not \(what) the journal \(path): \(reason); check the folder's owner and free space")
    }

    /// Reads the journal of a folder; one that does not exist yet is empty.
    ///
    /// - Throws: ``JournalError`` where the file is there and cannot be read.
    public static func read(folder: String) throws(JournalError) -> JournalReading {
        let journal = Journal(folder: folder)
        guard access(journal.path, F_OK) == 0 else { return JournalReading(records: [], diagnostics: []) }
        do {
            return parse(try Data(contentsOf: URL(filePath: journal.path)))
        } catch {
            throw JournalError("could not read the journal \(journal.path): \(error)")
        }
    }

    /// Reads the journal's bytes: entries by operation in the order of the first line of each.
    static func parse(_ bytes: Data) -> JournalReading {
        var records: [OperationRecord] = []
        var places: [OperationID: Int] = [:]
        var diagnostics: [JournalDiagnostic] = []
        let decoder = JSONDecoder()
        let lines = bytes.split(separator: 10, omittingEmptySubsequences: false)
        for (number, line) in lines.enumerated() where !line.isEmpty {
            do {
                let entry = try decoder.decode(JournalEntry.self, from: Data(line))
                let place = places[entry.operation] ?? records.count
                if place == records.count {
                    places[entry.operation] = place
                    records.append(OperationRecord(first: entry))
                } else {
                    records[place].entries.append(entry)
                }
            } catch {
                diagnostics.append(diagnostic(line, number: number + 1, of: lines.count, error))
            }
        }
        return JournalReading(records: records, diagnostics: diagnostics)
    }

    private static func diagnostic(_ line: Data, number: Int, of count: Int, _ error: any Error) -> JournalDiagnostic {
        let text = String(decoding: line.prefix(200), as: UTF8.self)
        let shown = String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 32 ? "·" : $0 }))
        let torn = number == count
        return JournalDiagnostic(
            line: number, reason: torn ? "the last line is torn" : "not an entry (\(reason(error)))", text: shown)
    }

    private static func reason(_ error: any Error) -> String {
        switch error as? DecodingError {
        case .dataCorrupted(let context), .keyNotFound(_, let context), .typeMismatch(_, let context),
            .valueNotFound(_, let context):
            context.debugDescription
        default: "unreadable"
        }
    }
}

extension OperationRecord {
    /// A record that begins with an entry.
    init(first entry: JournalEntry) {
        self.init(id: entry.operation, kind: entry.kind, node: entry.node, who: entry.who, entries: [entry])
    }
}
