import Commands
import Live
enum SimulatedFabricProcess { static func host(socket: String, fabric: String, seed: UInt64, faults: [String]) async -> Int32 { 0 }
 static func standIn(_ r: StandInRole, socket: String, arguments: [String]) async -> Int32 { 0 }
 static func world(_ fabric: String, _ choice: SourceChoice) async throws -> BuiltWorld { throw RunFailure(message: "not yet") } }
