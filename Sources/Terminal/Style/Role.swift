/// What a cell means; a theme decides how it looks.
///
/// The list is closed so that a theme can be checked against it. A role that a theme leaves out looks like its
/// `parent`, so that old theme files keep working when roles are added.
public enum Role: UInt8, CaseIterable, Hashable, Sendable {
    /// Ordinary text; the root of every other role.
    case text
    /// Text of lesser weight.
    case textDim
    /// Text of greater weight.
    case textStrong
    /// The part of a text that a filter or a search found.
    case textMatch
    /// The frame of a pane.
    case border
    /// The frame of the pane that has the keys.
    case borderFocus
    /// The title in a frame.
    case title
    /// The digit in a title that jumps to the pane.
    case titleKey
    /// A tab that is not shown.
    case tab
    /// The tab that is shown.
    case tabActive
    /// The selected row of the pane that has the keys.
    case selection
    /// The selected row of another pane.
    case selectionUnfocused
    /// A marked row.
    case mark
    /// The head of a table's column.
    case header
    /// The head of the column that sorts.
    case headerSort
    /// Healthy.
    case statusOk
    /// Needs a look.
    case statusWarn
    /// Broken.
    case statusCritical
    /// No fact at hand.
    case statusUnknown
    /// The last fact is old.
    case statusStale
    /// A BGP session that is Established.
    case sessionUp
    /// A BGP session that is not Established.
    case sessionDown
    /// A BGP session that does not try, or is shut down.
    case sessionIdle
    /// A BGP session that came and went.
    case sessionFlapping
    /// A prefix that the other end took.
    case prefixAccepted
    /// A prefix that the other end refused.
    case prefixRejected
    /// A prefix that should be there.
    case prefixMissing
    /// A prefix that should not be there.
    case prefixUnexpected
    /// Traffic spreads as it should.
    case skewEven
    /// Traffic leans to some next hops.
    case skewSkewed
    /// All traffic takes one next hop.
    case skewSingle
    /// A line that will appear.
    case diffAdd
    /// A line that will go.
    case diffRemove
    /// A line that will change.
    case diffChange
    /// The low part of a graph.
    case graphLow
    /// The middle of a graph.
    case graphMid
    /// The high part of a graph.
    case graphHigh
    /// A key in a hint.
    case hintKey
    /// What the key does.
    case hintText
    /// A key that does nothing now.
    case hintDisabled
    /// The face of a dialog.
    case dialog
    /// What a dialog warns of.
    case dialogDanger
    /// A button.
    case button
    /// The button or field that has the keys.
    case buttonFocus
    /// Text that is being typed.
    case input
    /// A passing note.
    case toastInfo
    /// A passing warning.
    case toastWarn
    /// An error that stays until it is acknowledged.
    case toastError
    /// A state of the whole console.
    case banner
    /// Changes are locked.
    case bannerReadOnly
    /// Changes are allowed.
    case bannerChanges
    /// The picture stands still.
    case bannerFrozen
    /// The picture is of the past.
    case bannerReplay
    /// The path to what is shown.
    case crumb
    /// The end of that path.
    case crumbCurrent
    /// The track of a scroll bar.
    case scrollbar
    /// The part of a scroll bar that shows where the view stands.
    case scrollbarThumb

    /// The name in theme files, such as `session.down`.
    public var name: String { Role.facts[Int(rawValue)].name }

    /// The role whose look this one takes where a theme does not name it; nil for `text` alone.
    public var parent: Role? { Role.facts[Int(rawValue)].parent }

    /// The role of a theme file's name; nil for an unknown one.
    public init?(name: String) {
        guard let index = Role.facts.firstIndex(where: { $0.name == name }) else { return nil }
        self = Role.allCases[index]
    }
}

extension Role {
    /// Name and parent of each role, in the order of the cases.
    private static let facts: [(name: String, parent: Role?)] = [
        ("text", nil),
        ("text.dim", .text),
        ("text.strong", .text),
        ("text.match", .textStrong),
        ("border", .textDim),
        ("border.focus", .border),
        ("title", .textStrong),
        ("title.key", .title),
        ("tab", .textDim),
        ("tab.active", .title),
        ("selection", .text),
        ("selection.unfocused", .selection),
        ("mark", .textStrong),
        ("header", .textStrong),
        ("header.sort", .header),
        ("status.ok", .text),
        ("status.warn", .text),
        ("status.critical", .text),
        ("status.unknown", .textDim),
        ("status.stale", .statusUnknown),
        ("session.up", .statusOk),
        ("session.down", .statusCritical),
        ("session.idle", .statusWarn),
        ("session.flapping", .statusWarn),
        ("prefix.accepted", .statusOk),
        ("prefix.rejected", .statusCritical),
        ("prefix.missing", .statusCritical),
        ("prefix.unexpected", .statusWarn),
        ("skew.even", .statusOk),
        ("skew.skewed", .statusWarn),
        ("skew.single", .statusCritical),
        ("diff.add", .statusOk),
        ("diff.remove", .statusCritical),
        ("diff.change", .statusWarn),
        ("graph.low", .statusOk),
        ("graph.mid", .statusWarn),
        ("graph.high", .statusCritical),
        ("hint.key", .textStrong),
        ("hint.text", .textDim),
        ("hint.disabled", .textDim),
        ("dialog", .text),
        ("dialog.danger", .statusCritical),
        ("button", .dialog),
        ("button.focus", .selection),
        ("input", .text),
        ("toast.info", .text),
        ("toast.warn", .statusWarn),
        ("toast.error", .statusCritical),
        ("banner", .textStrong),
        ("banner.readonly", .banner),
        ("banner.changes", .banner),
        ("banner.frozen", .banner),
        ("banner.replay", .banner),
        ("crumb", .textDim),
        ("crumb.current", .text),
        ("scrollbar", .textDim),
        ("scrollbar.thumb", .text),
    ]
}
