//! A Berth plugin whose workspaces are directories. It is small enough to read in one sitting and
//! keeps every promise of `berth_plugin.h`; README.md says how it is built and configured.

#[macro_use]
mod berth;
mod json;
mod state;
mod template;
mod tree;

use berth::{sys, Descriptor, Diagnostic, Failure, Host, Inputs, Job, Outcome, Plugin, Request, Resource};
use json::Value;
use state::{Entry, State, Status};
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use template::{Content, Stop, Template, Wanted};
use tree::{optional, split, Checksum, Dir, Facts};

const LABELS: &str = ".labels";
const DIRECTORY_MODE: u32 = 0o700;

/// One configured root.
struct Scratch {
    root: String,
    /// How many files one checkpoint covers.
    batch: usize,
}

export_plugin!(Scratch);

impl Plugin for Scratch {
    const DESCRIPTOR: Descriptor = Descriptor {
        capabilities: sys::CAP_PARSE
            | sys::CAP_PLAN
            | sys::CAP_APPLY
            | sys::CAP_DESTROY
            | sys::CAP_READ
            | sys::CAP_RECOVER,
        id: "dev.berth.scratch",
        name: "scratch",
        version: "1.0.0",
        vendor: Some("Berth"),
        description: Some("Workspaces that are directories, filled from the template."),
        homepage: None,
        config_schema: r#"{
            "type": "object",
            "properties": {
                "root": {
                    "type": "string", "pattern": "^/", "minLength": 2, "maxLength": 2048,
                    "description": "Absolute path of the directory that holds the workspaces; made when needed."
                },
                "checkpoint_files": {
                    "type": "integer", "minimum": 1, "maximum": 1000, "default": 256,
                    "description": "How many files are written between two checkpoints."
                }
            },
            "required": ["root"],
            "additionalProperties": false
        }"#,
        state_version: state::VERSION,
        state_version_min: state::VERSION,
        max_concurrent_jobs: 0,
    };

    const ACTIONS: &'static [sys::berth_action] = actions! { Scratch:
        "usage" => Scratch::usage {
            title: "Disk usage",
            doc: "Counts the files of the workspace and their bytes.",
            applies_to: Some("scratch_directory"),
            flags: sys::ACTION_IDEMPOTENT,
            params: [],
        },
        "touch" => Scratch::touch {
            title: "Write a file",
            doc: "Writes a file that the template does not have.",
            applies_to: Some("scratch_directory"),
            flags: sys::ACTION_MUTATES | sys::ACTION_IDEMPOTENT,
            params: [
                path: str {
                    doc: "Where, relative to the workspace; no hidden names.",
                    constraint: Some(concat!(
                        r#"{"type":"string","maxLength":512,"#,
                        r#""pattern":"^[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$"}"#
                    )),
                    default: None,
                },
                content: str {
                    doc: "What the file holds.",
                    constraint: Some(r#"{"type":"string","maxLength":1048576}"#),
                    default: Some("\"\""),
                },
            ],
        },
    };

    const INVENTORY: bool = true;

    fn create(_host: &Host, _job: &Job, configuration: &Value) -> Outcome<Scratch> {
        let refuse = |pointer: &str, summary: &str| {
            Failure::invalid("scratch.configuration.invalid", summary).map(|diagnostic| diagnostic.attribute(pointer))
        };
        let members = configuration.as_object().ok_or_else(|| refuse("", "the configuration must be an object"))?;
        if members.keys().any(|name| name != "root" && name != "checkpoint_files") {
            return Err(refuse("", "the configuration has an unknown member"));
        }
        let root = configuration.get("root").and_then(Value::as_str).unwrap_or("").trim_end_matches('/');
        if !root.starts_with('/') || root.len() > 2048 || !state::is_inside(&root[1..]) {
            return Err(refuse("/root", "\"root\" must be an absolute path, not \"/\", without \".\" and \"..\""));
        }
        let batch = configuration.get("checkpoint_files").map_or(Some(256), Value::as_u64);
        match batch {
            Some(batch @ 1..=1000) => Ok(Scratch { root: root.to_string(), batch: batch as usize }),
            _ => Err(refuse("/checkpoint_files", "\"checkpoint_files\" must be a whole number from 1 to 1000")),
        }
    }

    fn parse(&self, job: &Job, request: &Request) -> Outcome {
        let template = Template::open(request.source_dir)?;
        template.check(job)?;
        job.set_document("parameters", &template.document())
    }

    fn plan(&self, job: &Job, request: &Request) -> Outcome {
        let recorded = State::of(request, &self.root)?;
        let removes = request.plans_destroy || request.inputs()?.transition == "delete";
        if removes {
            let tree = match recorded {
                Some(state) => self.settle(job, state, false)?,
                None => return Ok(()),
            };
            job.stop_if_cancelled()?;
            return tree.report(job, Some(sys::CHANGE_DELETE));
        }
        let inputs = checked_inputs(request)?;
        let template = Template::open(request.source_dir)?;
        job.set_document("parameters", &template.document())?;
        let wanted = template.wanted(job, &inputs)?;
        let mut tree = self.settle(job, self.starting_point(request, &inputs, recorded)?, false)?;
        let steps = tree.compare(&wanted)?;
        job.stop_if_cancelled()?;
        if tree.directory.is_none() {
            self.refuse_if_taken(&tree.state)?;
        }
        tree.foresee(steps, &wanted);
        job.set_plan(digest(&wanted).as_bytes())?;
        tree.report(job, None)
    }

    fn apply(&self, job: &Job, request: &Request) -> Outcome {
        let inputs = checked_inputs(request)?;
        let recorded = State::of(request, &self.root)?;
        if inputs.transition == "delete" {
            return self.destroy(job, request);
        }
        let template = Template::open(request.source_dir)?;
        let start = self.starting_point(request, &inputs, recorded)?;
        let wanted = template.wanted(job, &inputs).and_then(|wanted| match request.plan {
            Some(plan) if plan != digest(&wanted).as_bytes() => {
                let summary = "template or parameters changed since the plan was made";
                Err(Failure::invalid("scratch.plan.stale", summary))
            }
            _ => Ok(wanted),
        });
        let mut tree = self.settle(job, start, wanted.is_ok())?;
        let result = wanted.and_then(|wanted| self.converge(job, request, &template, &wanted, &mut tree));
        tree.conclude(job, result)
    }

    fn destroy(&self, job: &Job, request: &Request) -> Outcome {
        let mut tree = match State::of(request, &self.root)? {
            Some(state) => self.settle(job, state, true)?,
            None => return Ok(()),
        };
        let result = self.dismantle(job, &mut tree);
        tree.conclude(job, result)
    }

    fn read(&self, job: &Job, request: &Request) -> Outcome {
        let tree = match State::of(request, &self.root)? {
            Some(state) => self.settle(job, state, false)?,
            None => return Ok(()),
        };
        tree.warn_of_gone(job);
        tree.conclude(job, job.stop_if_cancelled())
    }

    fn recover(&self, job: &Job, request: &Request) -> Outcome {
        let tree = match State::of(request, &self.root)? {
            Some(state) => self.settle(job, state, true)?,
            None => return Ok(()),
        };
        tree.warn_of_gone(job);
        let stored = job.checkpoint(&tree.state.encode());
        tree.conclude(job, stored)
    }

    fn inventory(&self, job: &Job, request: &Request) -> Outcome {
        let root = match optional(Dir::open(Path::new(&self.root))).map_err(unreachable_root)? {
            Some(root) => root,
            None => return Ok(()),
        };
        let labels = match optional(root.child(LABELS)).map_err(unreachable_root)? {
            Some(labels) => labels,
            None => return Ok(()),
        };
        for file_name in labels.names().map_err(unreachable_root)? {
            job.stop_if_cancelled()?;
            let workspace = match file_name.strip_suffix(".json") {
                Some(workspace) if state::is_workspace_id(workspace) => workspace,
                _ => continue,
            };
            let label = match Label::read(&root, workspace).map_err(unreachable_root)? {
                Some(label) => label,
                None => continue,
            };
            let carries = |(key, value): &(&str, &str)| label.labels.get(key).and_then(Value::as_str) == Some(*value);
            if request.labels.iter().all(carries) {
                let exists = optional(root.child(workspace)).map_err(unreachable_root)?.is_some();
                let path = format!("{}/{}", self.root, workspace);
                let mut resource = Resource::new("scratch_directory", workspace);
                resource.attributes = json::object(vec![
                    ("path", json::text(&path)),
                    ("exists", Value::Bool(exists)),
                    ("labels", label.labels),
                ]);
                resource.remote_id = Some(path);
                job.add_resource(&resource)?;
            }
        }
        Ok(())
    }
}

