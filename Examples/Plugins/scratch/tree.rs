//! Files and directories by descriptor: every step is relative to an open directory and follows no
//! symbolic link, so nothing outside the tree is touched, whatever somebody puts into it meanwhile.

use std::ffi::CString;
use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::os::raw::{c_char, c_int, c_uint};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::os::unix::io::{AsRawFd, FromRawFd};
use std::path::Path;

extern "C" {
    fn open(path: *const c_char, flags: c_int, ...) -> c_int;
    fn openat(directory: c_int, path: *const c_char, flags: c_int, ...) -> c_int;
    fn mkdirat(directory: c_int, path: *const c_char, mode: c_uint) -> c_int;
    fn unlinkat(directory: c_int, path: *const c_char, flags: c_int) -> c_int;
    fn renameat(from: c_int, from_path: *const c_char, to: c_int, to_path: *const c_char) -> c_int;
    fn linkat(from: c_int, from_path: *const c_char, to: c_int, to_path: *const c_char, flags: c_int) -> c_int;
    fn fchmod(fd: c_int, mode: c_uint) -> c_int;
}

const O_WRONLY: c_int = 0o1;
const O_CREAT: c_int = 0o100;
const O_EXCL: c_int = 0o200;
const O_NONBLOCK: c_int = 0o4000;
#[cfg(target_arch = "aarch64")]
const O_DIRECTORY: c_int = 0o40000;
#[cfg(target_arch = "aarch64")]
const O_NOFOLLOW: c_int = 0o100000;
#[cfg(not(target_arch = "aarch64"))]
const O_DIRECTORY: c_int = 0o200000;
#[cfg(not(target_arch = "aarch64"))]
const O_NOFOLLOW: c_int = 0o400000;
const O_CLOEXEC: c_int = 0o2000000;
const O_PATH: c_int = 0o10000000;
const AT_REMOVEDIR: c_int = 0x200;

fn c_text(text: &[u8]) -> io::Result<CString> {
    CString::new(text).map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))
}

fn check(result: c_int) -> io::Result<c_int> {
    if result < 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(result)
}

