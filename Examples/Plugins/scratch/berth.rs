//! Everything a Berth plugin in Rust needs: the bindings of `berth_plugin.h` 1.0 (`sys`) and, on
//! top, a thin safe layer. `rustc` 1.63 and the standard library are enough.
//!
//! A plugin implements [`Plugin`] and ends with `export_plugin!(MyPlugin);`. Operations take a
//! [`Job`] to report through and a [`Request`] that says what is asked, and return [`Outcome`]: an
//! `Err` carries the status and, where somebody has to be told something, a [`Diagnostic`].
//! A panic becomes `BERTH_INTERNAL` with a diagnostic; it never reaches the host.
//!
//! `json.rs` must be a module of the same crate.

#![allow(dead_code, unused_macros)] // A library in source form: no plugin uses all of it.

use crate::json::{self, Value};
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::marker::PhantomData;
use std::os::raw::{c_int, c_ulong};
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;
use std::time::{Duration, Instant};

/// `berth_plugin.h`, version 1.0, one to one. The header says what everything means.
#[allow(non_camel_case_types)]
pub mod sys {
    use std::os::raw::c_void;

    pub const ABI_MINOR: u32 = 0;

    pub type berth_status = u32;
    pub const OK: berth_status = 0;
    pub const CANCELLED: berth_status = 1;
    pub const FAILED: berth_status = 2;
    pub const INVALID_ARGUMENT: berth_status = 3;
    pub const INVALID_STATE: berth_status = 4;
    pub const UNSUPPORTED: berth_status = 5;
    pub const NOT_FOUND: berth_status = 6;
    pub const CONFLICT: berth_status = 7;
    pub const UNAVAILABLE: berth_status = 8;
    pub const INTERNAL: berth_status = 9;

    pub const TRACE: u32 = 1;
    pub const DEBUG: u32 = 2;
    pub const INFO: u32 = 3;
    pub const NOTICE: u32 = 4;
    pub const WARNING: u32 = 5;
    pub const ERROR: u32 = 6;

    pub const STREAM_PLUGIN: u32 = 1;
    pub const STREAM_CHILD_STDOUT: u32 = 2;
    pub const STREAM_CHILD_STDERR: u32 = 3;

    pub const KIND_MANAGED: u32 = 0;
    pub const KIND_DATA: u32 = 1;
    pub const KIND_AGENT: u32 = 2;
    pub const KIND_APP: u32 = 3;
    pub const KIND_SCRIPT: u32 = 4;
    pub const KIND_ENV: u32 = 5;
    pub const KIND_METADATA: u32 = 6;
    pub const KIND_EXTERNAL: u32 = 7;

    pub const CHANGE_NONE: u32 = 1;
    pub const CHANGE_CREATE: u32 = 2;
    pub const CHANGE_UPDATE: u32 = 3;
    pub const CHANGE_REPLACE: u32 = 4;
    pub const CHANGE_DELETE: u32 = 5;
    pub const CHANGE_READ: u32 = 6;

    pub const EDGE_DEPENDS_ON: u32 = 1;
    pub const EDGE_RUNS_ON: u32 = 2;
    pub const EDGE_PART_OF: u32 = 3;
    pub const EDGE_DESCRIBES: u32 = 4;

    pub const OUTPUT_SENSITIVE: u32 = 1;
    pub const REQUEST_PLAN_DESTROY: u32 = 1;

    pub const OPERATION_NONE: u32 = 0;
    pub const OPERATION_PARSE: u32 = 1;
    pub const OPERATION_PLAN: u32 = 2;
    pub const OPERATION_APPLY: u32 = 3;
    pub const OPERATION_DESTROY: u32 = 4;
    pub const OPERATION_READ: u32 = 5;
    pub const OPERATION_RECOVER: u32 = 6;
    pub const OPERATION_ACTION: u32 = 7;
    pub const OPERATION_INVENTORY: u32 = 8;

    pub const CAP_PARSE: u32 = 1 << 0;
    pub const CAP_PLAN: u32 = 1 << 1;
    pub const CAP_APPLY: u32 = 1 << 2;
    pub const CAP_DESTROY: u32 = 1 << 3;
    pub const CAP_READ: u32 = 1 << 4;
    pub const CAP_RECOVER: u32 = 1 << 5;

    pub const T_I64: u32 = 1;
    pub const T_U64: u32 = 2;
    pub const T_F64: u32 = 3;
    pub const T_BOOL: u32 = 4;
    pub const T_STR: u32 = 5;
    pub const T_BYTES: u32 = 6;
    pub const T_JSON: u32 = 7;

    pub const ACTION_MUTATES: u32 = 1 << 0;
    pub const ACTION_IDEMPOTENT: u32 = 1 << 1;
    pub const ACTION_DANGEROUS: u32 = 1 << 2;

    pub const EXT_ACTIONS: &str = "berth.actions/1";
    pub const EXT_INVENTORY: &str = "berth.inventory/1";

    #[repr(C)]
    #[derive(Clone, Copy)]
    pub struct berth_str {
        pub ptr: *const u8,
        pub len: u64,
    }

    impl berth_str {
        pub const ABSENT: berth_str = berth_str { ptr: std::ptr::null(), len: 0 };

        /// The view of a Rust string. It lives as long as the string does.
        pub const fn new(text: &str) -> berth_str {
            berth_str { ptr: text.as_ptr(), len: text.len() as u64 }
        }

        /// The view of a Rust string, or "absent".
        pub const fn optional(text: Option<&str>) -> berth_str {
            match text {
                Some(text) => berth_str::new(text),
                None => berth_str::ABSENT,
            }
        }
    }

    #[repr(C)]
    #[derive(Clone, Copy)]
    pub struct berth_bytes {
        pub ptr: *const u8,
        pub len: u64,
    }

    #[repr(C)]
    #[derive(Clone, Copy)]
    pub struct berth_array {
        pub items: *const c_void,
        pub count: u32,
        pub stride: u32,
    }

    #[repr(C)]
    #[derive(Clone, Copy)]
    pub struct berth_field {
        pub key: berth_str,
        pub value: berth_str,
    }

    #[repr(C)]
    pub struct berth_log_record {
        pub size: u32,
        pub severity: u32,
        pub stream: u32,
        pub reserved0: u32,
        pub stage: berth_str,
        pub message: berth_str,
        pub fields: *const berth_field,
        pub field_count: u32,
        pub reserved1: u32,
    }

    #[repr(C)]
    pub struct berth_diagnostic {
        pub size: u32,
        pub severity: u32,
        pub code: berth_str,
        pub summary: berth_str,
        pub detail: berth_str,
        pub resource: berth_str,
        pub attribute: berth_str,
        pub source_path: berth_str,
        pub line: u32,
        pub column: u32,
    }

    #[repr(C)]
    pub struct berth_progress {
        pub size: u32,
        pub reserved0: u32,
        pub resource: berth_str,
        pub message: berth_str,
        pub done: u64,
        pub total: u64,
    }