// ---- actions -------------------------------------------------------------------------------------

impl Scratch {
    fn usage(&self, job: &Job, request: &Request) -> Outcome {
        let state = self.state_of_action(request)?;
        let (mut files, mut bytes) = (0, 0);
        let mut stack = vec![Path::new(&self.root).join(&state.workspace)];
        while let Some(directory) = stack.pop() {
            job.stop_if_cancelled()?;
            // Somebody may be at work in there: what vanishes meanwhile is not counted.
            for entry in std::fs::read_dir(directory).into_iter().flatten().flatten() {
                match entry.metadata() {
                    Ok(metadata) if metadata.is_dir() => stack.push(entry.path()),
                    Ok(metadata) if metadata.is_file() => {
                        files += 1;
                        bytes += metadata.len();
                    }
                    _ => {}
                }
            }
        }
        job.add_output("files", &json::number(files), false)?;
        job.add_output("bytes", &json::number(bytes), false)
    }

    fn touch(&self, job: &Job, request: &Request, path: &str, content: &str) -> Outcome {
        let refuse = |summary: &str| Err(Failure::invalid("scratch.touch.path", summary));
        let hidden = path.split('/').any(|step| step.starts_with('.'));
        if !state::is_inside(path) || path.len() > 512 || hidden || path.chars().any(char::is_control) {
            return refuse("the path must be relative, without hidden names, and stay inside the workspace");
        }
        let state = self.state_of_action(request)?;
        if state.files.get(path).map_or(false, |entry| !entry.touched) {
            return refuse("the file belongs to the template");
        }
        let content = content.as_bytes().to_vec();
        let facts = Facts { size: content.len() as u64, mode: 0o600, checksum: Checksum::of(&content) };
        let wanted = Wanted { facts, content: Content::Bytes(content), sensitive: false };
        let wanted = BTreeMap::from([(path.to_string(), wanted)]);
        let mut tree = self.settle(job, state, true)?;
        let result = self.write_touched(job, &mut tree, path, &wanted);
        let result = result.and_then(|()| job.add_output("path", &json::text(tree.absolute(path)), false));
        tree.conclude(job, result)
    }

