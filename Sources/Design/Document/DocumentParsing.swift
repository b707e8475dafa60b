import Yams

extension DocumentReader {
    /// How many values a document may have once its aliases are written out: far more than a fabric needs, far less
    /// than a document of nested aliases can ask for.
    static let valueLimit = 500_000

    /// Reads the one document of a YAML text; nil where it is empty or no YAML, with the reason in the diagnostics.
    public mutating func parse(_ text: String) -> DocumentValue? {
        do {
            guard let node = try Yams.compose(yaml: text) else {
                error(at: .start, "the file is empty")
                return nil
            }
            var budget = DocumentReader.valueLimit
            guard let value = convert(node, budget: &budget) else {
                error(at: .start, "the file holds too many values, or aliases that repeat each other")
                return nil
            }
            return value
        } catch let failure as YamlError {
            let (mark, message) = DocumentReader.describe(failure)
            error(at: mark, message)
        } catch {
            self.error(at: .start, "this is not YAML")
        }
        return nil
    }

    private func convert(_ node: Yams.Node, budget: inout Int) -> DocumentValue? {
        budget -= 1
        guard budget > 0 else { return nil }
        let mark = node.mark.map { DocumentMark(line: $0.line, column: $0.column) } ?? .start
        switch node {
        case .scalar(let scalar):
            let isPlain = scalar.style == .plain || scalar.style == .any
            let isNull = isPlain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
            return DocumentValue(isNull ? .null : .scalar(scalar.string, isPlain: isPlain), mark: mark)
        case .sequence(let sequence):
            var values: [DocumentValue] = []
            for child in sequence {
                guard let value = convert(child, budget: &budget) else { return nil }
                values.append(value)
            }
            return DocumentValue(.list(values), mark: mark)
        case .mapping(let mapping):
            var entries: [DocumentEntry] = []
            for (key, child) in mapping {
                guard let value = convert(child, budget: &budget) else { return nil }
                let place = key.mark.map { DocumentMark(line: $0.line, column: $0.column) } ?? mark
                entries.append(DocumentEntry(key: key.scalar?.string ?? "(no name)", mark: place, value: value))
            }
            return DocumentValue(.mapping(entries), mark: mark)
        case .alias:
            return DocumentValue(.null, mark: mark)
        }
    }

    private static func describe(_ failure: YamlError) -> (DocumentMark, String) {
        switch failure {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            return (DocumentMark(line: mark.line, column: mark.column), "this is not YAML: \(problem)")
        case .duplicatedKeysInMapping(let keys, let context):
            let names = keys.map { "'\($0)'" }.joined(separator: ", ")
            return (
                DocumentMark(line: max(1, context.mark.line), column: max(1, context.mark.column)),
                "\(names) stands twice in one mapping; keep one"
            )
        case .reader(let problem, _, _, _):
            return (.start, "this is not YAML: \(problem)")
        default:
            return (.start, "this is not YAML")
        }
    }
}
