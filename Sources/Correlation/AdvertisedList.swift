import Fabric

/// What a node advertises to a peer: the prefixes, and for each which of the printed times it has.
final class AdvertisedList: Sendable {
    let prefixes: PrefixList
    /// The distinct times as printed.
    let times: [String]
    /// For each prefix the number of its time, IPv4 first; empty where there is one time.
    private let timeNumbers: [UInt32]
    /// Prefixes that came from another node alone, through the mesh.
    let copies: Set<IPPrefix>

    /// Nothing.
    static let none = AdvertisedList([])

    init(_ routes: [NodeRoute]) {
        let runs = NodeRoute.runs(of: routes)
        var list = PrefixList()
        list.append(prefixesOf: routes)
        list.settle()
        prefixes = list
        copies = runs.contains { routes[$0].isFromMesh } ? AdvertisedList.copies(routes) : []
        if let first = runs.first.map({ routes[$0].since }), runs.allSatisfy({ routes[$0].since == first }) {
            times = [first]
            timeNumbers = []
        } else {
            (times, timeNumbers) = AdvertisedList.times(routes, list)
        }
    }

    /// The number of the time of a prefix, by its place: IPv4 first.
    func time(at place: Int) -> Int { timeNumbers.isEmpty ? 0 : Int(timeNumbers[place]) }

    private static func copies(_ routes: [NodeRoute]) -> Set<IPPrefix> {
        Set(routes.lazy.filter(\.isFromMesh).map(\.prefix))
            .subtracting(routes.lazy.filter { !$0.isFromMesh }.map(\.prefix))
    }

    /// Of a prefix with several paths the first tells the time.
    private static func times(_ routes: [NodeRoute], _ list: PrefixList) -> ([String], [UInt32]) {
        var known: [IPPrefix: String] = [:]
        for route in routes where known[route.prefix] == nil { known[route.prefix] = route.since }
        var numbers: [String: Int] = [:]
        var times: [String] = []
        let timeNumbers = list.all.map { prefix -> UInt32 in
            let time = known[prefix] ?? ""
            let number = numbers[time] ?? times.count
            if number == times.count {
                numbers[time] = number
                times.append(time)
            }
            return UInt32(number)
        }
        return (times, timeNumbers)
    }
}
