//! The template: `files/`, which is copied, and `scratch.json`, which declares parameters.

use crate::berth::{Diagnostic, Failure, Inputs, Job, Outcome};
use crate::json::{self, Value};
use crate::tree::{optional, Checksum, Dir, Facts};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

pub const PARAMETERS_FILE: &str = ".parameters.json";
const FILES_MAX: usize = 10_000;
const FILE_SIZE_MAX: u64 = 64 << 20;
const MANIFEST_SIZE_MAX: u64 = 1 << 20;
const DEPTH_MAX: usize = 64;

/// An I/O error or a decision to stop, for loops that can end by either.
pub enum Stop {
    Io(io::Error),
    Failure(Failure),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Stop {
        Stop::Io(error)
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Stop {
        Stop::Failure(failure)
    }
}

impl Stop {
    /// The failure, with a sentence of what was being done if it was I/O.
    pub fn during(self, code: &str, doing: &str) -> Failure {
        match self {
            Stop::Io(error) => Failure::failed(code, format!("{}: {}", doing, error)),
            Stop::Failure(failure) => failure,
        }
    }
}

/// Where the content of a wanted file comes from.
pub enum Content {
    /// `files/<path>` of the template.
    Source,
    Bytes(Vec<u8>),
}

/// A file as it should be.
pub struct Wanted {
    pub facts: Facts,
    pub content: Content,
    /// Made from a secret: its size and checksum are secrets too.
    pub sensitive: bool,
}

/// A template on disk.
pub struct Template {
    directory: Dir,
    parameters: Vec<Value>,
}

fn invalid(code: &str, summary: impl Into<String>, path: &str) -> Failure {
    Failure::invalid(code, summary).map(|diagnostic| diagnostic.source(path))
}

impl Template {
    pub fn open(source_dir: Option<&Path>) -> Outcome<Template> {
        let path = source_dir
            .ok_or_else(|| Failure::invalid("scratch.template.absent", "the request names no template directory"))?;
        let directory = Dir::open(path).map_err(|error| {
            Failure::invalid("scratch.template.unreadable", format!("cannot open the template: {}", error))
        })?;
        let parameters = read_manifest(&directory)?;
        Ok(Template { directory, parameters })
    }

    /// The document "parameters".
    pub fn document(&self) -> Value {
        json::object(vec![
            ("variables", Value::Array(vec![])),
            ("parameters", Value::Array(self.parameters.clone())),
            ("presets", Value::Array(vec![])),
            ("external_auth", Value::Array(vec![])),
            ("tags", json::object(vec![])),
        ])
    }

    /// Every file below `files/`, with its facts, and the parameter file.
    pub fn wanted(&self, job: &Job, inputs: &Inputs) -> Outcome<BTreeMap<String, Wanted>> {
        let mut files = BTreeMap::new();
        self.walk(|path, file| {
            let facts = Facts::read(file, |_| job.stop_if_cancelled().map_err(Stop::from))
                .map_err(|stop| stop.during("scratch.template.unreadable", &format!("reading \"{}\"", path)))?;
            files.insert(path, Wanted { facts, content: Content::Source, sensitive: false });
            Ok(())
        })?;
        let (values, sensitive) = self.resolve(job, inputs)?;
        if !values.is_empty() {
            let bytes = (Value::Object(values).to_text() + "\n").into_bytes();
            let facts = Facts { size: bytes.len() as u64, mode: 0o600, checksum: Checksum::of(&bytes) };
            files.insert(PARAMETERS_FILE.into(), Wanted { facts, content: Content::Bytes(bytes), sensitive });
        }
        Ok(files)
    }

    /// Looks at every file without reading it.
    pub fn check(&self, job: &Job) -> Outcome {
        self.walk(|_, _| job.stop_if_cancelled())
    }

