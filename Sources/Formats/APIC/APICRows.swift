import Fabric

/// What keeps the rows of one table while its pages come: next hops, paths.
protocol APICRowBuilder {
    /// The classes of rows.
    static var rows: [APICClass] { get }
    /// The classes around them, whose names rows without one hang under (aci.md 2.3).
    static var around: [APICClass] { get }
    /// One row in a person's words.
    static var word: StaticString { get }

    init()

    /// Makes room for so many rows.
    mutating func reserve(_ rows: Int)

    /// Takes the prefix that the next rows are of.
    mutating func begin(_ prefix: IPPrefix)

    /// Takes a row of the prefix that was begun last.
    ///
    /// - Parameter changed: the bits of the attributes that may differ from those of the row taken last; what the row
    ///   was looked at for is cleared.
    /// - Returns: what is wrong with it, nil where nothing is.
    mutating func add(_ object: APICObject, changed: inout UInt64) -> StaticString?
}

/// Reads the rows of leaves' tables from pages, flat or nested, straight into the builder of each table: what stands
/// around the rows, and the walk from name to name.
struct APICRows<Builder: APICRowBuilder> {
    private var builders: [RowNames.Place: Builder] = [:]
    private var order: [RowNames.Place] = []
    private var names = RowNames()
    /// The table of the last name, held here while its rows come.
    private var place: RowNames.Place?
    private var builder = Builder()
    /// The name of the object that nested rows without one belong to.
    private var nested: [UInt8]?
    /// What may differ from the row that the builder took last, which was of this class.
    private var changed = UInt64.max
    private var lastClass = -1
    private let reader = APICReader()
    /// Room is made for no more rows than these, whatever an answer tells.
    private static var mostReserved: Int { 1 << 21 }

    /// Takes in one page, in any order; what stands around its objects, and its error object, come back.
    mutating func add(_ bytes: [UInt8]) -> Parsed<(envelope: APICEnvelope, failure: APIC.Failure?)> {
        var log = DiagnosticLog()
        var failure: APIC.Failure?
        nested = nil
        let rows = Builder.rows.count
        let around = rows + Builder.around.count
        let classes = Builder.rows + Builder.around + [APICClass("error", "code", "text")]
        let envelope = reader.read(bytes, classes) { object in
            if object.classNumber < rows {
                take(object, &log)
            } else if object.classNumber < around {
                nested = object.bytes(APICClass.dn).map(Array.init)
            } else {
                failure = failure ?? APIC.Failure(code: object.own(0) ?? "", text: object.own(1) ?? "no reason told")
            }
        }
        APIC.refuse(envelope, bytes, &log)
        // The first page tells how many rows will come; columns that grow step by step are copied at each.
        if let total = envelope.total, total > envelope.count, envelope.count > 0 {
            builder.reserve(min(total, APICRows.mostReserved))
        }
        return Parsed((envelope, failure), diagnostics: log.finish())
    }

    /// The tables, by leaf, VRF and family in the order in which they came.
    func tables<Table>(_ body: (RowNames.Place, Builder) -> Table) -> [Table] {
        order.map { body($0, $0 == place ? builder : builders[$0] ?? Builder()) }
    }

    private mutating func take(_ object: APICObject, _ log: inout DiagnosticLog) {
        if let name = object.bytes(APICClass.dn) {
            take(object, named: name, &log)
        } else if let nested {
            nested.withUnsafeBufferPointer { take(object, named: $0, &log) }
        } else {
            log.add(.warning, line: 1, "\(Builder.word) without a name and without an object around it")
        }
    }

    @inline(__always)
    private mutating func take(
        _ object: APICObject, named name: UnsafeBufferPointer<UInt8>, _ log: inout DiagnosticLog
    ) {
        changed = object.classNumber == lastClass ? changed | object.changed : .max
        lastClass = object.classNumber
        switch names.read(name) {
        case .same: break
        case .next(let prefix): builder.begin(prefix)
        case .elsewhere(let place, let prefix):
            enter(place)
            builder.begin(prefix)
        case .noTable: return complain("whose name tells no table", name, &log)
        case .noPrefix: return complain("whose prefix cannot be read", name, &log)
        }
        if let problem = builder.add(object, changed: &changed) { complain(problem, name, &log) }
    }

    private func complain(
        _ what: StaticString, _ name: UnsafeBufferPointer<UInt8>, _ log: inout DiagnosticLog
    ) {
        log.add(.warning, line: 1, "\(Builder.word) \(what)", excerpt: excerpt(Array(name)))
    }

    /// Puts the table at hand away and takes another.
    private mutating func enter(_ place: RowNames.Place) {
        if let former = self.place { builders[former] = builder }
        builder = Builder()
        changed = .max
        if let known = builders.removeValue(forKey: place) {
            builder = known
        } else if place != self.place {
            order.append(place)
        }
        self.place = place
    }
}
