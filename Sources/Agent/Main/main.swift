import AgentCore
import Glibc

// Before anything else runs: signals are blocked for all threads to come.
if getpid() == 1 { exit(InitProcess.run(CommandLine.arguments)) }
exit(await AgentEntry.run(CommandLine.arguments))
