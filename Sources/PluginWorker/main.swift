import Glibc
import PluginSupervision

// Started by a Berth server or command, never by hand: the socket and the library are inherited.
guard CommandLine.arguments.count == 3, fcntl(WireProtocol.socketDescriptor, F_GETFD) != -1 else {
    let line = Array("berth-plugin-worker is started by berth; there is nothing to do for it here\n".utf8)
    _ = write(STDERR_FILENO, line, line.count)
    exit(64)
}
// Past this point a plugin's threads may still run; they must not be joined by the destructors of exit().
_exit(WorkerProcess.run())