    fn write_touched(&self, job: &Job, tree: &mut Tree, path: &str, wanted: &BTreeMap<String, Wanted>) -> Outcome {
        if tree.directory.is_none() {
            return Err(Failure::failed("scratch.directory.gone", "the workspace's directory is gone"));
        }
        let step = tree.compare_file(path, &wanted[path])?;
        self.perform(job, tree, step.into_iter().collect(), None, wanted, true)?;
        job.checkpoint(&tree.state.encode())
    }

    /// The state an action works on, which must be that of the resource it is called for.
    fn state_of_action(&self, request: &Request) -> Outcome<State> {
        let state = State::of(request, &self.root)?.filter(|state| state.directory.is_some());
        let refuse = || Failure::invalid("scratch.action.resource", "no such directory in this workspace");
        let state = state.ok_or_else(refuse)?;
        match request.resource {
            Some(address) if address != format!("scratch_directory.{}", state.workspace) => Err(refuse()),
            _ => Ok(state),
        }
    }
}

// ---- steps ---------------------------------------------------------------------------------------

/// What is to be done with a file.
struct Step {
    path: String,
    change: u32,
}

/// A workspace as it was found: its state with nothing left open, and its directory.
struct Tree {
    state: State,
    directory: Option<Dir>,
    directory_mode: u32,
    /// What the operation did, or would do; what is not mentioned stays.
    changes: BTreeMap<String, u32>,
    directory_change: u32,
    /// Recorded, but gone: paths, or "" for the directory.
    gone: Vec<String>,
}

impl Scratch {
    /// The recorded state, or the one to start from without any. Without a state the label file of
    /// this very operation counts: it ran before, and its outcome did not reach the host.
    fn starting_point(&self, request: &Request, inputs: &Inputs, recorded: Option<State>) -> Outcome<State> {
        let mut state = recorded.unwrap_or_else(|| State::new(&inputs.workspace_id, &self.root));
        if state.workspace != inputs.workspace_id {
            return Err(Failure::invalid("scratch.state.invalid", "the state belongs to another workspace"));
        }
        if state.directory.is_none() && !request.operation_id.is_empty() {
            if let Some(root) = optional(Dir::open(Path::new(&self.root))).map_err(unreachable_root)? {
                let label = Label::read(&root, &state.workspace).map_err(unreachable_root)?;
                if label.map_or(false, |label| label.operation == request.operation_id) {
                    state.claim = request.operation_id.to_string();
                    state.directory = Some(Status::Removing); // Silent if it is not there after all.
                }
            }
        }
        Ok(state)
    }

