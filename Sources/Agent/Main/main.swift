import Glibc

exit(await AgentEntry.run(CommandLine.arguments))