    #[repr(C)]
    pub struct berth_resource {
        pub size: u32,
        pub kind: u32,
        pub change: u32,
        pub reserved0: u32,
        pub address: berth_str,
        pub r#type: berth_str,
        pub name: berth_str,
        pub remote_id: berth_str,
        pub attributes_json: berth_str,
        pub sensitive_json: berth_str,
        pub unknown_json: berth_str,
    }

    #[repr(C)]
    pub struct berth_edge {
        pub size: u32,
        pub kind: u32,
        pub from: berth_str,
        pub to: berth_str,
    }

    #[repr(C)]
    pub struct berth_output {
        pub size: u32,
        pub flags: u32,
        pub name: berth_str,
        pub value_json: berth_str,
    }

    #[repr(C)]
    pub struct berth_host {
        pub size: u32,
        pub abi_minor: u32,
        pub host_data: *mut c_void,
        pub name: berth_str,
        pub version: berth_str,
        pub plugin_dir: berth_str,
        pub cache_dir: berth_str,
        pub get_extension: Option<unsafe extern "C" fn(*const berth_host, berth_str) -> *const c_void>,
        pub log: Option<unsafe extern "C" fn(*const berth_host, *const berth_log_record)>,
    }

    #[repr(C)]
    pub struct berth_job {
        pub size: u32,
        pub cancel_fd: i32,
        pub host_data: *mut c_void,
        pub id: berth_str,
        pub work_dir: berth_str,
        pub is_cancelled: Option<unsafe extern "C" fn(*const berth_job) -> u32>,
        pub deadline_ns: Option<unsafe extern "C" fn(*const berth_job) -> u64>,
        pub log: Option<unsafe extern "C" fn(*const berth_job, *const berth_log_record)>,
        pub progress: Option<unsafe extern "C" fn(*const berth_job, *const berth_progress)>,
        pub diagnose: Option<unsafe extern "C" fn(*const berth_job, *const berth_diagnostic)>,
        pub checkpoint: Option<unsafe extern "C" fn(*const berth_job, berth_bytes) -> berth_status>,
        pub add_resource: Option<unsafe extern "C" fn(*const berth_job, *const berth_resource) -> berth_status>,
        pub add_edge: Option<unsafe extern "C" fn(*const berth_job, *const berth_edge) -> berth_status>,
        pub add_output: Option<unsafe extern "C" fn(*const berth_job, *const berth_output) -> berth_status>,
        pub set_plan: Option<unsafe extern "C" fn(*const berth_job, berth_bytes) -> berth_status>,
        pub set_document: Option<unsafe extern "C" fn(*const berth_job, berth_str, berth_str) -> berth_status>,
    }

    #[repr(C)]
    pub struct berth_request {
        pub size: u32,
        pub flags: u32,
        pub operation_id: berth_str,
        pub source_dir: berth_str,
        pub inputs_json: berth_str,
        pub labels: *const berth_field,
        pub label_count: u32,
        pub state_version: u32,
        pub state: berth_bytes,
        pub plan: berth_bytes,
        pub resource: berth_str,
        pub interrupted: u32,
        pub reserved0: u32,
    }

    #[repr(C)]
    pub struct berth_descriptor {
        pub size: u32,
        pub capabilities: u32,
        pub id: berth_str,
        pub name: berth_str,
        pub version: berth_str,
        pub vendor: berth_str,
        pub description: berth_str,
        pub homepage: berth_str,
        pub config_schema_json: berth_str,
        pub state_version: u32,
        pub state_version_min: u32,
        pub max_concurrent_jobs: u32,
        pub reserved0: u32,
    }

    /// Opaque to the host; behind it is a boxed [`Plugin`](super::Plugin).
    #[repr(C)]
    pub struct berth_instance {
        _opaque: [u8; 0],
    }

    pub type berth_operation =
        unsafe extern "C" fn(*mut berth_instance, *const berth_job, *const berth_request) -> berth_status;

    #[repr(C)]
    pub struct berth_plugin {
        pub size: u32,
        pub reserved0: u32,
        pub descriptor: *const berth_descriptor,
        pub create: Option<
            unsafe extern "C" fn(
                *const berth_host,
                *const berth_job,
                berth_str,
                *mut *mut berth_instance,
            ) -> berth_status,
        >,
        pub destroy_instance: Option<unsafe extern "C" fn(*mut berth_instance)>,
        pub parse: Option<berth_operation>,
        pub plan: Option<berth_operation>,
        pub apply: Option<berth_operation>,
        pub destroy: Option<berth_operation>,
        pub read: Option<berth_operation>,
        pub recover: Option<berth_operation>,
        pub interrupt: Option<unsafe extern "C" fn(*mut berth_instance, *const berth_job)>,
        pub get_extension: Option<unsafe extern "C" fn(*const berth_plugin, berth_str) -> *const c_void>,
    }

    #[repr(C)]
    pub struct berth_param {
        pub size: u32,
        pub r#type: u32,
        pub name: berth_str,
        pub doc: berth_str,
        pub constraint_json: berth_str,
        pub default_json: berth_str,
    }

    #[repr(C)]
    pub struct berth_action {
        pub size: u32,
        pub flags: u32,
        pub id: berth_str,
        pub title: berth_str,
        pub doc: berth_str,
        pub applies_to: berth_str,
        pub params: berth_array,
        pub signature: berth_str,
        pub entry: Option<unsafe extern "C" fn()>,
    }

    #[repr(C)]
    pub struct berth_actions {
        pub size: u32,
        pub reserved0: u32,
        pub actions: berth_array,
    }

    #[repr(C)]
    pub struct berth_inventory {
        pub size: u32,
        pub reserved0: u32,
        pub list: Option<berth_operation>,
    }

    #[repr(C)]
    pub struct berth_hello {
        pub size: u32,
        pub minor_min: u32,
        pub minor_max: u32,
        pub reserved0: u32,
        pub refusal: berth_str,
    }

    /// Byte i holds i, so reading one byte at the place of a field yields the field's offset: an
    /// `offsetof` for constants that a compiler without `offset_of!` understands.
    #[repr(C, align(8))]
    struct Ruler([u8; 256]);

    const RULER: Ruler = {
        let mut bytes = [0u8; 256];
        let mut i = 0;
        while i < 256 {
            bytes[i] = i as u8;
            i += 1;
        }
        Ruler(bytes)
    };

    macro_rules! layout {
        ($type:ident, $size:literal, {$($field:ident: $offset:literal),*}) => {
            const _: () = {
                assert!(std::mem::size_of::<$type>() == $size);
                assert!(std::mem::align_of::<$type>() == 8 && $size <= 256);
                let base = &RULER as *const Ruler as *const $type;
                // SAFETY: the ruler is as large and as aligned as the type; only a byte is read.
                $(assert!(unsafe { *(std::ptr::addr_of!((*base).$field) as *const u8) } == $offset);)*
            };
        };
    }

