import Design
import Fabric
import FoundationEssentials
import Polling

/// Decodes `captures.yaml` and reads the files that it names.
enum CaptureDecoder {
    static func decode(
        _ text: String, files: inout CaptureFiles, with reader: inout DocumentReader
    ) -> CaptureFolder? {
        let known = ["format", "captures"] + InventoryDocument.keys
        guard let value = reader.parse(text), let fields = reader.fields(of: value, "captures.yaml", known: known),
            let format = reader.required("format", of: fields, in: "captures.yaml"),
            reader.integer(format, "format", in: 1...1) != nil
        else { return nil }
        let fabric = InventoryDocument.read(fields, with: &reader)
        let (inventory, plan) = inventory(of: fabric, files: &files, with: &reader)
        guard let list = reader.required("captures", of: fields, in: "captures.yaml"),
            let items = reader.list(list, "captures"), !reader.diagnostics.hasErrors
        else { return nil }
        if items.isEmpty { reader.warn(at: list.mark, "captures is empty: nothing was captured, all is unknown") }
        let answers = items.compactMap { answer($0, files: &files, with: &reader) }
        return CaptureFolder(
            path: files.folder, inventory: inventory, plan: plan, fabric: fabric, moments: moments(of: answers))
    }

    private static func moments(of answers: [Answer]) -> [CaptureFolder.Moment] {
        var moments: [CaptureFolder.Moment] = []
        var places: [Date: Int] = [:]
        for answer in answers {
            if let place = places[answer.at] {
                moments[place].answers.append(answer)
            } else {
                places[answer.at] = moments.count
                moments.append(CaptureFolder.Moment(at: answer.at, answers: [answer]))
            }
        }
        return moments.sorted { $0.at < $1.at }
    }

    private static func inventory(
        of fabric: InventoryDocument, files: inout CaptureFiles, with reader: inout DocumentReader
    ) -> (Inventory, FabricPlan?) {
        guard let plan = fabric.plan else { return (fabric.inventory(), nil) }
        switch files.read(plan.value, limit: 4 << 20) {
        case .failure(let failure):
            reader.error(at: plan.mark, "plan: \(failure.message)")
            return (fabric.inventory(), nil)
        case .success(let bytes):
            let loaded = FabricPlan.load(text: String(decoding: bytes, as: UTF8.self), file: plan.value)
            reader.adopt(loaded.diagnostics)
            return (fabric.inventory(plan: loaded.inventory), loaded.plan)
        }
    }

    private static func answer(
        _ value: DocumentValue, files: inout CaptureFiles, with reader: inout DocumentReader
    ) -> Answer? {
        let known = ["from", "at", "command", "file"]
        guard let fields = reader.fields(of: value, "a capture", known: known) else { return nil }
        let from = reader.required("from", of: fields, in: "a capture").flatMap { source($0, with: &reader) }
        let at = reader.required("at", of: fields, in: "a capture").flatMap { time($0, with: &reader) }
        let command = reader.required("command", of: fields, in: "a capture").flatMap { reader.text($0, "command") }
        guard let file = reader.required("file", of: fields, in: "a capture"), let name = reader.text(file, "file"),
            let from, let at, let command
        else { return nil }
        switch files.read(name, limit: nil) {
        case .failure(let failure):
            reader.error(at: file.mark, failure.message)
            return nil
        case .success(let bytes):
            if bytes.isEmpty {
                reader.warn(
                    at: file.mark, "\(reader.shown(name)) is empty: what '\(reader.shown(command))' tells is unknown")
            }
            return Answer(source: from, command: command, at: at, bytes: bytes)
        }
    }

    private static func source(_ value: DocumentValue, with reader: inout DocumentReader) -> SourceID? {
        guard let text = reader.text(value, "from") else { return nil }
        guard let source = SourceID(notation: text), isNumbered(source) else {
            reader.error(
                at: value.mark, "from is apic, leaf/203, node/NAME or kubernetes, not '\(reader.shown(text))'")
            return nil
        }
        return source
    }

    /// Leaves have numbers from 1.
    private static func isNumbered(_ source: SourceID) -> Bool {
        guard case .leaf(let leaf) = source else { return true }
        return leaf.number > 0
    }

    private static func time(_ value: DocumentValue, with reader: inout DocumentReader) -> Date? {
        guard let text = reader.text(value, "at") else { return nil }
        let plain = Date.ISO8601FormatStyle()
        let fine = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        guard let date = (try? plain.parse(text)) ?? (try? fine.parse(text)) else {
            reader.error(
                at: value.mark, "at is a time such as 2026-01-10T10:00:00Z (RFC 3339), not '\(reader.shown(text))'")
            return nil
        }
        return date
    }
}