    /// Looks at what the state names and closes what it left open: what was being made and is there
    /// is adopted, what is not is forgotten. With `clean`, leftovers of an interrupted step are removed.
    fn settle(&self, job: &Job, mut state: State, clean: bool) -> Outcome<Tree> {
        let mut tree = Tree {
            directory: None,
            directory_mode: DIRECTORY_MODE,
            changes: BTreeMap::new(),
            directory_change: sys::CHANGE_NONE,
            gone: vec![],
            state: State::new(&state.workspace, &state.root),
        };
        let root = match optional(Dir::open(Path::new(&self.root))).map_err(unreachable_root)? {
            Some(root) if state.directory.is_some() => root,
            root => {
                if root.is_none() && state.directory == Some(Status::Present) {
                    tree.gone.push(String::new());
                }
                return Ok(tree);
            }
        };
        let trouble = |error: io::Error| {
            Failure::failed("scratch.directory.unreadable", format!("cannot look at the workspace: {}", error))
        };
        let label = Label::read(&root, &state.workspace).map_err(trouble)?;
        let claimed = label.map_or(false, |label| label.operation == state.claim);
        let mut directory = optional(root.child(&state.workspace)).map_err(trouble)?;
        if state.directory == Some(Status::Creating) {
            // Only an empty directory under our own label can be the one that was being made.
            let empty = directory.as_ref().map_or(Ok(false), Dir::is_empty).map_err(trouble)?;
            directory = directory.filter(|_| empty && claimed);
        }
        if clean && state.directory == Some(Status::Creating) {
            Label::discard_draft(&root, &state.workspace, &state.claim).map_err(trouble)?;
        }
        let directory = match directory {
            Some(directory) => directory,
            None => {
                if clean && claimed {
                    Label::remove(&root, &state.workspace).map_err(trouble)?;
                }
                if matches!(state.directory, Some(Status::Present | Status::Updating)) {
                    tree.gone.push(String::new());
                }
                return Ok(tree);
            }
        };
        tree.directory_mode = directory.metadata().map_err(trouble)?.mode() & 0o777;
        tree.state.claim = state.claim.clone();
        tree.state.directory = Some(Status::Present);
        for (path, mut entry) in std::mem::take(&mut state.files) {
            if clean && entry.status != Status::Present {
                discard_draft(&directory, &path).map_err(trouble)?;
            }
            // A cancelled job does not read on; what has no open intent is taken from the record.
            let quick = entry.status == Status::Present && job.is_cancelled();
            let facts = facts_at(&directory, &path, Some(&entry.facts).filter(|_| quick)).map_err(trouble)?;
            match facts {
                Some(facts) if entry.status != Status::Creating || facts == entry.facts => {
                    entry.facts = facts;
                    entry.status = Status::Present;
                    tree.state.files.insert(path, entry);
                }
                _ => {
                    if clean {
                        prune(&directory, &path);
                    }
                    if matches!(entry.status, Status::Present | Status::Updating) {
                        tree.gone.push(path);
                    }
                }
            }
        }
        tree.directory = Some(directory);
        Ok(tree)
    }

    /// Makes the tree what is wanted. The tree tells the truth at every return.
    fn converge(
        &self,
        job: &Job,
        request: &Request,
        template: &Template,
        wanted: &BTreeMap<String, Wanted>,
        tree: &mut Tree,
    ) -> Outcome {
        let steps = tree.compare(wanted)?;
        job.stop_if_cancelled()?;
        if tree.directory.is_none() {
            self.make_directory(job, request, tree)?;
        } else if let Some(directory) = tree.directory.as_ref().filter(|_| tree.directory_mode != DIRECTORY_MODE) {
            // Always to the same mode, so the state needs no word about it.
            directory.set_mode(DIRECTORY_MODE).map_err(|error| {
                Failure::failed("scratch.directory.mode", format!("cannot set the directory's mode: {}", error))
            })?;
            tree.directory_mode = DIRECTORY_MODE;
            tree.directory_change = sys::CHANGE_UPDATE;
        }
        self.perform(job, tree, steps, Some(template), wanted, false)?;
        job.checkpoint(&tree.state.encode())
    }

    /// Claims the workspace's name and makes its directory.
    fn make_directory(&self, job: &Job, request: &Request, tree: &mut Tree) -> Outcome {
        self.refuse_if_taken(&tree.state)?;
        tree.state.claim = request.operation_id.to_string();
        tree.state.directory = Some(Status::Creating);
        let intent = job.checkpoint(&tree.state.encode());
        let workspace = tree.state.workspace.clone();
        let make = || -> io::Result<Dir> {
            std::fs::create_dir_all(&self.root)?;
            let root = Dir::open(Path::new(&self.root))?;
            Label::write(&root, &workspace, request)?;
            let made = root.make(&workspace).and_then(|()| {
                let opened = root.child(&workspace).and_then(|child| child.set_mode(DIRECTORY_MODE).map(|()| child));
                if opened.is_err() {
                    root.remove_dir(&workspace)?;
                }
                opened
            });
            if made.is_err() {
                Label::remove(&root, &workspace)?;
            }
            made
        };
        let made = intent.and_then(|()| {
            job.stop_if_cancelled()?;
            make().map_err(|error| {
                let summary = format!("cannot make \"{}/{}\": {}", self.root, workspace, error);
                Failure::failed("scratch.directory.failed", summary).map(|d| d.resource(tree.directory_address()))
            })
        });
        match made {
            Ok(directory) => {
                job.log(sys::INFO, "making directory", "directory made", &[("workspace", &workspace)]);
                tree.directory = Some(directory);
                tree.directory_change = sys::CHANGE_CREATE;
                tree.state.directory = Some(Status::Present);
                job.checkpoint(&tree.state.encode())
            }
            Err(failure) => {
                tree.state = State::new(&workspace, &self.root);
                tree.store_after(job, failure)
            }
        }
    }

