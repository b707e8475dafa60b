import Formats
import FoundationEssentials

let arguments = CommandLine.arguments
let data = [UInt8](try Data(contentsOf: URL(filePath: arguments[2])))
let parsed = arguments[1] == "routes" ? NXOS.routesDocument(data) : NXOS.summaryDocument(data)
print(String(decoding: parsed.value, as: UTF8.self), terminator: "")
for diagnostic in parsed.diagnostics { print(diagnostic) }