    /// The file of the template behind a path.
    pub fn source(&self, path: &str) -> io::Result<File> {
        let (parent, name) = crate::tree::split(path);
        self.directory.child("files")?.descend(parent)?.read(name)
    }

    fn walk(&self, mut found: impl FnMut(String, File) -> Outcome) -> Outcome {
        let unreadable = |path: &str, error: io::Error| {
            invalid("scratch.template.unreadable", format!("cannot read \"{}\": {}", path, error), path)
        };
        let top = match self.directory.inspect("files") {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            _ => self.directory.child("files").map_err(|error| unreadable("files", error))?,
        };
        let (mut stack, mut count) = (vec![(String::new(), top)], 0);
        while let Some((prefix, directory)) = stack.pop() {
            let source_of = |path: &str| format!("files/{}", path);
            for name in directory.names().map_err(|error| unreadable(&source_of(&prefix), error))? {
                let path = format!("{}{}", prefix, name);
                let source = source_of(&path);
                let metadata = directory.inspect(&name).map_err(|error| unreadable(&source, error))?;
                if metadata.file_type().is_symlink() {
                    let summary = format!("\"{}\" is a symbolic link", source);
                    return Err(invalid("scratch.template.symlink", summary, &source)
                        .map(|diagnostic| diagnostic.detail("Put a copy of what it points to into the template.")));
                }
                if path.len() > 1000 || name.chars().any(char::is_control) {
                    let summary = "a path is too long or holds control characters";
                    return Err(invalid("scratch.template.path", summary, "files"));
                }
                if metadata.is_dir() {
                    if path.matches('/').count() >= DEPTH_MAX {
                        return Err(invalid("scratch.template.depth", "the tree is too deep", &source));
                    }
                    let child = directory.child(&name).map_err(|error| unreadable(&source, error))?;
                    stack.push((path + "/", child));
                    continue;
                }
                count += 1;
                if count > FILES_MAX {
                    let summary = format!("more than {} files", FILES_MAX);
                    return Err(invalid("scratch.template.too-many-files", summary, "files"));
                }
                if !metadata.is_file() {
                    let summary = format!("\"{}\" is neither a file nor a directory", source);
                    return Err(invalid("scratch.template.special-file", summary, &source));
                }
                if metadata.len() > FILE_SIZE_MAX {
                    let summary = format!("\"{}\" is larger than {} MiB", source, FILE_SIZE_MAX >> 20);
                    return Err(invalid("scratch.template.file-too-large", summary, &source));
                }
                if path == PARAMETERS_FILE || (name.starts_with(".berth-") && name.ends_with(".tmp")) {
                    let summary = format!("the name of \"{}\" is reserved", source);
                    return Err(invalid("scratch.template.reserved-name", summary, &source));
                }
                found(path, directory.read(&name).map_err(|error| unreadable(&source, error))?)?;
            }
        }
        Ok(())
    }