    layout!(berth_str, 16, {ptr: 0, len: 8});
    layout!(berth_bytes, 16, {ptr: 0, len: 8});
    layout!(berth_array, 16, {items: 0, count: 8, stride: 12});
    layout!(berth_field, 32, {key: 0, value: 16});
    layout!(berth_log_record, 64, {
        size: 0, severity: 4, stream: 8, reserved0: 12, stage: 16, message: 32, fields: 48, field_count: 56,
        reserved1: 60
    });
    layout!(berth_diagnostic, 112, {
        size: 0, severity: 4, code: 8, summary: 24, detail: 40, resource: 56, attribute: 72, source_path: 88,
        line: 104, column: 108
    });
    layout!(berth_progress, 56, {size: 0, reserved0: 4, resource: 8, message: 24, done: 40, total: 48});
    layout!(berth_resource, 128, {
        size: 0, kind: 4, change: 8, reserved0: 12, address: 16, r#type: 32, name: 48, remote_id: 64,
        attributes_json: 80, sensitive_json: 96, unknown_json: 112
    });
    layout!(berth_edge, 40, {size: 0, kind: 4, from: 8, to: 24});
    layout!(berth_output, 40, {size: 0, flags: 4, name: 8, value_json: 24});
    layout!(berth_host, 96, {
        size: 0, abi_minor: 4, host_data: 8, name: 16, version: 32, plugin_dir: 48, cache_dir: 64,
        get_extension: 80, log: 88
    });
    layout!(berth_job, 136, {
        size: 0, cancel_fd: 4, host_data: 8, id: 16, work_dir: 32, is_cancelled: 48, deadline_ns: 56, log: 64,
        progress: 72, diagnose: 80, checkpoint: 88, add_resource: 96, add_edge: 104, add_output: 112, set_plan:
        120, set_document: 128
    });
    layout!(berth_request, 128, {
        size: 0, flags: 4, operation_id: 8, source_dir: 24, inputs_json: 40, labels: 56, label_count: 64,
        state_version: 68, state: 72, plan: 88, resource: 104, interrupted: 120, reserved0: 124
    });
    layout!(berth_descriptor, 136, {
        size: 0, capabilities: 4, id: 8, name: 24, version: 40, vendor: 56, description: 72, homepage: 88,
        config_schema_json: 104, state_version: 120, state_version_min: 124, max_concurrent_jobs: 128,
        reserved0: 132
    });
    layout!(berth_plugin, 96, {
        size: 0, reserved0: 4, descriptor: 8, create: 16, destroy_instance: 24, parse: 32, plan: 40, apply: 48,
        destroy: 56, read: 64, recover: 72, interrupt: 80, get_extension: 88
    });
    layout!(berth_param, 72, {size: 0, r#type: 4, name: 8, doc: 24, constraint_json: 40, default_json: 56});
    layout!(berth_action, 112, {
        size: 0, flags: 4, id: 8, title: 24, doc: 40, applies_to: 56, params: 72, signature: 88, entry: 104
    });
    layout!(berth_actions, 24, {size: 0, reserved0: 4, actions: 8});
    layout!(berth_inventory, 16, {size: 0, reserved0: 4, list: 8});
    layout!(berth_hello, 32, {size: 0, minor_min: 4, minor_max: 8, reserved0: 12, refusal: 16});
}

use sys::{berth_bytes, berth_field, berth_job, berth_request, berth_str};

// ---- failures and diagnostics --------------------------------------------------------------------

/// What an operation comes to.
pub type Outcome<T = ()> = Result<T, Failure>;

/// Why an operation did not do what was asked.
pub struct Failure {
    pub status: u32,
    pub diagnostic: Option<Box<Diagnostic>>,
}

impl Failure {
    /// It was tried and did not work.
    pub fn failed(code: &str, summary: impl Into<String>) -> Failure {
        Failure::with(sys::FAILED, Diagnostic::error(code, summary))
    }

    /// The request itself is wrong, and nothing was touched.
    pub fn invalid(code: &str, summary: impl Into<String>) -> Failure {
        Failure::with(sys::INVALID_ARGUMENT, Diagnostic::error(code, summary))
    }

    /// The backend could not be reached, and nothing was touched: the host may try again.
    pub fn unavailable(code: &str, summary: impl Into<String>) -> Failure {
        Failure::with(sys::UNAVAILABLE, Diagnostic::error(code, summary))
    }

    /// Stopped because asked to.
    pub fn cancelled() -> Failure {
        Failure { status: sys::CANCELLED, diagnostic: None }
    }

    /// A status, and the diagnostic that explains it.
    pub fn with(status: u32, diagnostic: Diagnostic) -> Failure {
        Failure { status, diagnostic: Some(Box::new(diagnostic)) }
    }

    /// The same with the diagnostic changed.
    pub fn map(mut self, change: impl FnOnce(Diagnostic) -> Diagnostic) -> Failure {
        self.diagnostic = self.diagnostic.map(|diagnostic| Box::new(change(*diagnostic)));
        self
    }
}

/// A finding, for people and programs.
pub struct Diagnostic {
    severity: u32,
    code: String,
    summary: String,
    detail: Option<String>,
    resource: Option<String>,
    attribute: Option<String>,
    source_path: Option<String>,
    line: u32,
    column: u32,
}

impl Diagnostic {
    /// `code` is stable and dotted, for programs; `summary` is one line, for people.
    pub fn error(code: &str, summary: impl Into<String>) -> Diagnostic {
        Diagnostic {
            severity: sys::ERROR,
            code: code.into(),
            summary: summary.into().replace(|c: char| c.is_control(), "\u{fffd}"),
            detail: None,
            resource: None,
            attribute: None,
            source_path: None,
            line: 0,
            column: 0,
        }
    }

    pub fn warning(code: &str, summary: impl Into<String>) -> Diagnostic {
        Diagnostic { severity: sys::WARNING, ..Diagnostic::error(code, summary) }
    }

    pub fn is(&self, code: &str) -> bool {
        self.code == code
    }

    /// What to do about it.
    pub fn detail(self, detail: impl Into<String>) -> Diagnostic {
        Diagnostic { detail: Some(detail.into()), ..self }
    }

    /// The address of the resource concerned.
    pub fn resource(self, address: impl Into<String>) -> Diagnostic {
        Diagnostic { resource: Some(address.into()), ..self }
    }

    /// An RFC 6901 pointer into the resource's attributes or the configuration.
    pub fn attribute(self, pointer: impl Into<String>) -> Diagnostic {
        Diagnostic { attribute: Some(pointer.into()), ..self }
    }

    /// The file of the template concerned, relative to its directory.
    pub fn source(self, path: impl Into<String>) -> Diagnostic {
        Diagnostic { source_path: Some(path.into()), ..self }
    }

    /// Where in that file, from 1.
    pub fn at(self, line: u32, column: u32) -> Diagnostic {
        Diagnostic { line, column, ..self }
    }
}

// ---- what is reported ----------------------------------------------------------------------------

/// A node of the graph.
pub struct Resource {
    pub kind: u32,
    pub change: u32,
    pub address: String,
    pub type_name: String,
    pub name: String,
    pub remote_id: Option<String>,
    pub attributes: Value,
    /// RFC 6901 pointers into `attributes` whose values are secrets.
    pub sensitive: Vec<String>,
    /// RFC 6901 pointers into `attributes` whose values are known after apply only.
    pub unknown: Vec<String>,
}

impl Resource {
    /// A managed resource that stays as it is.
    pub fn new(type_name: &str, name: &str) -> Resource {
        Resource {
            kind: sys::KIND_MANAGED,
            change: sys::CHANGE_NONE,
            address: format!("{}.{}", type_name, name),
            type_name: type_name.into(),
            name: name.into(),
            remote_id: None,
            attributes: json::object(vec![]),
            sensitive: vec![],
            unknown: vec![],
        }
    }
}

// ---- job -----------------------------------------------------------------------------------------

#[repr(C)]
struct PollDescriptor {
    fd: c_int,
    events: i16,
    revents: i16,
}

extern "C" {
    fn poll(descriptors: *mut PollDescriptor, count: c_ulong, timeout: c_int) -> c_int;
}

/// One running job. It lives on the thread the host made for it and must stay there.
pub struct Job<'a> {
    raw: *const berth_job,
    errors: Cell<bool>,
    lifetime: PhantomData<&'a berth_job>,
}

impl<'a> Job<'a> {
    /// # Safety
    /// `raw` is NULL or a job as the header describes it, alive for `'a`.
    unsafe fn new(raw: *const berth_job) -> Option<Job<'a>> {
        if raw.is_null() || ((*raw).size as usize) < std::mem::size_of::<berth_job>() {
            return None;
        }
        Some(Job { raw, errors: Cell::new(false), lifetime: PhantomData })
    }

