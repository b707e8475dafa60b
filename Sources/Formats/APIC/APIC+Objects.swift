import CSimdJSON
public import Fabric

extension APIC {
    /// The objects of an answer as trees, with every attribute as text; a child without a name gets its parent's and
    /// its relative one (aci.md 2.3). For answers of a person's size: tables are read by ``facts(_:)`` and
    /// ``APICRoutes``.
    public static func objects(_ bytes: [UInt8]) -> Parsed<[ManagedObject]> {
        let builder = TreeBuilder()
        let envelope = APICReader().visit(
            bytes,
            APICReader.Visitor(
                begin: { builder.begin(APICText.unescaped($0), depth: $1) },
                attribute: { name, value, kind in
                    guard kind != SIMDJSON_NESTED else { return }
                    builder.attribute(APICText.unescaped(name), APICText.unescaped(value))
                }))
        var log = DiagnosticLog()
        refuse(envelope, bytes, &log)
        return Parsed(builder.finish(), diagnostics: log.finish())
    }
}

/// Builds trees of objects that come a parent before its children.
private final class TreeBuilder {
    private var open: [ManagedObject] = []
    private var done: [ManagedObject] = []

    func begin(_ name: String, depth: Int) {
        close(to: depth)
        // The reader goes down one level at a time; whatever else comes hangs under what is open.
        open.append(ManagedObject(name))
    }

    func attribute(_ name: String, _ value: String) {
        guard let last = open.indices.last else { return }
        open[last].attributes[name] = value
        guard name == "dn" || name == "rn", open[last]["dn"] == nil, let relative = open[last]["rn"] else { return }
        let parent = last > 0 ? open[last - 1]["dn"] : nil
        if let parent { open[last].attributes["dn"] = parent + "/" + relative }
    }

    func finish() -> [ManagedObject] {
        close(to: 0)
        return done
    }

    private func close(to depth: Int) {
        while open.count > depth, let object = open.popLast() {
            if let parent = open.indices.last {
                open[parent].children.append(object)
            } else {
                done.append(object)
            }
        }
    }
}