    /// Refuses a name under which something else exists already.
    fn refuse_if_taken(&self, state: &State) -> Outcome {
        let root = match optional(Dir::open(Path::new(&self.root))).map_err(unreachable_root)? {
            Some(root) => root,
            None => return Ok(()),
        };
        let label = Label::read(&root, &state.workspace).map_err(unreachable_root)?;
        let stale = label.as_ref().map_or(false, |label| !state.claim.is_empty() && label.operation == state.claim);
        let thing = optional(root.inspect(&state.workspace)).map_err(unreachable_root)?;
        if thing.is_none() && (label.is_none() || stale) {
            return Ok(());
        }
        let summary = format!("\"{}/{}\" is taken and not in this workspace's state", self.root, state.workspace);
        let detail = "Look at it and at its file in .labels; move both away if nobody needs them.";
        Err(Failure::failed("scratch.directory.taken", summary).map(|diagnostic| diagnostic.detail(detail)))
    }

    /// Carries out the steps, a batch between two checkpoints. `touched` marks what it writes.
    fn perform(
        &self,
        job: &Job,
        tree: &mut Tree,
        steps: Vec<Step>,
        template: Option<&Template>,
        wanted: &BTreeMap<String, Wanted>,
        touched: bool,
    ) -> Outcome {
        let (total, mut done) = (steps.len() as u64, 0);
        for batch in steps.chunks(self.batch) {
            let before = batch.iter().map(|step| tree.state.files.get(&step.path).cloned());
            let before: Vec<Option<Entry>> = before.collect();
            for step in batch {
                tree.intend(step, wanted.get(&step.path), touched);
            }
            let mut result = job.checkpoint(&tree.state.encode());
            for (step, before) in batch.iter().zip(before) {
                if result.is_ok() {
                    result = job.stop_if_cancelled().and_then(|()| tree.carry_out(job, step, template, wanted));
                }
                tree.settle_step(step, before, result.is_ok());
                if result.is_ok() {
                    done += 1;
                    job.progress(Some(&tree.directory_address()), "writing files", done, total);
                }
            }
            if let Err(failure) = result {
                return tree.store_after(job, failure);
            }
        }
        if total > 0 {
            job.log(sys::INFO, "writing files", "files written", &[("count", &total.to_string())]);
        }
        Ok(())
    }

    /// Removes everything that the state knows of.
    fn dismantle(&self, job: &Job, tree: &mut Tree) -> Outcome {
        if tree.directory.is_none() {
            return job.checkpoint(&tree.state.encode());
        }
        job.stop_if_cancelled()?;
        for entry in tree.state.files.values_mut() {
            entry.status = Status::Removing;
        }
        tree.state.directory = Some(Status::Removing);
        let intent = job.checkpoint(&tree.state.encode());
        let result = intent.and_then(|()| self.remove_all(job, tree));
        match result {
            Ok(()) => {
                tree.state = State::new(&tree.state.workspace, &self.root);
                tree.directory = None;
                job.log(sys::INFO, "removing directory", "directory removed", &[("workspace", &tree.state.workspace)]);
                job.checkpoint(&tree.state.encode())
            }
            Err(failure) => {
                for entry in tree.state.files.values_mut() {
                    entry.status = Status::Present;
                }
                tree.state.directory = Some(Status::Present);
                tree.store_after(job, failure)
            }
        }
    }

    fn remove_all(&self, job: &Job, tree: &mut Tree) -> Outcome {
        let paths: Vec<String> = tree.state.files.keys().cloned().collect();
        for (index, path) in paths.iter().enumerate() {
            job.stop_if_cancelled()?;
            tree.remove_file(path)?;
            tree.state.files.remove(path);
            job.progress(Some(&tree.directory_address()), "removing files", index as u64 + 1, paths.len() as u64);
            if (index + 1) % self.batch == 0 {
                job.checkpoint(&tree.state.encode())?;
            }
        }
        job.stop_if_cancelled()?;
        // What a user put there goes with the workspace; links are removed, not followed.
        let removed = Dir::open(Path::new(&self.root)).and_then(|root| {
            root.remove_tree(&tree.state.workspace)?;
            Label::remove(&root, &tree.state.workspace)
        });
        removed.map_err(|error| {
            let summary = format!("cannot remove \"{}\": {}", tree.absolute(""), error);
            Failure::failed("scratch.directory.failed", summary).map(|d| d.resource(tree.directory_address()))
        })
    }
}

impl Tree {
    fn absolute(&self, path: &str) -> String {
        let separator = if path.is_empty() { "" } else { "/" };
        format!("{}/{}{}{}", self.state.root, self.state.workspace, separator, path)
    }

    fn directory_address(&self) -> String {
        format!("scratch_directory.{}", self.state.workspace)
    }