    fn raw(&self) -> &berth_job {
        // SAFETY: checked in `new`.
        unsafe { &*self.raw }
    }

    pub fn id(&self) -> &str {
        // SAFETY: the host keeps it for the job's life.
        unsafe { text(self.raw().id) }.ok().flatten().unwrap_or("")
    }

    /// A directory of this job's own, empty at the start and gone after it.
    pub fn work_dir(&self) -> &Path {
        // SAFETY: the host keeps it for the job's life.
        Path::new(unsafe { text(self.raw().work_dir) }.ok().flatten().unwrap_or(""))
    }

    pub fn is_cancelled(&self) -> bool {
        // SAFETY: [any].
        self.raw().is_cancelled.map_or(false, |call| unsafe { call(self.raw) } != 0)
    }

    /// `Err(CANCELLED)` once the job is cancelled; made for `?` between two steps.
    pub fn stop_if_cancelled(&self) -> Outcome {
        if self.is_cancelled() {
            return Err(Failure::cancelled());
        }
        Ok(())
    }

    /// Waits, and gives up at once with `Err(CANCELLED)` when the job is cancelled.
    pub fn sleep(&self, duration: Duration) -> Outcome {
        let end = Instant::now() + duration;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let mut descriptor = PollDescriptor { fd: self.raw().cancel_fd, events: 1, revents: 0 };
            let timeout = ((left.as_micros() + 999) / 1000).min(60_000) as c_int;
            // SAFETY: one descriptor, valid for the call. A negative fd is ignored by poll.
            let ready = unsafe { poll(&mut descriptor, 1, timeout) };
            if ready > 0 || self.is_cancelled() {
                return Err(Failure::cancelled());
            }
            if left == Duration::from_secs(0) {
                return Ok(());
            }
        }
    }

    /// One line for the job's log. `stage` says what is being done: "copying files".
    pub fn log(&self, severity: u32, stage: &str, message: &str, fields: &[(&str, &str)]) {
        let raw_fields: Vec<berth_field> = fields
            .iter()
            .map(|(key, value)| berth_field { key: berth_str::new(key), value: berth_str::new(value) })
            .collect();
        let record = log_record(severity, stage, message, &raw_fields);
        if let Some(call) = self.raw().log {
            // SAFETY: the record and what it points to outlive the call.
            unsafe { call(self.raw, &record) }
        }
    }

    /// How far a long piece of work has come; `total` 0 means unknown.
    pub fn progress(&self, resource: Option<&str>, message: &str, done: u64, total: u64) {
        let progress = sys::berth_progress {
            size: std::mem::size_of::<sys::berth_progress>() as u32,
            reserved0: 0,
            resource: berth_str::optional(resource),
            message: berth_str::new(message),
            done,
            total,
        };
        if let Some(call) = self.raw().progress {
            // SAFETY: the report and what it points to outlive the call.
            unsafe { call(self.raw, &progress) }
        }
    }

    pub fn diagnose(&self, diagnostic: &Diagnostic) {
        if diagnostic.severity == sys::ERROR {
            self.errors.set(true);
        }
        let raw = sys::berth_diagnostic {
            size: std::mem::size_of::<sys::berth_diagnostic>() as u32,
            severity: diagnostic.severity,
            code: berth_str::new(&diagnostic.code),
            summary: berth_str::new(&diagnostic.summary),
            detail: berth_str::optional(diagnostic.detail.as_deref()),
            resource: berth_str::optional(diagnostic.resource.as_deref()),
            attribute: berth_str::optional(diagnostic.attribute.as_deref()),
            source_path: berth_str::optional(diagnostic.source_path.as_deref()),
            line: diagnostic.line,
            column: diagnostic.column,
        };
        if let Some(call) = self.raw().diagnose {
            // SAFETY: the diagnostic and what it points to outlive the call.
            unsafe { call(self.raw, &raw) }
        }
    }

    /// Stores the state, durably. On `Err` nothing new may be started: report and return.
    pub fn checkpoint(&self, state: &[u8]) -> Outcome {
        let bytes = berth_bytes { ptr: state.as_ptr(), len: state.len() as u64 };
        // SAFETY: [job]; the bytes outlive the call.
        accepted("checkpoint", self.raw().checkpoint.map(|call| unsafe { call(self.raw, bytes) }))
    }

    pub fn add_resource(&self, resource: &Resource) -> Outcome {
        let attributes = resource.attributes.to_text();
        let sensitive = json::strings(&resource.sensitive).to_text();
        let unknown = json::strings(&resource.unknown).to_text();
        let raw = sys::berth_resource {
            size: std::mem::size_of::<sys::berth_resource>() as u32,
            kind: resource.kind,
            change: resource.change,
            reserved0: 0,
            address: berth_str::new(&resource.address),
            r#type: berth_str::new(&resource.type_name),
            name: berth_str::new(&resource.name),
            remote_id: berth_str::optional(resource.remote_id.as_deref()),
            attributes_json: berth_str::new(&attributes),
            sensitive_json: berth_str::new(&sensitive),
            unknown_json: berth_str::new(&unknown),
        };
        // SAFETY: [job]; the resource and what it points to outlive the call.
        accepted("add_resource", self.raw().add_resource.map(|call| unsafe { call(self.raw, &raw) }))
    }

    pub fn add_edge(&self, kind: u32, from: &str, to: &str) -> Outcome {
        let raw = sys::berth_edge {
            size: std::mem::size_of::<sys::berth_edge>() as u32,
            kind,
            from: berth_str::new(from),
            to: berth_str::new(to),
        };
        // SAFETY: [job]; the edge and what it points to outlive the call.
        accepted("add_edge", self.raw().add_edge.map(|call| unsafe { call(self.raw, &raw) }))
    }

    pub fn add_output(&self, name: &str, value: &Value, sensitive: bool) -> Outcome {
        let value = value.to_text();
        let raw = sys::berth_output {
            size: std::mem::size_of::<sys::berth_output>() as u32,
            flags: if sensitive { sys::OUTPUT_SENSITIVE } else { 0 },
            name: berth_str::new(name),
            value_json: berth_str::new(&value),
        };
        // SAFETY: [job]; the output and what it points to outlive the call.
        accepted("add_output", self.raw().add_output.map(|call| unsafe { call(self.raw, &raw) }))
    }

    /// In `plan`: keeps bytes for the `apply` of this plan.
    pub fn set_plan(&self, plan: &[u8]) -> Outcome {
        let bytes = berth_bytes { ptr: plan.as_ptr(), len: plan.len() as u64 };
        // SAFETY: [job]; the bytes outlive the call.
        accepted("set_plan", self.raw().set_plan.map(|call| unsafe { call(self.raw, bytes) }))
    }

    /// Publishes a document. A host that does not know its kind goes without.
    pub fn set_document(&self, kind: &str, document: &Value) -> Outcome {
        let document = document.to_text();
        let (kind, document) = (berth_str::new(kind), berth_str::new(&document));
        // SAFETY: [job]; both strings outlive the call.
        match self.raw().set_document.map(|call| unsafe { call(self.raw, kind, document) }) {
            Some(sys::UNSUPPORTED) => Ok(()),
            answer => accepted("set_document", answer),
        }
    }
}

