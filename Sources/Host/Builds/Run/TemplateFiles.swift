import CShims
import Glibc
import TemplateModules
import Threads

/// The files of a template on disk, for as long as a job needs them.
enum TemplateFiles {
    /// - Throws: ``BuildError`` with code `files`.
    static func unpack(_ archive: [UInt8], into directory: String) async throws {
        try await OwnThread.run("berth-unpack") {
            cshims_remove_tree(directory)  // of an attempt of ours that was killed
            guard mkdir(directory, 0o700) == 0 else {
                throw BuildError(.files, "cannot make \(directory): \(String(cString: strerror(errno)))")
            }
            do { try TemplateArchive(reading: archive).extract(to: directory) } catch {
                throw BuildError(.files, "the template's archive cannot be unpacked: \(error)")
            }
        }
    }

    static func remove(_ directory: String) async {
        do { try await OwnThread.run("berth-remove") { cshims_remove_tree(directory) } } catch {
            cshims_remove_tree(directory)  // there is no thread to be had; a template is small
        }
    }
}
