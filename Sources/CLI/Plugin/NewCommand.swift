import ArgumentParser
import PluginLoading
import PluginTooling

extension Scaffold.Language: ExpressibleByArgument {}

/// `berth plugin new`
struct NewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "Make a plugin to start from: it builds with one command and passes the conformance tests.")

    @Option(name: .shortAndLong, help: "c, swift or rust.")
    var language: Scaffold.Language

    @Argument(help: "The plugin's name, such as my-backend; also the name of the new directory.")
    var name: String

    @Option(name: .long, help: ArgumentHelp("Its id, a reverse domain name; com.example.NAME if not given.", valueName: "id"))
    var id: String?

    @Option(name: .long, help: ArgumentHelp("The directory to make; NAME if not given.", valueName: "directory"))
    var directory: String?

    @Option(name: .long, help: ArgumentHelp("A checkout of Berth's sources, if they are not found by themselves.", valueName: "directory"))
    var sdk: String?

    func run() throws {
        let scaffold = try Scaffold(
            language: language, name: name, id: id, sdk: try sdk.map(PluginLocator.absolute) ?? Scaffold.installedSDK())
        let target = directory ?? name
        let files = try scaffold.write(to: target)
        print("made \(target) with \(files.joined(separator: ", "))\n")
        print("  cd \(target) && ./build.sh")
        print("  berth plugin validate \(name).plugin.json")
    }
}