fn log_record(severity: u32, stage: &str, message: &str, fields: &[berth_field]) -> sys::berth_log_record {
    sys::berth_log_record {
        size: std::mem::size_of::<sys::berth_log_record>() as u32,
        severity,
        stream: sys::STREAM_PLUGIN,
        reserved0: 0,
        stage: berth_str::optional(Some(stage).filter(|stage| !stage.is_empty())),
        message: berth_str::new(message),
        fields: if fields.is_empty() { std::ptr::null() } else { fields.as_ptr() },
        field_count: fields.len() as u32,
        reserved1: 0,
    }
}

/// What a sink's answer means to the operation that asked: anything but OK ends it.
fn accepted(sink: &str, answer: Option<u32>) -> Outcome {
    match answer {
        Some(sys::OK) => Ok(()),
        answer => {
            let answer = answer.unwrap_or(sys::UNSUPPORTED);
            let summary = format!("the host refused {} with status {}", sink, answer);
            Err(Failure::failed("berth.sink.refused", summary))
        }
    }
}

/// # Safety
/// `raw` is absent or points to `len` bytes that live for `'a`.
unsafe fn text<'a>(raw: berth_str) -> Outcome<Option<&'a str>> {
    match bytes(berth_bytes { ptr: raw.ptr, len: raw.len }) {
        None => Ok(None),
        Some(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Some(text)),
            Err(_) => Err(Failure::invalid("berth.text.encoding", "the host passed text that is not UTF-8")),
        },
    }
}

/// # Safety
/// As for [`text`].
unsafe fn bytes<'a>(raw: berth_bytes) -> Option<&'a [u8]> {
    if raw.ptr.is_null() {
        return None;
    }
    Some(std::slice::from_raw_parts(raw.ptr, raw.len as usize))
}

// ---- request -------------------------------------------------------------------------------------

/// What is asked of an operation.
pub struct Request<'a> {
    pub operation_id: &'a str,
    /// The template; absent where none is needed.
    pub source_dir: Option<&'a Path>,
    inputs_json: &'a str,
    /// To put on every object that is created; for inventory, those an object must carry.
    pub labels: Vec<(&'a str, &'a str)>,
    /// The last checkpoint of this workspace.
    pub state: Option<&'a [u8]>,
    pub state_version: u32,
    pub plan: Option<&'a [u8]>,
    pub resource: Option<&'a str>,
    pub interrupted: u32,
    /// plan: say what destroy would do.
    pub plans_destroy: bool,
}

impl<'a> Request<'a> {
    /// # Safety
    /// `raw` is NULL or a request as the header describes it, alive for `'a`.
    unsafe fn new(raw: *const berth_request) -> Outcome<Request<'a>> {
        if raw.is_null() || ((*raw).size as usize) < std::mem::size_of::<berth_request>() {
            return Err(Failure::invalid("berth.request.size", "the request is smaller than the one of version 1.0"));
        }
        let raw = &*raw;
        let mut labels = Vec::new();
        if !raw.labels.is_null() {
            for label in std::slice::from_raw_parts(raw.labels, raw.label_count as usize) {
                labels.push((text(label.key)?.unwrap_or(""), text(label.value)?.unwrap_or("")));
            }
        }
        Ok(Request {
            operation_id: text(raw.operation_id)?.unwrap_or(""),
            source_dir: text(raw.source_dir)?.map(Path::new),
            inputs_json: text(raw.inputs_json)?.unwrap_or("{}"),
            labels,
            state: bytes(raw.state).filter(|state| !state.is_empty()),
            state_version: raw.state_version,
            plan: bytes(raw.plan).filter(|plan| !plan.is_empty()),
            resource: text(raw.resource)?,
            interrupted: raw.interrupted,
            plans_destroy: raw.flags & sys::REQUEST_PLAN_DESTROY != 0,
        })
    }

    /// The inputs, read and checked.
    pub fn inputs(&self) -> Outcome<Inputs> {
        let refuse = |summary: String| Failure::invalid("berth.inputs.invalid", summary);
        let document = json::parse(self.inputs_json)
            .map_err(|error| refuse(format!("the inputs are not valid JSON: {}", error.message)))?;
        let member = |object: &str, name: &str| {
            document.get(object).and_then(|object| object.get(name)).and_then(Value::as_str).map(String::from)
        };
        let transition = match document.get("transition") {
            None => "start",
            Some(value) => value.as_str().unwrap_or(""),
        };
        if !["start", "stop", "delete"].contains(&transition) {
            return Err(refuse("the transition must be start, stop or delete".into()));
        }
        let workspace_id =
            member("workspace", "id").ok_or_else(|| refuse("the inputs name no workspace (workspace.id)".into()))?;
        let mut parameters = BTreeMap::new();
        if let Some(given) = document.get("parameters") {
            let given = given.as_object().ok_or_else(|| refuse("the parameters must be an object".into()))?;
            for (name, value) in given {
                let value = value
                    .as_str()
                    .ok_or_else(|| refuse(format!("the value of parameter \"{}\" must be a string", name)))?;
                parameters.insert(name.clone(), value.to_string());
            }
        }
        let mut sensitive = BTreeSet::new();
        if let Some(pointers) = document.get("sensitive") {
            let pointers = pointers.as_array().ok_or_else(|| refuse("\"sensitive\" must be an array".into()))?;
            for pointer in pointers {
                let pointer = pointer.as_str().ok_or_else(|| refuse("\"sensitive\" must hold strings".into()))?;
                sensitive.insert(pointer.to_string());
            }
        }
        Ok(Inputs {
            transition: transition.to_string(),
            workspace_name: member("workspace", "name").unwrap_or_else(|| workspace_id.clone()),
            workspace_id,
            parameters,
            sensitive,
            document,
        })
    }
}

