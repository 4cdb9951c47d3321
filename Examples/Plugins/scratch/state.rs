//! What a checkpoint holds: everything that exists, and everything that is about to.

use crate::berth::{Failure, Outcome, Request};
use crate::json::{self, Value};
use crate::tree::Facts;
use std::collections::BTreeMap;

pub const VERSION: u32 = 1;

/// How sure the journal is of a thing.
#[derive(Clone, Copy, PartialEq)]
pub enum Status {
    /// Is there.
    Present,
    /// Was about to be made, under this name, with these facts. Becomes `Present` or is dropped.
    Creating,
    /// Was about to be given these facts. Becomes `Present`.
    Updating,
    /// Was about to be removed. Becomes `Present` again or is dropped.
    Removing,
}

const STATUSES: [(Status, &str); 4] = [
    (Status::Present, "present"),
    (Status::Creating, "creating"),
    (Status::Updating, "updating"),
    (Status::Removing, "removing"),
];

/// A file that the plugin made.
#[derive(Clone)]
pub struct Entry {
    pub status: Status,
    pub facts: Facts,
    /// Size and checksum are secrets.
    pub sensitive: bool,
    /// Made by the action `touch`, so no template asks for it or misses it.
    pub touched: bool,
}

/// The state of one workspace.
pub struct State {
    pub workspace: String,
    pub root: String,
    /// The operation whose label file claims the workspace; empty while nothing exists.
    pub claim: String,
    pub directory: Option<Status>,
    pub files: BTreeMap<String, Entry>,
}

impl State {
    pub fn new(workspace: &str, root: &str) -> State {
        let (workspace, root) = (workspace.to_string(), root.to_string());
        State { workspace, root, claim: String::new(), directory: None, files: BTreeMap::new() }
    }

    pub fn encode(&self) -> Vec<u8> {
        let files = self.files.iter().map(|(path, entry)| {
            let value = json::object(vec![
                ("status", status_value(entry.status)),
                ("size", json::number(entry.facts.size)),
                ("mode", json::number(entry.facts.mode.into())),
                ("fnv1a64", json::text(&entry.facts.checksum)),
                ("sensitive", Value::Bool(entry.sensitive)),
                ("touched", Value::Bool(entry.touched)),
            ]);
            (path.clone(), value)
        });
        json::object(vec![
            ("workspace", json::text(&self.workspace)),
            ("root", json::text(&self.root)),
            ("claim", json::text(&self.claim)),
            ("directory", self.directory.map_or(Value::Null, status_value)),
            ("files", Value::Object(files.collect())),
        ])
        .to_text()
        .into_bytes()
    }

    /// The state a request carries, if any. Checked as if a stranger had written it.
    pub fn of(request: &Request, root: &str) -> Outcome<Option<State>> {
        let bytes = match request.state {
            Some(bytes) => bytes,
            None => return Ok(None),
        };
        let refuse = |reason: &str| Failure::invalid("scratch.state.invalid", format!("the state {}", reason));
        if request.state_version != VERSION {
            return Err(refuse(&format!("has version {}, not {}", request.state_version, VERSION)));
        }
        let state = std::str::from_utf8(bytes).ok().and_then(|text| json::parse(text).ok()).and_then(|v| decode(&v));
        let state = state.ok_or_else(|| refuse("cannot be read"))?;
        if state.root != root {
            return Err(refuse(&format!("belongs to root \"{}\", not \"{}\"", state.root, root)));
        }
        Ok(Some(state))
    }
}

fn status_value(status: Status) -> Value {
    json::text(STATUSES.iter().find(|pair| pair.0 == status).map_or("", |pair| pair.1))
}

fn read_status(value: &Value) -> Option<Status> {
    let text = value.as_str()?;
    STATUSES.iter().find(|pair| pair.1 == text).map(|pair| pair.0)
}

fn decode(value: &Value) -> Option<State> {
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    let mut state = State::new(text("workspace")?, text("root")?);
    state.claim = text("claim")?.to_string();
    state.directory = match value.get("directory")? {
        Value::Null => None,
        status => Some(read_status(status)?),
    };
    for (path, file) in value.get("files")?.as_object()? {
        let facts = Facts {
            size: file.get("size")?.as_u64()?,
            mode: file.get("mode")?.as_u64()? as u32 & 0o777,
            checksum: file.get("fnv1a64")?.as_str()?.to_string(),
        };
        let status = read_status(file.get("status")?)?;
        let (sensitive, touched) = (file.get("sensitive")?.as_bool()?, file.get("touched")?.as_bool()?);
        state.files.insert(path.clone(), Entry { status, facts, sensitive, touched });
    }
    let sound = is_workspace_id(&state.workspace) && state.files.keys().all(|path| is_inside(path));
    Some(state).filter(|_| sound)
}

/// What may name a directory below the root. `.labels` is taken.
pub fn is_workspace_id(id: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    (1..=64).contains(&id.len()) && id.bytes().all(plain) && !matches!(id, "." | ".." | ".labels")
}

/// Whether a path is relative and stays inside.
pub fn is_inside(path: &str) -> bool {
    path.len() <= 1000 && path.split('/').all(|step| !matches!(step, "" | "." | "..")) && !path.contains('\0')
}
