import Design
import Fabric

/// Decodes the text of a configuration file; what is wrong ends up in the reader's diagnostics.
struct ConfigurationDecoder {
    var reader: DocumentReader
    /// The folder of the file: relative paths are taken from it.
    let folder: String
    let folders: UserFolders
    /// The console's actions; empty: not known here.
    var actions: Set<String> = []

    init(reader: DocumentReader, folder: String, folders: UserFolders) {
        self.reader = reader
        self.folder = folder
        self.folders = folders
    }

    mutating func decode(_ text: String) -> Configuration? {
        let known = ["contexts", "current", "theme", "keys", "console"]
        guard let value = reader.parse(text), let fields = reader.fields(of: value, "the configuration", known: known)
        else { return nil }
        var configuration = Configuration(contexts: [], current: nil, theme: nil, keys: [:])
        readLook(fields, into: &configuration)
        if let list = reader.required("contexts", of: fields, in: "the configuration") {
            readContexts(list, into: &configuration)
        }
        if let value = fields["current"], let name = reader.text(value, "current") {
            configuration.current = name
            if !configuration.contexts.contains(where: { $0.name == name }) {
                reader.error(at: value.mark, "current names '\(reader.shown(name))', which is none of the contexts")
            }
        }
        return configuration
    }

    /// Theme and keys: what is wrong there never keeps anybody from looking at the fabric.
    private mutating func readLook(_ fields: DocumentFields, into configuration: inout Configuration) {
        reader.isLenient = true
        defer { reader.isLenient = false }
        configuration.theme = fields["theme"].flatMap { reader.text($0, "theme") }
        readConsole(fields["console"], into: &configuration.console)
        guard let value = fields["keys"] else { return }
        guard case .mapping(let entries) = value.content else {
            reader.error(at: value.mark, "keys is a mapping of actions to keys, here stands \(value.kind)")
            return
        }
        for entry in entries {
            if !actions.isEmpty, !actions.contains(entry.key) {
                let hint = reader.nearest(to: entry.key, in: actions).map { "; did you mean '\($0)'?" } ?? ""
                reader.warn(at: entry.mark, "there is no action '\(reader.shown(entry.key))'\(hint)")
                continue
            }
            guard let list = reader.list(entry.value, "the keys of \(reader.shown(entry.key))", acceptsOne: true) else {
                continue
            }
            let keys = list.compactMap { reader.text($0, "a key of \(reader.shown(entry.key))") }
            if keys.count == list.count {
                configuration.keys[entry.key] = keys
                configuration.keyMarks[entry.key] = list.map(\.mark)
            }
        }
    }

    /// What stands under `console`; it is read as leniently as theme and keys.
    private mutating func readConsole(_ value: DocumentValue?, into console: inout ConsolePreferences) {
        guard let value,
            let fields = reader.fields(of: value, "console", known: ["marks", "on_session_loss"])
        else { return }
        console.markSeconds = fields["marks"].flatMap { reader.duration($0, "marks") }?.seconds
        guard let value = fields["on_session_loss"],
            let loss = reader.fields(of: value, "on_session_loss", known: ["bell", "command", "every"])
        else { return }
        console.ringsBell = loss["bell"].flatMap { reader.boolean($0, "bell") } ?? false
        console.lossCommand = arguments(loss["command"], "command")
        console.lossInterval = loss["every"].flatMap { reader.duration($0, "every") }?.seconds
    }

    private mutating func readContexts(_ value: DocumentValue, into configuration: inout Configuration) {
        guard let list = reader.list(value, "contexts") else { return }
        if list.isEmpty { reader.error(at: value.mark, "contexts is empty; a configuration needs at least one") }
        for item in list {
            guard let context = readContext(item) else { continue }
            if configuration.contexts.contains(where: { $0.name == context.name }) {
                reader.error(at: item.mark, "context \(reader.shown(context.name)) stands here twice")
            } else {
                configuration.contexts.append(context)
            }
        }
    }

    /// A path of the file, expanded.
    mutating func path(_ value: DocumentValue?, _ what: String) -> String? {
        value.flatMap { reader.text($0, what) }.map { folders.expand($0, relativeTo: folder) }
    }

    /// An argument list: a program and its arguments, no shell between.
    mutating func arguments(_ value: DocumentValue?, _ what: String) -> [String]? {
        guard let value else { return nil }
        guard case .list(let list) = value.content, !list.isEmpty else {
            reader.error(
                at: value.mark,
                "\(what) is a list of words, program first, such as [sudo, -n, calicoctl]; no shell reads it")
            return nil
        }
        let words = list.compactMap { reader.text($0, "a word of \(what)") }
        return words.count == list.count ? words : nil
    }
}