/// What a build is about. Values may be secrets, so this cannot be printed.
pub struct Inputs {
    /// start, stop or delete.
    pub transition: String,
    pub workspace_id: String,
    pub workspace_name: String,
    pub parameters: BTreeMap<String, String>,
    sensitive: BTreeSet<String>,
    /// All of it.
    pub document: Value,
}

impl Inputs {
    /// Whether the value behind a JSON pointer is, or lies within, a secret.
    pub fn is_sensitive(&self, pointer: &str) -> bool {
        self.sensitive.iter().any(|secret| {
            pointer == secret || pointer.strip_prefix(secret.as_str()).map_or(false, |rest| rest.starts_with('/'))
        })
    }
}

// ---- plugin --------------------------------------------------------------------------------------

/// Who a plugin is. Must say what the manifest says.
pub struct Descriptor {
    /// `sys::CAP_…`; the other operations are not offered.
    pub capabilities: u32,
    pub id: &'static str,
    pub name: &'static str,
    pub version: &'static str,
    pub vendor: Option<&'static str>,
    pub description: Option<&'static str>,
    pub homepage: Option<&'static str>,
    pub config_schema: &'static str,
    pub state_version: u32,
    pub state_version_min: u32,
    /// Per instance; 0: no limit.
    pub max_concurrent_jobs: u32,
}

/// The host, as an instance sees it while it is created.
pub struct Host<'a> {
    raw: &'a sys::berth_host,
}

impl<'a> Host<'a> {
    /// Where the manifest lies, with whatever ships beside the library.
    pub fn plugin_dir(&self) -> &Path {
        // SAFETY: the host keeps it for the instance's life.
        Path::new(unsafe { text(self.raw.plugin_dir) }.ok().flatten().unwrap_or(""))
    }

    /// Writable, shared by all workers of the plugin, emptied when none runs.
    pub fn cache_dir(&self) -> &Path {
        // SAFETY: the host keeps it for the instance's life.
        Path::new(unsafe { text(self.raw.cache_dir) }.ok().flatten().unwrap_or(""))
    }
}

/// A plugin: one value of the implementing type is one instance. Jobs of an instance run at the same
/// time, on threads of their own, hence `Sync`.
pub trait Plugin: Sized + Send + Sync + 'static {
    const DESCRIPTOR: Descriptor;

    /// Made with `actions!`.
    const ACTIONS: &'static [sys::berth_action] = &[];

    /// Whether `inventory` is offered.
    const INVENTORY: bool = false;

    fn create(host: &Host, job: &Job, configuration: &Value) -> Outcome<Self>;

    fn parse(&self, _job: &Job, _request: &Request) -> Outcome {
        not_offered()
    }
    fn plan(&self, _job: &Job, _request: &Request) -> Outcome {
        not_offered()
    }
    fn apply(&self, _job: &Job, _request: &Request) -> Outcome {
        not_offered()
    }
    fn destroy(&self, _job: &Job, _request: &Request) -> Outcome {
        not_offered()
    }
    fn read(&self, _job: &Job, _request: &Request) -> Outcome {
        not_offered()
    }
    fn recover(&self, _job: &Job, _request: &Request) -> Outcome {
        not_offered()
    }
    fn inventory(&self, _job: &Job, _request: &Request) -> Outcome {
        not_offered()
    }
}

fn not_offered() -> Outcome {
    Err(Failure::with(sys::UNSUPPORTED, Diagnostic::error("berth.operation.unsupported", "not offered by this plugin")))
}

// ---- the border ----------------------------------------------------------------------------------

/// Lets a struct with pointers to constants be a `static`.
#[repr(transparent)]
pub struct Shared<T>(pub T);

// SAFETY: used for tables that are written by the compiler and never after.
unsafe impl<T> Sync for Shared<T> {}

thread_local! {
    /// Where the last panic of this thread happened.
    static PANIC_LOCATION: Cell<Option<(&'static str, u32)>> = Cell::new(None);
}

/// Keeps panic messages, which may hold secrets, off the process's stderr and remembers the place.
/// The hook belongs to this library's own copy of the standard library.
fn hush_panics() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        panic::set_hook(Box::new(|info| {
            // A location's file is a literal of the program, though its type does not say so.
            let place = info.location().map(|place| {
                let file: &'static str = Box::leak(place.file().to_string().into_boxed_str());
                (file, place.line())
            });
            PANIC_LOCATION.with(|cell| cell.set(place));
        }));
    });
}

/// Runs what an entry is about and turns its outcome into a status, with every diagnostic the
/// contract asks for.
fn conclude(job: &Job, body: impl FnOnce() -> Outcome) -> u32 {
    match panic::catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(())) => sys::OK,
        Ok(Err(failure)) => {
            if let Some(diagnostic) = &failure.diagnostic {
                job.diagnose(diagnostic);
            }
            if !job.errors.get() && failure.status != sys::OK && failure.status != sys::CANCELLED {
                job.diagnose(&Diagnostic::error("berth.failure", format!("ended with status {}", failure.status)));
            }
            failure.status
        }
        Err(payload) => {
            std::mem::forget(payload); // Its destructor could panic in turn.
            let place = PANIC_LOCATION.with(|cell| cell.take());
            let place = place.map_or("an unknown place".into(), |(file, line)| format!("{}:{}", file, line));
            job.diagnose(
                &Diagnostic::error("berth.plugin.panic", format!("the plugin panicked at {}", place))
                    .detail("This is a bug in the plugin. What it had checkpointed stands."),
            );
            sys::INTERNAL
        }
    }
}

/// The body of every operation and action entry.
///
/// # Safety
/// The arguments are what the host passed to an entry of `P`.
pub unsafe fn run<P: Plugin>(
    this: *mut sys::berth_instance,
    job: *const berth_job,
    request: *const berth_request,
    body: impl FnOnce(&P, &Job, &Request) -> Outcome,
) -> u32 {
    let job = match Job::new(job) {
        Some(job) if !this.is_null() => job,
        _ => return sys::INVALID_STATE,
    };
    conclude(&job, || body(&*(this as *const P), &job, &Request::new(request)?))
}

/// The functions behind a `berth_plugin` table, for one plugin type. For `export_plugin!`.
pub mod entry {
    use super::*;

    macro_rules! operations {
        ($($name:ident),*) => {
            $(
                /// # Safety
                /// Called by the host only, as the header says.
                pub unsafe extern "C" fn $name<P: Plugin>(
                    this: *mut sys::berth_instance,
                    job: *const berth_job,
                    request: *const berth_request,
                ) -> u32 {
                    run::<P>(this, job, request, |plugin, job, request| plugin.$name(job, request))
                }
            )*
        };
    }
    operations!(parse, plan, apply, destroy, read, recover, inventory);

