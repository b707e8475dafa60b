public import Correlation
public import Fabric
public import FoundationEssentials
public import Operations
public import Polling
public import Terminal

/// What a dialog that is open asks for.
public enum DialogPurpose: Sendable {
    /// Consent to a plan.
    case consent(Plan)
    /// Opening the change gate.
    case unlock
    /// Leaving while an operation runs.
    case quit
    /// Aborting the running operation.
    case abort
}

/// What can happen to the console.
public enum Message: Sendable {
    /// A key, the mouse, a new size, a signal.
    case input(InputEvent)
    /// New facts and what is concluded from them.
    case facts(Snapshot, Picture)
    /// Lines for the log.
    case logged([LogLine])
    /// An operation moved.
    case operation(OperationView)
    /// The operations that the journal holds, oldest first.
    case pastOperations([OperationRecord])
    /// Rights that the cluster's user lacks for a kind of operation.
    case rights(OperationKind, missing: [ClusterRight], roles: [String]?)
    /// A second has passed while ages are on screen.
    case tick(Date)
    /// The raw bytes behind a cell were read.
    case evidence(title: String, lines: [String])
    /// Something to say in the status line; it goes into the log too.
    case notice(Toast, Date)
    /// The gate was opened or closed.
    case access(Access)
    /// Another moment of a history is shown.
    case history(HistoryPlace)
    /// The theme was changed.
    case themed(String)
    /// Another world is looked at: what belongs to the one before goes.
    case world(FabricLabel, faults: [String])
}

/// What the console wants done outside of itself.
public enum Effect: Sendable {
    /// End the program.
    case quit
    /// Give the terminal to the shell for a while.
    case suspend
    /// Look now: at these, or at everything.
    case poll([Look]?)
    /// Read raw bytes and bring them back as a message.
    case readEvidence(title: String, pieces: [EvidenceLine])
    /// Put a text into the terminal's clipboard.
    case copy(String)
    /// Take or leave the mouse.
    case mouse(Bool)
    /// Load a theme.
    case theme(String)
    /// Start an operation that was consented to.
    case start(Plan, typed: String)
    /// Ask whether the cluster's user has the rights of an operation.
    case askRights(OperationKind)
    /// Abort the running operation.
    case abort
    /// Open the gate for a while.
    case unlock(Duration)
    /// Close the gate.
    case lock
    /// Give the simulated fabric a fault, or take it away.
    case fault(String, isOn: Bool)
    /// Write a text to a file of this name in the folder for dumps.
    case dump(name: String, text: String)
    /// Step through a history.
    case step(Int)
    /// Show the last capture that is not later than this, in seconds since midnight UTC.
    case at(Int)
    /// Look at another context.
    case context(String)
    /// Keep what is to be remembered for the next run.
    case remember(ConsoleMemory)
    /// Ring the terminal's bell.
    case bell
    /// Run the user's own command: a program and its arguments, no shell between.
    case alarm([String])
}