    /// Every declared parameter with its value, and whether one of them is a secret.
    fn resolve(&self, job: &Job, inputs: &Inputs) -> Outcome<(BTreeMap<String, Value>, bool)> {
        let (mut values, mut sensitive) = (BTreeMap::new(), false);
        for parameter in &self.parameters {
            let name = parameter.get("name").and_then(Value::as_str).unwrap_or("");
            let pointer = format!("/parameters/{}", name.replace('~', "~0").replace('/', "~1"));
            let default = parameter.get("default").and_then(Value::as_str);
            let value = inputs.parameters.get(name).map(String::as_str).or(default).ok_or_else(|| {
                let summary = format!("parameter \"{}\" has no default and was not given", name);
                invalid("scratch.parameter.missing", summary, "scratch.json")
            })?;
            check_value(parameter, value).map_err(|wrong| {
                let summary = format!("the value of parameter \"{}\" {}", name, wrong);
                invalid("scratch.parameter.value", summary, "scratch.json")
            })?;
            sensitive |= inputs.is_sensitive(&pointer);
            values.insert(name.to_string(), json::text(value));
        }
        for name in inputs.parameters.keys().filter(|name| !values.contains_key(*name)) {
            let summary = format!("parameter \"{}\" is not declared and is ignored", name);
            job.diagnose(&Diagnostic::warning("scratch.parameter.unknown", summary).source("scratch.json"));
        }
        Ok((values, sensitive))
    }
}

/// The parameters that `scratch.json` declares; none if there is no such file.
fn read_manifest(directory: &Dir) -> Outcome<Vec<Value>> {
    const NAME: &str = "scratch.json";
    let wrong = |summary: &str| invalid("scratch.manifest.invalid", summary, NAME);
    let unreadable = |error: io::Error| wrong(&format!("cannot be read: {}", error));
    let file = match directory.inspect(NAME) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(vec![]),
        _ => optional(directory.read(NAME)).map_err(unreadable)?.ok_or_else(|| wrong("must be a regular file"))?,
    };
    let mut text = String::new();
    file.take(MANIFEST_SIZE_MAX + 1).read_to_string(&mut text).map_err(unreadable)?;
    if text.len() as u64 > MANIFEST_SIZE_MAX {
        return Err(wrong("larger than 1 MiB"));
    }
    let document = json::parse(&text).map_err(|error| {
        wrong(&format!("not valid JSON: {}", error.message)).map(|diagnostic| diagnostic.at(error.line, error.column))
    })?;
    let members = document.as_object().ok_or_else(|| wrong("must hold an object"))?;
    if let Some(unknown) = members.keys().find(|name| *name != "parameters") {
        return Err(wrong(&format!("unknown member \"{}\"", unknown)));
    }
    let parameters = match members.get("parameters") {
        None => return Ok(vec![]),
        Some(list) => list.as_array().ok_or_else(|| wrong("\"parameters\" must be an array"))?,
    };
    let mut names = std::collections::BTreeSet::new();
    for parameter in parameters {
        let name = parameter.get("name").and_then(Value::as_str).unwrap_or("");
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        if name.is_empty() || !name.bytes().all(plain) {
            return Err(wrong("every parameter needs a \"name\" of letters, digits, '_' and '-'"));
        }
        if !names.insert(name) {
            return Err(wrong(&format!("parameter \"{}\" is declared twice", name)));
        }
        let kind = parameter.get("type").and_then(Value::as_str).unwrap_or("");
        if !["string", "number", "bool", "list(string)"].contains(&kind) {
            return Err(wrong(&format!("parameter \"{}\" must be a string, number, bool or list(string)", name)));
        }
        if let Some(default) = parameter.get("default") {
            let default = default.as_str().ok_or("must be a string");
            default
                .and_then(|value| check_value(parameter, value))
                .map_err(|reason| wrong(&format!("the default of parameter \"{}\" {}", name, reason)))?;
        }
    }
    Ok(parameters.to_vec())
}

/// What is wrong with a value, in words that do not repeat it: it may be a secret.
fn check_value(parameter: &Value, value: &str) -> Result<(), &'static str> {
    match parameter.get("type").and_then(Value::as_str) {
        Some("number") if !matches!(json::parse(value), Ok(Value::Number(_))) => return Err("is not a number"),
        Some("bool") if value != "true" && value != "false" => return Err("is neither true nor false"),
        Some("list(string)") => {
            let items = json::parse(value).ok();
            let items = items.as_ref().and_then(Value::as_array).ok_or("is not a JSON array")?;
            if items.iter().any(|item| item.as_str().is_none()) {
                return Err("holds something other than strings");
            }
        }
        _ => {}
    }
    let options = parameter.get("options").and_then(Value::as_array).unwrap_or(&[]);
    if !options.is_empty() && !options.iter().any(|option| option.get("value").and_then(Value::as_str) == Some(value)) {
        return Err("is not one of the options");
    }
    Ok(())
}