    /// # Safety
    /// Called by the host only, as the header says.
    pub unsafe extern "C" fn create<P: Plugin>(
        host: *const sys::berth_host,
        job: *const berth_job,
        configuration: berth_str,
        out: *mut *mut sys::berth_instance,
    ) -> u32 {
        hush_panics();
        let job = match Job::new(job) {
            Some(job) if !out.is_null() => job,
            _ => return sys::INVALID_STATE,
        };
        conclude(&job, || {
            if host.is_null() || ((*host).size as usize) < std::mem::size_of::<sys::berth_host>() {
                return Err(Failure::invalid("berth.host.size", "the host struct is smaller than in version 1.0"));
            }
            let refuse = |error: json::Error| {
                let summary = format!("the configuration is not valid JSON: {}", error.message);
                Failure::invalid("berth.configuration.invalid", summary)
            };
            let configuration = json::parse(text(configuration)?.unwrap_or("{}")).map_err(refuse)?;
            let plugin = P::create(&Host { raw: &*host }, &job, &configuration)?;
            *out = Box::into_raw(Box::new(plugin)) as *mut sys::berth_instance;
            Ok(())
        })
    }

    /// # Safety
    /// Called by the host only, once for an instance.
    pub unsafe extern "C" fn destroy_instance<P: Plugin>(this: *mut sys::berth_instance) {
        if !this.is_null() {
            // A panic in a destructor has nobody left to be told to.
            let _ = panic::catch_unwind(AssertUnwindSafe(|| drop(Box::from_raw(this as *mut P))));
        }
    }

    /// Settles on the highest minor both sides speak, or refuses with a sentence.
    ///
    /// # Safety
    /// The arguments of the exported entry; `plugin` lives for ever.
    pub unsafe fn negotiate(
        hello: *mut sys::berth_hello,
        out: *mut *const sys::berth_plugin,
        plugin: *const sys::berth_plugin,
    ) -> u32 {
        if hello.is_null() || out.is_null() || (*hello).size < 16 {
            return sys::INVALID_ARGUMENT;
        }
        if (*hello).minor_min > (*hello).minor_max || (*hello).minor_min > sys::ABI_MINOR {
            if (*hello).size as usize >= std::mem::size_of::<sys::berth_hello>() {
                (*hello).refusal = berth_str::new("this plugin speaks minor 0 of the plugin ABI and no other");
            }
            return sys::UNSUPPORTED;
        }
        (*hello).minor_max = (*hello).minor_max.min(sys::ABI_MINOR);
        *out = plugin;
        sys::OK
    }

    /// Whether an extension id is this one.
    ///
    /// # Safety
    /// `id` is what the host passed.
    pub unsafe fn is_extension(id: berth_str, expected: &str) -> bool {
        bytes(berth_bytes { ptr: id.ptr, len: id.len }) == Some(expected.as_bytes())
    }

    /// The operation if its capability is claimed.
    pub const fn offered(
        capabilities: u32,
        capability: u32,
        operation: sys::berth_operation,
    ) -> Option<sys::berth_operation> {
        if capabilities & capability != 0 {
            Some(operation)
        } else {
            None
        }
    }
}

/// Exports a [`Plugin`]: defines the one symbol of the library and the tables behind it.
macro_rules! export_plugin {
    ($plugin:ty) => {
        static BERTH_DESCRIPTOR: $crate::berth::Shared<$crate::berth::sys::berth_descriptor> = {
            use $crate::berth::sys::berth_str;
            const D: $crate::berth::Descriptor = <$plugin as $crate::berth::Plugin>::DESCRIPTOR;
            $crate::berth::Shared($crate::berth::sys::berth_descriptor {
                size: std::mem::size_of::<$crate::berth::sys::berth_descriptor>() as u32,
                capabilities: D.capabilities,
                id: berth_str::new(D.id),
                name: berth_str::new(D.name),
                version: berth_str::new(D.version),
                vendor: berth_str::optional(D.vendor),
                description: berth_str::optional(D.description),
                homepage: berth_str::optional(D.homepage),
                config_schema_json: berth_str::new(D.config_schema),
                state_version: D.state_version,
                state_version_min: D.state_version_min,
                max_concurrent_jobs: D.max_concurrent_jobs,
                reserved0: 0,
            })
        };

        static BERTH_ACTIONS: $crate::berth::Shared<$crate::berth::sys::berth_actions> = {
            const ACTIONS: &[$crate::berth::sys::berth_action] = <$plugin as $crate::berth::Plugin>::ACTIONS;
            $crate::berth::Shared($crate::berth::sys::berth_actions {
                size: std::mem::size_of::<$crate::berth::sys::berth_actions>() as u32,
                reserved0: 0,
                actions: $crate::berth::sys::berth_array {
                    items: ACTIONS.as_ptr() as *const std::os::raw::c_void,
                    count: ACTIONS.len() as u32,
                    stride: std::mem::size_of::<$crate::berth::sys::berth_action>() as u32,
                },
            })
        };

        static BERTH_INVENTORY: $crate::berth::Shared<$crate::berth::sys::berth_inventory> =
            $crate::berth::Shared($crate::berth::sys::berth_inventory {
                size: std::mem::size_of::<$crate::berth::sys::berth_inventory>() as u32,
                reserved0: 0,
                list: Some($crate::berth::entry::inventory::<$plugin>),
            });

        static BERTH_PLUGIN: $crate::berth::Shared<$crate::berth::sys::berth_plugin> = {
            use $crate::berth::{entry, sys};
            const CAPABILITIES: u32 = <$plugin as $crate::berth::Plugin>::DESCRIPTOR.capabilities;
            $crate::berth::Shared(sys::berth_plugin {
                size: std::mem::size_of::<sys::berth_plugin>() as u32,
                reserved0: 0,
                descriptor: &BERTH_DESCRIPTOR.0,
                create: Some(entry::create::<$plugin>),
                destroy_instance: Some(entry::destroy_instance::<$plugin>),
                parse: entry::offered(CAPABILITIES, sys::CAP_PARSE, entry::parse::<$plugin>),
                plan: entry::offered(CAPABILITIES, sys::CAP_PLAN, entry::plan::<$plugin>),
                apply: entry::offered(CAPABILITIES, sys::CAP_APPLY, entry::apply::<$plugin>),
                destroy: entry::offered(CAPABILITIES, sys::CAP_DESTROY, entry::destroy::<$plugin>),
                read: entry::offered(CAPABILITIES, sys::CAP_READ, entry::read::<$plugin>),
                recover: entry::offered(CAPABILITIES, sys::CAP_RECOVER, entry::recover::<$plugin>),
                interrupt: None,
                get_extension: Some(berth_get_extension),
            })
        };

        unsafe extern "C" fn berth_get_extension(
            _plugin: *const $crate::berth::sys::berth_plugin,
            id: $crate::berth::sys::berth_str,
        ) -> *const std::os::raw::c_void {
            use $crate::berth::{entry::is_extension, sys, Plugin};
            if is_extension(id, sys::EXT_ACTIONS) && !<$plugin as Plugin>::ACTIONS.is_empty() {
                return &BERTH_ACTIONS.0 as *const _ as *const std::os::raw::c_void;
            }
            if is_extension(id, sys::EXT_INVENTORY) && <$plugin as Plugin>::INVENTORY {
                return &BERTH_INVENTORY.0 as *const _ as *const std::os::raw::c_void;
            }
            std::ptr::null()
        }

        /// The entry point of the library.
        ///
        /// # Safety
        /// Called by the host only, as the header says.
        #[no_mangle]
        pub unsafe extern "C" fn berth_plugin_v1(
            hello: *mut $crate::berth::sys::berth_hello,
            out: *mut *const $crate::berth::sys::berth_plugin,
        ) -> $crate::berth::sys::berth_status {
            $crate::berth::entry::negotiate(hello, out, &BERTH_PLUGIN.0)
        }
    };
}