    /// The steps from what is there to what is wanted: removals first, so that a file can make room
    /// for a directory of its name. Adopts what is there already.
    fn compare(&mut self, wanted: &BTreeMap<String, Wanted>) -> Outcome<Vec<Step>> {
        let stale = self.state.files.iter().filter(|(path, entry)| !entry.touched && !wanted.contains_key(*path));
        let mut steps: Vec<Step> =
            stale.map(|(path, _)| Step { path: path.clone(), change: sys::CHANGE_DELETE }).collect();
        for (path, file) in wanted {
            steps.extend(self.compare_file(path, file)?);
            if let Some(entry) = self.state.files.get_mut(path) {
                entry.touched = false;
                entry.sensitive |= file.sensitive;
            }
        }
        Ok(steps)
    }

    fn compare_file(&mut self, path: &str, file: &Wanted) -> Outcome<Option<Step>> {
        if let Some(entry) = self.state.files.get(path) {
            let same = entry.facts == file.facts;
            return Ok(Some(Step { path: path.into(), change: sys::CHANGE_UPDATE }).filter(|_| !same));
        }
        let found = self.directory.as_ref().map_or(Ok(None), |directory| facts_at(directory, path, None));
        let taken = |why: String| {
            Failure::failed("scratch.file.taken", why).map(|d| d.resource(format!("scratch_file.{}", path)))
        };
        match found {
            Ok(None) => Ok(Some(Step { path: path.into(), change: sys::CHANGE_CREATE })),
            Ok(Some(facts)) if facts == file.facts => {
                // Written before by an operation whose last checkpoint was lost.
                let entry = Entry { status: Status::Present, facts, sensitive: file.sensitive, touched: false };
                self.state.files.insert(path.into(), entry);
                Ok(None)
            }
            Ok(Some(_)) => Err(taken(format!("\"{}\" exists and is not Berth's", self.absolute(path)))),
            Err(error) => Err(taken(format!("cannot look at \"{}\": {}", self.absolute(path), error))),
        }
    }

    /// Changes the state to what it would be after these steps, for a plan.
    fn foresee(&mut self, steps: Vec<Step>, wanted: &BTreeMap<String, Wanted>) {
        self.directory_change = match self.state.directory {
            None => sys::CHANGE_CREATE,
            Some(_) if self.directory_mode != DIRECTORY_MODE => sys::CHANGE_UPDATE,
            Some(_) => sys::CHANGE_NONE,
        };
        self.state.directory = Some(Status::Present);
        self.directory_mode = DIRECTORY_MODE;
        for step in steps {
            if step.change != sys::CHANGE_DELETE {
                self.intend(&step, wanted.get(&step.path), false);
            }
            self.changes.insert(step.path, step.change);
        }
    }

    /// Writes a step into the state as an intent.
    fn intend(&mut self, step: &Step, wanted: Option<&Wanted>, touched: bool) {
        match wanted {
            Some(file) => {
                let status = if step.change == sys::CHANGE_CREATE { Status::Creating } else { Status::Updating };
                let entry = Entry { status, facts: file.facts.clone(), sensitive: file.sensitive, touched };
                self.state.files.insert(step.path.clone(), entry);
            }
            None => {
                if let Some(entry) = self.state.files.get_mut(&step.path) {
                    entry.status = Status::Removing;
                }
            }
        }
    }

    /// Replaces an intent by what became of it.
    fn settle_step(&mut self, step: &Step, before: Option<Entry>, done: bool) {
        if done {
            self.changes.insert(step.path.clone(), step.change);
        }
        let after = if done { self.state.files.get(&step.path).cloned() } else { before };
        match after {
            Some(entry) if !(done && step.change == sys::CHANGE_DELETE) => {
                self.state.files.insert(step.path.clone(), Entry { status: Status::Present, ..entry });
            }
            _ => {
                self.state.files.remove(&step.path);
            }
        }
    }

    fn carry_out(
        &self,
        job: &Job,
        step: &Step,
        template: Option<&Template>,
        wanted: &BTreeMap<String, Wanted>,
    ) -> Outcome {
        match wanted.get(&step.path) {
            None => self.remove_file(&step.path),
            Some(file) => self.write_file(job, step, template, file).map_err(|stop| {
                if let Some(directory) = &self.directory {
                    prune(directory, &step.path);
                }
                stop.during("scratch.file.failed", &format!("cannot write \"{}\"", self.absolute(&step.path)))
                    .map(|diagnostic| diagnostic.resource(format!("scratch_file.{}", step.path)))
            }),
        }
    }

