public import Design
public import Fabric
public import FoundationEssentials
public import Polling

/// A folder of raw outputs and a `captures.yaml` that says who printed which, when and in answer to what.
public struct CaptureFolder: Sendable {
    /// The folder's path.
    public var path: String
    /// Racks, leaves and nodes as `captures.yaml` or its plan tells them, marked configured; empty where neither does.
    public var inventory: Inventory
    /// The plan that `captures.yaml` names; nil where it names none.
    public var plan: FabricPlan?
    /// Release, multipath relax and ECMP limit as far as the file tells them.
    public var fabric: InventoryDocument
    /// The moments, oldest first.
    public var moments: [Moment]

    /// What was captured at one time.
    public struct Moment: Sendable {
        /// The time.
        public var at: Date
        /// The answers, in the order of the file.
        public var answers: [Answer]
    }

    /// A folder and what was found wrong with it.
    public struct Loaded: Sendable {
        /// The folder; nil where `captures.yaml` itself cannot be used. Captures whose file cannot be read are left
        /// out and named by an error.
        public var folder: CaptureFolder?
        /// What is wrong.
        public var diagnostics: [DocumentDiagnostic]
    }

    /// The name of the file that describes a folder.
    public static let description = "captures.yaml"

    /// How many bytes all captures of a folder may have together.
    public static let sizeLimit = 1 << 30

    /// Reads a folder. Only files inside it are opened, links that lead out of it are refused, and nothing is run.
    public static func load(_ path: String, sizeLimit: Int = CaptureFolder.sizeLimit) -> Loaded {
        var reader = DocumentReader(file: description)
        var files = CaptureFiles(folder: path, remaining: sizeLimit)
        var folder: CaptureFolder?
        switch files.read(description, limit: 16 << 20) {
        case .failure(let failure):
            reader.error(at: .start, failure.message)
        case .success(let bytes):
            folder = CaptureDecoder.decode(String(decoding: bytes, as: UTF8.self), files: &files, with: &reader)
        }
        return Loaded(folder: folder, diagnostics: reader.diagnostics)
    }
}