/// `None` where the thing is not there: gone, or something else in its place.
pub fn optional<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    const ENOENT: i32 = 2;
    const ENOTDIR: i32 = 20;
    const ELOOP: i32 = 40;
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if matches!(error.raw_os_error(), Some(ENOENT | ENOTDIR | ELOOP)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// An open directory.
pub struct Dir(File);

impl Dir {
    /// Opens a path that the operator chose; links on the way to it are the operator's own.
    pub fn open(path: &Path) -> io::Result<Dir> {
        let path = c_text(path.as_os_str().as_bytes())?;
        // SAFETY: a terminated string; the descriptor is ours from here.
        unsafe { Ok(Dir(File::from_raw_fd(check(open(path.as_ptr(), O_DIRECTORY | O_CLOEXEC))?))) }
    }

    fn at(&self, name: &str, flags: c_int, mode: c_uint) -> io::Result<File> {
        let name = c_text(name.as_bytes())?;
        let flags = flags | O_NOFOLLOW | O_CLOEXEC;
        // SAFETY: as in `open`.
        unsafe { Ok(File::from_raw_fd(check(openat(self.0.as_raw_fd(), name.as_ptr(), flags, mode))?)) }
    }

    pub fn child(&self, name: &str) -> io::Result<Dir> {
        self.at(name, O_DIRECTORY, 0).map(Dir)
    }

    /// The directory at a relative path, step by step.
    pub fn descend(&self, path: &str) -> io::Result<Dir> {
        path.split('/').filter(|step| !step.is_empty()).try_fold(Dir(self.0.try_clone()?), |dir, step| dir.child(step))
    }

    /// As `descend`, making what is missing.
    pub fn descend_making(&self, path: &str) -> io::Result<Dir> {
        path.split('/').filter(|step| !step.is_empty()).try_fold(Dir(self.0.try_clone()?), |dir, step| {
            match dir.make(step) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
                _ => dir.child(step),
            }
        })
    }

    /// What a name stands for; a link stands for itself.
    pub fn inspect(&self, name: &str) -> io::Result<Metadata> {
        self.at(name, O_PATH, 0)?.metadata()
    }

    pub fn metadata(&self) -> io::Result<Metadata> {
        self.0.metadata()
    }

    pub fn set_mode(&self, mode: u32) -> io::Result<()> {
        set_mode(&self.0, mode)
    }

    /// Opens a regular file to read; anything else is an error. Does not block on a pipe.
    pub fn read(&self, name: &str) -> io::Result<File> {
        let file = self.at(name, O_NONBLOCK, 0)?;
        if !file.metadata()?.is_file() {
            return Err(io::Error::from_raw_os_error(40));
        }
        Ok(file)
    }

    /// Makes a file that must not exist yet, readable by nobody else.
    pub fn create(&self, name: &str) -> io::Result<File> {
        self.at(name, O_WRONLY | O_CREAT | O_EXCL, 0o600)
    }

    pub fn make(&self, name: &str) -> io::Result<()> {
        let name = c_text(name.as_bytes())?;
        // SAFETY: a terminated string.
        check(unsafe { mkdirat(self.0.as_raw_fd(), name.as_ptr(), 0o700) }).map(drop)
    }

    /// Removes a name that is not a directory. One that is gone already is fine.
    pub fn remove(&self, name: &str) -> io::Result<()> {
        self.unlink(name, 0)
    }

    /// Removes an empty directory. One that is gone already is fine.
    pub fn remove_dir(&self, name: &str) -> io::Result<()> {
        self.unlink(name, AT_REMOVEDIR)
    }

    fn unlink(&self, name: &str, flags: c_int) -> io::Result<()> {
        let name = c_text(name.as_bytes())?;
        // SAFETY: a terminated string.
        match check(unsafe { unlinkat(self.0.as_raw_fd(), name.as_ptr(), flags) }) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            result => result.map(drop),
        }
    }

    /// Gives a file another name in this directory; what had that name is replaced.
    pub fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let (from, to) = (c_text(from.as_bytes())?, c_text(to.as_bytes())?);
        let fd = self.0.as_raw_fd();
        // SAFETY: terminated strings.
        check(unsafe { renameat(fd, from.as_ptr(), fd, to.as_ptr()) }).map(drop)
    }

    /// Gives a file a second name, which must be free: an atomic claim.
    pub fn link(&self, from: &str, to: &str) -> io::Result<()> {
        let (from, to) = (c_text(from.as_bytes())?, c_text(to.as_bytes())?);
        let fd = self.0.as_raw_fd();
        // SAFETY: terminated strings.
        check(unsafe { linkat(fd, from.as_ptr(), fd, to.as_ptr(), 0) }).map(drop)
    }

    pub fn is_empty(&self) -> io::Result<bool> {
        Ok(std::fs::read_dir(self.proc_path())?.next().is_none())
    }

    /// Removes a directory and everything in it, without following links. One that is gone already is fine.
    pub fn remove_tree(&self, name: &str) -> io::Result<()> {
        match std::fs::remove_dir_all(format!("{}/{}", self.proc_path(), name)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            result => result,
        }
    }

    fn proc_path(&self) -> String {
        format!("/proc/self/fd/{}", self.0.as_raw_fd())
    }

    /// The names in it, sorted. One that is not UTF-8 is an error.
    pub fn names(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in std::fs::read_dir(self.proc_path())? {
            let name = entry?.file_name().into_string();
            names.push(name.map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "a name is not UTF-8"))?);
        }
        names.sort();
        Ok(names)
    }
}

pub fn set_mode(file: &File, mode: u32) -> io::Result<()> {
    // SAFETY: an open descriptor.
    check(unsafe { fchmod(file.as_raw_fd(), mode) }).map(drop)
}

/// FNV-1a, 64 bit: finds accidents, not attackers.
pub struct Checksum(u64);

impl Checksum {
    pub fn new() -> Checksum {
        Checksum(0xcbf2_9ce4_8422_2325)
    }

    pub fn add(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3);
        }
    }

    pub fn hex(&self) -> String {
        format!("{:016x}", self.0)
    }

    pub fn of(bytes: &[u8]) -> String {
        let mut checksum = Checksum::new();
        checksum.add(bytes);
        checksum.hex()
    }
}

/// Size, mode and checksum of a regular file.
#[derive(Clone, PartialEq)]
pub struct Facts {
    pub size: u64,
    pub mode: u32,
    pub checksum: String,
}

impl Facts {
    /// Reads a file to its end, handing every piece to `piece`, which may stop it.
    pub fn read<E: From<io::Error>>(mut file: File, mut piece: impl FnMut(&[u8]) -> Result<(), E>) -> Result<Facts, E> {
        let mode = file.metadata()?.mode() & 0o777;
        let (mut size, mut checksum, mut buffer) = (0, Checksum::new(), vec![0; 1 << 17]);
        loop {
            let count = match file.read(&mut buffer) {
                Ok(0) => return Ok(Facts { size, mode, checksum: checksum.hex() }),
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error.into()),
            };
            size += count as u64;
            checksum.add(&buffer[..count]);
            piece(&buffer[..count])?;
        }
    }
}

/// The directory part of a relative path, empty at the top, and the name.
pub fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}