    /// Writes a file beside its place and moves it there whole. A new one never replaces anything.
    fn write_file(&self, job: &Job, step: &Step, template: Option<&Template>, file: &Wanted) -> Result<(), Stop> {
        let directory = self.directory.as_ref().ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
        let ((parent, name), draft) = (split(&step.path), draft_name(&step.path));
        let parent = directory.descend_making(parent)?;
        parent.remove(&draft)?;
        let mut out = parent.create(&draft)?;
        let written = (|| {
            match (&file.content, template) {
                (Content::Bytes(bytes), _) => out.write_all(bytes)?,
                (Content::Source, Some(template)) => {
                    let facts = Facts::read(template.source(&step.path)?, |piece| {
                        job.stop_if_cancelled()?;
                        out.write_all(piece).map_err(Stop::from)
                    })?;
                    if facts != file.facts {
                        let summary = format!("\"files/{}\" changed while it was copied", step.path);
                        return Err(Failure::failed("scratch.template.changed", summary).into());
                    }
                }
                (Content::Source, None) => return Err(io::Error::from(io::ErrorKind::NotFound).into()),
            }
            tree::set_mode(&out, file.facts.mode)?;
            if step.change == sys::CHANGE_CREATE {
                parent.link(&draft, name)?;
                parent.remove(&draft)?;
            } else {
                parent.rename(&draft, name)?;
            }
            Ok(())
        })();
        if written.is_err() {
            parent.remove(&draft)?;
        }
        written
    }

    /// Removes a file and the directories that its removal leaves empty. What is not a file is left.
    fn remove_file(&self, path: &str) -> Outcome {
        let directory = match &self.directory {
            Some(directory) => directory,
            None => return Ok(()),
        };
        let (parent, name) = split(path);
        let removed = optional(directory.descend(parent)).and_then(|parent| match parent {
            Some(parent) => match optional(parent.inspect(name))? {
                Some(metadata) if metadata.is_file() => parent.remove(name),
                _ => Ok(()),
            },
            None => Ok(()),
        });
        removed.map_err(|error| {
            let summary = format!("cannot remove \"{}\": {}", self.absolute(path), error);
            Failure::failed("scratch.file.failed", summary).map(|d| d.resource(format!("scratch_file.{}", path)))
        })?;
        prune(directory, path);
        Ok(())
    }

    /// Stores the truth after a failure. If the host takes no more checkpoints, the one before holds
    /// the intent, and that is enough to find everything again.
    fn store_after(&self, job: &Job, failure: Failure) -> Outcome {
        let refused = failure.diagnostic.as_ref().map_or(false, |diagnostic| diagnostic.is("berth.sink.refused"));
        match if refused { Ok(()) } else { job.checkpoint(&self.state.encode()) } {
            Ok(()) => Err(failure),
            Err(second) => {
                if let Some(first) = &failure.diagnostic {
                    job.diagnose(first);
                }
                Err(second)
            }
        }
    }

    fn warn_of_gone(&self, job: &Job) {
        for path in &self.gone {
            let summary = format!("\"{}\" is gone", self.absolute(path));
            let diagnostic = Diagnostic::warning("scratch.resource.gone", summary);
            job.diagnose(&diagnostic.resource(match path.as_str() {
                "" => self.directory_address(),
                path => format!("scratch_file.{}", path),
            }));
        }
    }

    /// Reports what exists, whatever became of the operation.
    fn conclude(&self, job: &Job, result: Outcome) -> Outcome {
        let reported = self.report(job, None);
        result.and(reported)
    }

    fn report(&self, job: &Job, change: Option<u32>) -> Outcome {
        if self.state.directory.is_none() {
            return Ok(());
        }
        let mut directory = Resource::new("scratch_directory", &self.state.workspace);
        directory.change = change.unwrap_or(self.directory_change);
        directory.remote_id = Some(self.absolute("")).filter(|_| self.directory.is_some());
        directory.attributes = json::object(vec![
            ("path", json::text(self.absolute(""))),
            ("mode", json::text(format!("{:04o}", self.directory_mode))),
        ]);
        job.add_resource(&directory)?;
        for (path, entry) in &self.state.files {
            // Contents of the directory, not a thing of its own: nothing can be orphaned that lies in it.
            let mut file = Resource::new("scratch_file", path);
            file.kind = sys::KIND_DATA;
            file.change = change.or_else(|| self.changes.get(path).copied()).unwrap_or(sys::CHANGE_NONE);
            file.remote_id = Some(self.absolute(path)).filter(|_| entry.status != Status::Creating);
            file.attributes = json::object(vec![
                ("path", json::text(path)),
                ("size", json::number(entry.facts.size)),
                ("mode", json::text(format!("{:04o}", entry.facts.mode))),
                ("fnv1a64", json::text(&entry.facts.checksum)),
            ]);
            if entry.sensitive {
                file.sensitive = vec!["/size".into(), "/fnv1a64".into()];
            }
            job.add_resource(&file)?;
            job.add_edge(sys::EDGE_DEPENDS_ON, &file.address, &directory.address)?;
        }
        Ok(())
    }
}

// ---- labels --------------------------------------------------------------------------------------

/// The label file of a workspace, `<root>/.labels/<workspace>.json`: written before the directory and
/// removed after it, so that inventory finds what no state knows of.
struct Label {
    operation: String,
    labels: Value,
}

