import Glibc
import PluginConformance

// One conformance test in a process of its own, for the tests of the kit.
exit(ConformanceChild.main(arguments: Array(CommandLine.arguments.dropFirst())))
