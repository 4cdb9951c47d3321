import Glibc

/// As whom PostgreSQL runs: it refuses to run as root.
struct SystemUser: Sendable {
    var id: uid_t
    var group: gid_t
    var groups: [gid_t]
    var name: String
    /// Whether it is somebody else than who we are.
    var isOther: Bool

    /// The configured user if we are root, else who we are.
    ///
    /// - Throws: ``DatabaseError`` with code `cluster`.
    static func toRun(_ settings: ManagedPostgresSettings) throws(DatabaseError) -> SystemUser {
        guard geteuid() == 0 else {
            let name = getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) } ?? String(geteuid())
            return SystemUser(id: geteuid(), group: getegid(), groups: [], name: name, isOther: false)
        }
        guard let entry = getpwnam(settings.user), entry.pointee.pw_uid != 0 else {
            throw DatabaseError(
                .cluster,
                "PostgreSQL does not run as root, and there is no other user \"\(settings.user)\" to run it as; make one, or name one "
                    + "with --postgres-user")
        }
        let (id, group) = (entry.pointee.pw_uid, entry.pointee.pw_gid)
        var groups = [gid_t](repeating: 0, count: 256)
        var count = Int32(groups.count)
        guard getgrouplist(settings.user, group, &groups, &count) >= 0 else {
            throw DatabaseError(.cluster, "user \"\(settings.user)\" is in more than \(groups.count) groups")
        }
        return SystemUser(id: id, group: group, groups: Array(groups.prefix(Int(count))), name: settings.user, isOther: true)
    }

    /// Makes a directory that is this user's alone.
    func makeDirectory(_ path: String) throws(DatabaseError) {
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw .system("cannot make the directory \(path)") }
        if isOther, chown(path, id, group) != 0 { throw .system("cannot give \(path) to user \(name)") }
        guard chmod(path, 0o700) == 0 else { throw .system("cannot make \(path) private to user \(name)") }
    }

    /// Makes what is missing above a directory, and sees to it that this user gets there.
    func reach(_ path: String) throws(DatabaseError) {
        var above = ""
        for part in path.split(separator: "/").dropLast() {
            above += "/\(part)"
            guard mkdir(above, 0o711) == 0 || errno == EEXIST else { throw .system("cannot make the directory \(above)") }
            var status = stat()
            guard stat(above, &status) == 0 else { throw .system("cannot look at \(above)") }
            let bit: mode_t = status.st_uid == id ? 0o100 : groups.contains(status.st_gid) || status.st_gid == group ? 0o010 : 0o001
            guard !isOther || status.st_mode & bit != 0 else {
                throw DatabaseError(
                    .cluster,
                    "user \(name), as whom PostgreSQL runs, cannot enter \(above); allow it (chmod o+x \(above)), "
                        + "or choose another data directory")
            }
        }
    }
}