impl Label {
    fn read(root: &Dir, workspace: &str) -> io::Result<Option<Label>> {
        let directory = match optional(root.child(LABELS))? {
            Some(directory) => directory,
            None => return Ok(None),
        };
        let file = match optional(directory.read(&format!("{}.json", workspace)))? {
            Some(file) => file,
            None => return Ok(None),
        };
        let mut text = String::new();
        io::Read::read_to_string(&mut io::Read::take(file, 1 << 20), &mut text)?;
        let value = json::parse(&text).unwrap_or(Value::Null);
        Ok(Some(Label {
            operation: value.get("operation").and_then(Value::as_str).unwrap_or("").to_string(),
            labels: value.get("labels").filter(|v| v.as_object().is_some()).cloned().unwrap_or(json::object(vec![])),
        }))
    }

    /// Takes the name, whole or not at all; fails if somebody has it.
    fn write(root: &Dir, workspace: &str, request: &Request) -> io::Result<()> {
        let directory = root.descend_making(LABELS)?;
        let labels = request.labels.iter().map(|(key, value)| (*key, json::text(value))).collect();
        let value = json::object(vec![
            ("operation", json::text(request.operation_id)),
            ("labels", json::object(labels)),
        ]);
        let draft = Label::draft_name(workspace, request.operation_id);
        directory.remove(&draft)?;
        directory.create(&draft)?.write_all(value.to_text().as_bytes())?;
        let claimed = directory.link(&draft, &format!("{}.json", workspace));
        directory.remove(&draft)?;
        claimed
    }

    fn remove(root: &Dir, workspace: &str) -> io::Result<()> {
        match optional(root.child(LABELS))? {
            Some(directory) => directory.remove(&format!("{}.json", workspace)),
            None => Ok(()),
        }
    }

    fn discard_draft(root: &Dir, workspace: &str, operation: &str) -> io::Result<()> {
        match optional(root.child(LABELS))? {
            Some(directory) => directory.remove(&Label::draft_name(workspace, operation)),
            None => Ok(()),
        }
    }

    fn draft_name(workspace: &str, operation: &str) -> String {
        format!("{}.{}.tmp", workspace, Checksum::of(operation.as_bytes()))
    }
}

// ---- small things --------------------------------------------------------------------------------

fn unreachable_root(error: io::Error) -> Failure {
    Failure::unavailable("scratch.root.unreachable", format!("cannot look below the root: {}", error))
}

fn checked_inputs(request: &Request) -> Outcome<Inputs> {
    let inputs = request.inputs()?;
    if !state::is_workspace_id(&inputs.workspace_id) {
        let summary = "workspace.id must be 1 to 64 of A-Z a-z 0-9 . _ - and not \".\", \"..\" or \".labels\"";
        return Err(Failure::invalid("scratch.workspace.invalid", summary));
    }
    Ok(inputs)
}

/// Stands for what is wanted, so that apply can tell whether it is still what was planned.
fn digest(wanted: &BTreeMap<String, Wanted>) -> String {
    let mut checksum = Checksum::new();
    for (path, file) in wanted {
        let line = format!("{}\0{}\0{}\0{}\n", path, file.facts.size, file.facts.mode, file.facts.checksum);
        checksum.add(line.as_bytes());
    }
    checksum.hex()
}

/// The regular file at a path; `trusted` spares reading it if its size is still the recorded one.
fn facts_at(directory: &Dir, path: &str, trusted: Option<&Facts>) -> io::Result<Option<Facts>> {
    let (parent, name) = split(path);
    let parent = match optional(directory.descend(parent))? {
        Some(parent) => parent,
        None => return Ok(None),
    };
    match optional(parent.inspect(name))? {
        Some(metadata) if metadata.is_file() => {
            if let Some(facts) = trusted {
                let (size, mode) = (metadata.len(), metadata.mode() & 0o777);
                return Ok(Some(Facts { size, mode, checksum: facts.checksum.clone() }));
            }
            match optional(parent.read(name))? {
                Some(file) => Facts::read(file, |_| Ok::<(), io::Error>(())).map(Some),
                None => Ok(None),
            }
        }
        _ => Ok(None),
    }
}

fn draft_name(path: &str) -> String {
    format!(".berth-{}.tmp", Checksum::of(path.as_bytes()))
}

fn discard_draft(directory: &Dir, path: &str) -> io::Result<()> {
    match optional(directory.descend(split(path).0))? {
        Some(parent) => parent.remove(&draft_name(path)),
        None => Ok(()),
    }
}

/// Removes the directories above a path, as far as they are empty.
fn prune(directory: &Dir, path: &str) {
    let mut path = split(path).0;
    while !path.is_empty() {
        let (parent, name) = split(path);
        // One that is not empty, or gone, or a link, is not ours to remove: that ends it.
        if directory.descend(parent).and_then(|parent| parent.remove_dir(name)).is_err() {
            return;
        }
        path = parent;
    }
}