/// Declares actions. Declaration, signature and the typed entry come from the same line, so they
/// cannot disagree:
///
/// ```text
/// const ACTIONS: &'static [sys::berth_action] = actions! { Scratch:
///     "touch" => Scratch::touch {
///         title: "Touch", doc: "Writes a file.", applies_to: Some("scratch_directory"),
///         flags: sys::ACTION_MUTATES,
///         params: [path: str { doc: "Where.", constraint: Some("{\"minLength\":1}"), default: None }],
///     }
/// };
/// ```
///
/// `Scratch::touch` is `fn(&self, &Job, &Request, &str) -> Outcome`. Types: i64 u64 f64 bool str
/// bytes json.
macro_rules! actions {
    ($plugin:ty: $($id:literal => $run:path {
        title: $title:expr, doc: $doc:expr, applies_to: $applies_to:expr, flags: $flags:expr,
        params: [$($param:ident: $type:ident {
            doc: $param_doc:expr, constraint: $constraint:expr, default: $default:expr $(,)?
        }),* $(,)?] $(,)?
    }),* $(,)?) => {
        &[$({
            use $crate::berth::sys::{berth_action, berth_array, berth_param, berth_str};
            const PARAMS: &[berth_param] = &[$(berth_param {
                size: std::mem::size_of::<berth_param>() as u32,
                r#type: action_type!(@tag $type),
                name: berth_str::new(stringify!($param)),
                doc: berth_str::new($param_doc),
                constraint_json: berth_str::optional($constraint),
                default_json: berth_str::optional($default),
            }),*];
            unsafe extern "C" fn entry(
                this: *mut $crate::berth::sys::berth_instance,
                job: *const $crate::berth::sys::berth_job,
                request: *const $crate::berth::sys::berth_request,
                $($param: action_type!(@c $type)),*
            ) -> u32 {
                $crate::berth::run::<$plugin>(this, job, request, |plugin, job, request| {
                    $(let $param = action_type!(@rust $type, $param)?;)*
                    $run(plugin, job, request $(, $param)*)
                })
            }
            const ENTRY: unsafe extern "C" fn(
                *mut $crate::berth::sys::berth_instance,
                *const $crate::berth::sys::berth_job,
                *const $crate::berth::sys::berth_request
                $(, action_type!(@c $type))*
            ) -> u32 = entry;
            berth_action {
                size: std::mem::size_of::<berth_action>() as u32,
                flags: $flags,
                id: berth_str::new($id),
                title: berth_str::new($title),
                doc: berth_str::new($doc),
                applies_to: berth_str::optional($applies_to),
                params: berth_array {
                    items: if PARAMS.is_empty() { std::ptr::null() } else { PARAMS.as_ptr() as *const _ },
                    count: PARAMS.len() as u32,
                    stride: std::mem::size_of::<berth_param>() as u32,
                },
                signature: berth_str::new(action_signature!($id $($type)*)),
                // SAFETY: from one function pointer to another; the host calls it with the real type.
                entry: Some(unsafe { std::mem::transmute(ENTRY) }),
            }
        }),*]
    };
}

/// What a parameter type is called by the ABI, in C, and in Rust.
macro_rules! action_type {
    (@tag i64) => { $crate::berth::sys::T_I64 };
    (@tag u64) => { $crate::berth::sys::T_U64 };
    (@tag f64) => { $crate::berth::sys::T_F64 };
    (@tag bool) => { $crate::berth::sys::T_BOOL };
    (@tag str) => { $crate::berth::sys::T_STR };
    (@tag bytes) => { $crate::berth::sys::T_BYTES };
    (@tag json) => { $crate::berth::sys::T_JSON };
    (@c i64) => { i64 };
    (@c u64) => { u64 };
    (@c f64) => { f64 };
    (@c bool) => { u64 };
    (@c str) => { *const $crate::berth::sys::berth_str };
    (@c bytes) => { *const $crate::berth::sys::berth_bytes };
    (@c json) => { *const $crate::berth::sys::berth_str };
    (@rust i64, $value:expr) => { $crate::berth::passed($value) };
    (@rust u64, $value:expr) => { $crate::berth::passed($value) };
    (@rust f64, $value:expr) => { $crate::berth::passed($value) };
    (@rust bool, $value:expr) => { $crate::berth::passed($value != 0) };
    (@rust str, $value:expr) => { $crate::berth::passed_text($value) };
    (@rust bytes, $value:expr) => { $crate::berth::passed_bytes($value) };
    (@rust json, $value:expr) => { $crate::berth::passed_json($value) };
}

/// "touch(str,str)".
macro_rules! action_signature {
    ($id:literal) => { concat!($id, "()") };
    ($id:literal $first:ident $($rest:ident)*) => {
        concat!($id, "(", stringify!($first) $(, ",", stringify!($rest))*, ")")
    };
}

/// For `actions!`: a scalar argument.
pub fn passed<T>(value: T) -> Outcome<T> {
    Ok(value)
}

/// For `actions!`: a text argument.
///
/// # Safety
/// `value` is what the host passed to an action's entry.
pub unsafe fn passed_text<'a>(value: *const berth_str) -> Outcome<&'a str> {
    let argument = if value.is_null() { None } else { text(*value)? };
    argument.ok_or_else(|| Failure::invalid("berth.argument.absent", "an argument of the action is absent"))
}

/// For `actions!`: a bytes argument.
///
/// # Safety
/// As for [`passed_text`].
pub unsafe fn passed_bytes<'a>(value: *const berth_bytes) -> Outcome<&'a [u8]> {
    let argument = if value.is_null() { None } else { Some(bytes(*value).unwrap_or(&[])) };
    argument.ok_or_else(|| Failure::invalid("berth.argument.absent", "an argument of the action is absent"))
}

/// For `actions!`: a JSON argument.
///
/// # Safety
/// As for [`passed_text`].
pub unsafe fn passed_json(value: *const berth_str) -> Outcome<Value> {
    json::parse(passed_text(value)?)
        .map_err(|error| Failure::invalid("berth.argument.json", format!("an argument is not JSON: {}", error.message)))
}
