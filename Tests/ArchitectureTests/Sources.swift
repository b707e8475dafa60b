import FoundationEssentials

/// The Swift files of the package, found from this file's place.
enum Sources {
    /// One file.
    struct File: Sendable {
        var target: String
        var path: String
        var text: String
        var code: SwiftText
    }

    /// The package's folder.
    static let root: String = {
        var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        parts.removeLast(3)
        return parts.joined(separator: "/")
    }()

    /// The folders under `Sources`: the targets.
    static var targets: [String] {
        let names = try? FileManager.default.contentsOfDirectory(atPath: root + "/Sources")
        return (names ?? []).filter { !$0.hasPrefix(".") }.sorted()
    }

    /// Every Swift file under `Sources`, read once.
    static let files: [File] = targets.flatMap { target in
        let paths = try? FileManager.default.subpathsOfDirectory(atPath: root + "/Sources/" + target)
        return (paths ?? []).sorted().filter { $0.hasSuffix(".swift") }.compactMap { path -> File? in
            let full = "\(root)/Sources/\(target)/\(path)"
            guard let data = FileManager.default.contents(atPath: full) else { return nil }
            let text = String(decoding: data, as: UTF8.self)
            return File(target: target, path: "Sources/\(target)/\(path)", text: text, code: SwiftText(text))
        }
    }
}
