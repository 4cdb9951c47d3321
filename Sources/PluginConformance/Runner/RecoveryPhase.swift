/// The parts of a test that run in processes of their own.
enum RecoveryPhase {
    /// Runs a part and ends the process.
    static func run(_ phase: String, arguments: ChildArguments) {
    }
}
