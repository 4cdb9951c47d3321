/* berth_plugin.h -- the provisioner plugin ABI of Berth, version 1.0
 *
 * A provisioner plugin is a shared library that turns a template into resources: containers,
 * virtual machines, anything a workspace can live in. This header is the whole contract between
 * the library and the host that loads it. It needs nothing but a C11 or C++11 compiler.
 *
 * Reading order: conventions, vocabulary, events, graph, host, job, request, plugin, extensions,
 * entry point. The numbered requirements, and the conformance test behind each, are in
 * docs/plugin-abi.md; `berth plugin validate LIBRARY` runs those tests.
 *
 * CONVENTIONS
 *
 *   size       The first field of every struct that may grow. Whoever fills the struct writes the
 *              sizeof it was compiled with; whoever reads it asks BERTH_HAS before it touches a
 *              field that is newer than 1.0. Fields are appended, never reordered, resized or
 *              reused. A struct without `size` is frozen for the life of major 1.
 *   reserved   Written as zero, ignored by the reader.
 *   enums      uint32_t. 0 is "unspecified" (of a status: OK). A reader that meets a value it does
 *              not know uses the fallback named beside the enum.
 *   strings    UTF-8, counted, without terminator. {NULL, 0} is "absent"; a non-NULL pointer with
 *              length 0 is the empty string. Text that is not UTF-8 is refused, except in log
 *              messages and log fields, where the host repairs it.
 *   JSON       RFC 8259, UTF-8, no duplicate names, at most BERTH_JSON_DEPTH_MAX deep and
 *              BERTH_JSON_SIZE_MAX long. The schemas of all documents lie beside this header.
 *   threads    Every function carries one tag:
 *              [control]  never two at a time for one instance; any thread of the operating system
 *              [job]      the one thread the host made for this job; it has an 8 MiB stack, is not
 *                         part of any language's thread pool, and may block
 *              [any]      any thread, several at a time; must not block
 *   lifetimes  Every pointer carries one:
 *              {call}     until the function that received it returns; copy what is kept
 *              {job}      until the operation returns
 *              {instance} until destroy_instance() returns
 *              {process}  for ever: a library is never unloaded
 *   memory     Nothing that one side allocates is freed by the other. Results leave a plugin through
 *              the job's sinks, which copy before they return.
 *   unwinding  No C++ exception, longjmp, Rust panic or Swift error crosses this boundary.
 *   process    A plugin shares its process with the code that loaded it. It does not exit, does not
 *              change signal handlers, environment, working directory or umask (a worker has umask
 *              022 and ignores SIGPIPE), and does not fork without exec. Children are started with posix_spawn in a process group of their own
 *              and end with the job that started them, with one exception: a process that is itself
 *              a resource is started without the environment variable BERTH_WORKER_ID. Whatever
 *              still carries that variable when its job has ended is killed by the host.
 *   journal    A remote side effect, deletion included, is checkpointed twice: before it (what is about
 *              to be done, under which name; the handle of what is about to be deleted is kept) and
 *              after it (the new handle, or that it is gone). What is half deleted still exists.
 *              See berth_job.checkpoint.
 */
#ifndef BERTH_PLUGIN_H
#define BERTH_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define BERTH_STATIC_ASSERT static_assert
extern "C" {
#else
#define BERTH_STATIC_ASSERT _Static_assert
#endif

#define BERTH_ABI_MAJOR 1u
#define BERTH_ABI_MINOR 0u

#define BERTH_EXPORT __attribute__((visibility("default")))
#define BERTH_NODISCARD __attribute__((warn_unused_result))

/* True if the struct behind p was written by someone who knew `field`. Works for every sized struct. */
#define BERTH_HAS(type, p, field) ((p)->size >= offsetof(type, field) + sizeof(((type *)0)->field))

/* Limits the host enforces. A sink that is given more answers BERTH_INVALID_ARGUMENT. */
#define BERTH_ADDRESS_SIZE_MAX 1024u         /* bytes of a resource address                          */
#define BERTH_MESSAGE_SIZE_MAX 65536u        /* bytes of a log message; longer ones are cut          */
#define BERTH_FIELDS_MAX 64u                 /* fields of a log record; further ones are dropped     */
#define BERTH_RESOURCES_MAX 100000u          /* resources of a graph                                 */
#define BERTH_EDGES_MAX 1000000u             /* edges of a graph                                     */
#define BERTH_JSON_SIZE_MAX 16777216u        /* bytes of one JSON document, 16 MiB                   */
#define BERTH_JSON_DEPTH_MAX 128u            /* nesting of one JSON document                         */
#define BERTH_STATE_SIZE_MAX 67108864u       /* bytes of a checkpoint or plan, 64 MiB                */
#define BERTH_PARAMS_MAX 12u                 /* parameters of an action                              */

/* ---- vocabulary (frozen) ------------------------------------------------------------------------ */

/* Text: UTF-8, counted. */
typedef struct berth_str {
    const char *ptr;
    uint64_t len;
} berth_str;

/* Bytes that only their writer understands. */
typedef struct berth_bytes {
    const uint8_t *ptr;
    uint64_t len;
} berth_bytes;

/* An array of structs that may grow: element i is at (const char *)items + i * stride. The stride is
 * the writer's sizeof, so that an older reader steps correctly over newer, longer elements. */
typedef struct berth_array {
    const void *items;
    uint32_t count;
    uint32_t stride;
} berth_array;

/* A name with a value. */
typedef struct berth_field {
    berth_str key;
    berth_str value;
} berth_field;

/* What became of a call. Fallback for an unknown value: BERTH_INTERNAL. */
typedef uint32_t berth_status;
enum {
    BERTH_OK = 0,
    BERTH_CANCELLED = 1,        /* stopped because asked to; what was reported until then stands      */
    BERTH_FAILED = 2,           /* failed; at least one diagnostic of severity ERROR says why         */
    BERTH_INVALID_ARGUMENT = 3, /* the request itself is wrong; trying again changes nothing          */
    BERTH_INVALID_STATE = 4,    /* the caller broke this contract (order, thread): a bug              */
    BERTH_UNSUPPORTED = 5,      /* the other side does not offer this                                 */
    BERTH_NOT_FOUND = 6,        /* the thing named does not exist                                     */
    BERTH_CONFLICT = 7,         /* the thing exists already, or somebody else holds it                */
    BERTH_UNAVAILABLE = 8,      /* passing trouble; the same call may succeed later                   */
    BERTH_INTERNAL = 9          /* a bug on the answering side                                        */
};

/* How grave a record is. Fallback: BERTH_INFO. */
typedef uint32_t berth_severity;
enum {
    BERTH_TRACE = 1,
    BERTH_DEBUG = 2,
    BERTH_INFO = 3,
    BERTH_NOTICE = 4,
    BERTH_WARNING = 5,
    BERTH_ERROR = 6
};

/* Where a log record comes from. Fallback: BERTH_STREAM_PLUGIN. */
typedef uint32_t berth_stream;
enum {
    BERTH_STREAM_PLUGIN = 1,       /* written by the plugin                        */
    BERTH_STREAM_CHILD_STDOUT = 2, /* a line that a child process wrote to stdout  */
    BERTH_STREAM_CHILD_STDERR = 3  /* a line that a child process wrote to stderr  */
};

/* ---- events ------------------------------------------------------------------------------------- */

/* One log line. The host stamps time and order. */
typedef struct berth_log_record {
    uint32_t size;
    berth_severity severity;
    berth_stream stream;
    uint32_t reserved0;
    berth_str stage;           /* what is being done, for people: "pulling image"; or absent  */
    berth_str message;         /* one line                                                    */
    const berth_field *fields; /* NULL if there are none                                      */
    uint32_t field_count;
    uint32_t reserved1;
} berth_log_record;

/* A finding about the request or its outcome, for people and programs. */
typedef struct berth_diagnostic {
    uint32_t size;
    berth_severity severity; /* BERTH_WARNING or BERTH_ERROR; fallback: BERTH_ERROR               */
    berth_str code;          /* stable, dotted, for programs: "docker.image.not-found"            */
    berth_str summary;       /* one line; required                                                */
    berth_str detail;        /* what to do about it; may have several lines; or absent            */
    berth_str resource;      /* address of the resource concerned, or absent                      */
    berth_str attribute;     /* RFC 6901 pointer, or absent: with `resource`, into its attributes;
                                else with `source_path`, into that JSON file; else into the
                                inputs, or in create() the configuration                          */
    berth_str source_path;   /* file in the template, relative to source_dir, or absent           */
    uint32_t line;           /* 1-based; 0: unknown                                               */
    uint32_t column;         /* 1-based, in Unicode code points; 0: unknown                       */
} berth_diagnostic;

/* How far a long piece of work has come. */
typedef struct berth_progress {
    uint32_t size;
    uint32_t reserved0;
    berth_str resource; /* address, or absent for the job as a whole       */
    berth_str message;  /* "pulling layer 3 of 7"                          */
    uint64_t done;      /* may go backwards after a retry                  */
    uint64_t total;     /* 0: unknown                                      */
} berth_progress;

/* ---- graph -------------------------------------------------------------------------------------- */

/* What a node of the graph stands for. The shape of attributes_json for kinds 2 to 7 is given in
 * graph.schema.json; for 0 and 1 it is the plugin's own. Fallback: BERTH_KIND_MANAGED. */
typedef uint32_t berth_kind;
enum {
    BERTH_KIND_MANAGED = 0,  /* exists in the backend because a template says so                    */
    BERTH_KIND_DATA = 1,     /* was looked up                                                       */
    BERTH_KIND_AGENT = 2,    /* an agent that will connect from a resource                          */
    BERTH_KIND_APP = 3,      /* something an agent's machine serves                                 */
    BERTH_KIND_SCRIPT = 4,   /* what an agent runs on start, on stop or by schedule                 */
    BERTH_KIND_ENV = 5,      /* an environment variable of an agent's sessions                      */
    BERTH_KIND_METADATA = 6, /* what the user is shown about a resource                             */
    BERTH_KIND_EXTERNAL = 7  /* stands for a thing that nobody here creates or deletes              */
};

/* What plan() intends to do with a resource; a resource that will go is in plan's graph, with DELETE. In
 * other operations: what was done, or NONE; nobody compares it. Fallback: BERTH_CHANGE_NONE. */
typedef uint32_t berth_change;
enum {
    BERTH_CHANGE_NONE = 1,
    BERTH_CHANGE_CREATE = 2,
    BERTH_CHANGE_UPDATE = 3,
    BERTH_CHANGE_REPLACE = 4,
    BERTH_CHANGE_DELETE = 5,
    BERTH_CHANGE_READ = 6
};

/* A node of the resource graph. */
typedef struct berth_resource {
    uint32_t size;
    berth_kind kind;
    berth_change change;
    uint32_t reserved0;
    berth_str address;         /* unique in the graph; the same in plan, apply and read             */
    berth_str type;            /* "docker_container"                                                */
    berth_str name;            /* for people                                                        */
    berth_str remote_id;       /* identity in the backend; absent while unknown; a planned REPLACE or
                                  DELETE has that of what exists                                    */
    berth_str attributes_json; /* one JSON object; absent: {}                                       */
    berth_str sensitive_json;  /* JSON array of RFC 6901 pointers into attributes_json whose values
                                  are secrets; absent: []                                           */
    berth_str unknown_json;    /* likewise, values known only after apply, null until then;
                                  absent: []                                                        */
} berth_resource;

/* What an edge says. Fallback: BERTH_EDGE_DEPENDS_ON. */
typedef uint32_t berth_edge_kind;
enum {
    BERTH_EDGE_DEPENDS_ON = 1, /* `from` is created after `to` and deleted before it              */
    BERTH_EDGE_RUNS_ON = 2,    /* agent `from` runs on resource `to`                              */
    BERTH_EDGE_PART_OF = 3,    /* app, script or env `from` belongs to agent `to`                 */
    BERTH_EDGE_DESCRIBES = 4   /* metadata `from` is about resource `to`                          */
};

/* An arrow between two addresses. Both must be in the graph when the operation returns BERTH_OK. Arrows of
 * kind DEPENDS_ON make no cycle; the other kinds do not count for that. */
typedef struct berth_edge {
    uint32_t size;
    berth_edge_kind kind;
    berth_str from;
    berth_str to;
} berth_edge;

/* A named result: an output of the template, or of an action. */
typedef struct berth_output {
    uint32_t size;
    uint32_t flags;       /* BERTH_OUTPUT_… */
    berth_str name;       /* unique in the job */
    berth_str value_json; /* any JSON value */
} berth_output;

enum { BERTH_OUTPUT_SENSITIVE = 1u << 0 };

/* ---- what the host gives ------------------------------------------------------------------------ */

/* The host, as one plugin sees it. {instance} */
typedef struct berth_host {
    uint32_t size;
    uint32_t abi_minor;   /* the minor both sides settled on                                       */
    void *host_data;      /* the host's own                                                        */
    berth_str name;       /* "berth" {process}                                                     */
    berth_str version;    /* semantic version of the host {process}                                */
    berth_str plugin_dir; /* absolute; where the manifest lies, with whatever ships beside the
                             library. The library itself is not loaded from there. {instance}      */
    berth_str cache_dir;  /* absolute, writable, shared by all workers of this plugin, kept between
                             them, and emptied without notice when none runs. {instance}           */

    /* Optional features of the host by id, "domain.name/revision". NULL: not offered.
     * The result is {process}. [any] */
    const void *(*get_extension)(const struct berth_host *host, berth_str id);

    /* Takes a message that belongs to no job. Never blocks; under pressure records are dropped and
     * the gap is shown. The record is {call}. [any] */
    void (*log)(const struct berth_host *host, const berth_log_record *record);
} berth_host;

/* One running job, as the plugin sees it: its whole world until the operation returns. {job}
 *
 * Sinks answer BERTH_OK; BERTH_INVALID_ARGUMENT for a value that breaks this contract and
 * BERTH_CONFLICT for one that is there already (nothing is kept); BERTH_INVALID_STATE if called from
 * the wrong thread, in an operation that has no use for it, or after the operation returned (a host
 * keeps the struct readable for a while, to be able to answer); BERTH_UNAVAILABLE if the host is gone.
 * The first three are bugs: the job fails whatever the operation returns, as it does for a record,
 * report or diagnostic that breaks this contract. After a checkpoint that was not stored the
 * operation starts nothing new, reports what exists, and returns; after another sink's refusal it
 * returns at once. */
typedef struct berth_job {
    uint32_t size;
    int32_t cancel_fd; /* becomes readable (POLLIN) once the job is cancelled. Poll it; never read
                          from it, write to it or close it. {job}                                  */
    void *host_data;   /* the host's own */
    berth_str id;       /* {job} */
    berth_str work_dir; /* absolute, empty at the start, private to this job, gone after it {job}   */

    /* 1 once the job is cancelled, else 0. Cancelling is a request: finish or undo the step at hand,
     * checkpoint, report what exists, return BERTH_CANCELLED, or BERTH_OK if all was done. [any] */
    uint32_t (*is_cancelled)(const struct berth_job *job);

    /* Time on CLOCK_MONOTONIC, in nanoseconds, by which the operation should have returned; 0: none.
     * Cancelling brings it forward. Past it the host warns, and soon after ends the process. [any] */
    uint64_t (*deadline_ns)(const struct berth_job *job);

    /* Takes a log record. Never blocks, never fails; under pressure records are dropped and the gap
     * is shown to the user. The record is {call}. [any] */
    void (*log)(const struct berth_job *job, const berth_log_record *record);

    /* Takes a progress report. Never blocks; a newer report for a resource replaces an older one
     * that was not yet delivered. The report is {call}. [any] */
    void (*progress)(const struct berth_job *job, const berth_progress *progress);

    /* Takes a diagnostic. Never dropped. The diagnostic is {call}. [any] */
    void (*diagnose)(const struct berth_job *job, const berth_diagnostic *diagnostic);

    /* Stores the plugin's state, replacing the one before. Blocks until it is durable; only then
     * answers BERTH_OK. Whatever was stored last is what the next operation on this workspace is
     * given, also after this process was killed between any two instructions. Therefore: once
     * before every remote side effect, saying what is about to be done and under which name, and
     * once after it, with its handle. Works while the job is being cancelled.
     * Bytes of length 0 say that nothing exists any more; the next operation then gets no state.
     * BERTH_UNAVAILABLE: it could not be stored; start nothing new, return BERTH_FAILED.
     * BERTH_INVALID_STATE in parse, plan and inventory, which change nothing.
     * The bytes are {call}. [job] */
    BERTH_NODISCARD berth_status (*checkpoint)(const struct berth_job *job, berth_bytes state);

    /* Adds a node to the graph this operation reports. BERTH_CONFLICT: the address is already there.
     * The resource is {call}. [job] */
    BERTH_NODISCARD berth_status (*add_resource)(const struct berth_job *job, const berth_resource *resource);

    /* Adds an arrow; its ends may be added later. The same arrow twice is one. {call} [job] */
    BERTH_NODISCARD berth_status (*add_edge)(const struct berth_job *job, const berth_edge *edge);

    /* Adds a named result. BERTH_CONFLICT: the name is taken. {call} [job] */
    BERTH_NODISCARD berth_status (*add_output)(const struct berth_job *job, const berth_output *output);

    /* In plan(): keeps bytes that apply() of the same plugin gets back unread. A second call replaces
     * the first. BERTH_INVALID_STATE in any other operation. {call} [job] */
    BERTH_NODISCARD berth_status (*set_plan)(const struct berth_job *job, berth_bytes plan);

    /* Publishes a document that is not part of the graph. Kinds of 1.0: "parameters", from parse()
     * and plan(), with the shape of parameters.schema.json. A second one of a kind replaces the
     * first. BERTH_UNSUPPORTED: the host does not know this kind; carry on. {call} [job] */
    BERTH_NODISCARD berth_status (*set_document)(const struct berth_job *job, berth_str kind, berth_str json);
} berth_job;

/* The operations. Fallback: BERTH_OPERATION_NONE. */
typedef uint32_t berth_operation_kind;
enum {
    BERTH_OPERATION_NONE = 0,
    BERTH_OPERATION_PARSE = 1,
    BERTH_OPERATION_PLAN = 2,
    BERTH_OPERATION_APPLY = 3,
    BERTH_OPERATION_DESTROY = 4,
    BERTH_OPERATION_READ = 5,
    BERTH_OPERATION_RECOVER = 6,
    BERTH_OPERATION_ACTION = 7,
    BERTH_OPERATION_INVENTORY = 8
};

/* What is asked of an operation. {job} */
typedef struct berth_request {
    uint32_t size;
    uint32_t flags;            /* BERTH_REQUEST_…                                                    */
    berth_str operation_id;    /* idempotency key: the same id twice must not create twice. Stable
                                  across retries; recover() gets the id of the lost operation        */
    berth_str source_dir;      /* absolute; the template, read only; absent where none is needed
                                  (destroy, read, recover, actions and inventory never get one)      */
    berth_str inputs_json;     /* inputs.schema.json: workspace, owner, transition, variables,
                                  parameters; absent: {}. destroy, read, recover and actions do
                                  without: they work from the state                                  */
    const berth_field *labels; /* to put on every object when it is created, so that inventory finds it:
                                  berth.deployment, berth.workspace, berth.owner, berth.build,
                                  berth.operation. inventory: those that an object must carry        */
    uint32_t label_count;
    uint32_t state_version;    /* descriptor.state_version of the plugin that wrote `state`          */
    berth_bytes state;         /* the last checkpoint of this workspace, or absent                   */
    berth_bytes plan;          /* apply: what plan() kept, or absent: plan and apply in one          */
    berth_str resource;        /* action: address of the resource it is for, or absent               */
    berth_operation_kind interrupted; /* recover: the operation that was lost                        */
    uint32_t reserved0;
} berth_request;

enum { BERTH_REQUEST_PLAN_DESTROY = 1u << 0 /* plan: say what destroy() would do */ };

/* ---- what the plugin gives ---------------------------------------------------------------------- */

/* Which operations the plugin has. Unknown bits are ignored. */
enum {
    BERTH_CAP_PARSE = 1u << 0,
    BERTH_CAP_PLAN = 1u << 1,
    BERTH_CAP_APPLY = 1u << 2,
    BERTH_CAP_DESTROY = 1u << 3,
    BERTH_CAP_READ = 1u << 4,
    BERTH_CAP_RECOVER = 1u << 5
};

/* Who the plugin is. Must say what the manifest says. {process} */
typedef struct berth_descriptor {
    uint32_t size;
    uint32_t capabilities;        /* BERTH_CAP_…                                                     */
    berth_str id;                 /* reverse domain name, lower case: "org.example.docker"           */
    berth_str name;               /* short, for people and the command line: "docker"                */
    berth_str version;            /* semantic version 2.0.0                                          */
    berth_str vendor;             /* or absent                                                       */
    berth_str description;        /* one sentence, or absent                                         */
    berth_str homepage;           /* URL, or absent                                                  */
    berth_str config_schema_json; /* JSON Schema 2020-12 of create()'s configuration; must describe
                                     an object (configuration.schema.json says which keywords)       */
    uint32_t state_version;       /* written with every checkpoint                                   */
    uint32_t state_version_min;   /* oldest that is still understood                                 */
    uint32_t max_concurrent_jobs; /* per instance; 0: no limit                                       */
    uint32_t reserved0;
} berth_descriptor;

/* An instance: the plugin with one configuration. The host never looks inside. */
typedef struct berth_instance berth_instance;

/* An operation. Blocks until it is done, failed or cancelled. Reports through `job`, in any order:
 * log, progress, diagnostics, checkpoints, and the graph of what now exists (of plan: of what will
 * exist). The graph is reported on failure and on cancel too: what is not in it and not in the last
 * checkpoint is lost. Returns
 *   BERTH_OK                all that was asked is done
 *   BERTH_CANCELLED         stopped on request, graph and checkpoint tell the truth
 *   BERTH_FAILED            with at least one diagnostic of severity ERROR
 *   BERTH_INVALID_ARGUMENT  the request makes no sense, with a diagnostic; nothing was touched
 *   BERTH_UNAVAILABLE       the backend could not be reached; nothing was touched; the host may retry
 *   anything else           counts as BERTH_FAILED, and needs a diagnostic too
 * A state may hold an intent without a handle also outside recover(), when the checkpoint after a side
 * effect was refused: every operation that is given one settles it first.
 * [job]. self is {instance}, job and request are {job}. */
typedef berth_status (*berth_operation)(berth_instance *self, const berth_job *job, const berth_request *request);

/* The plugin. {process} */
typedef struct berth_plugin {
    uint32_t size;
    uint32_t reserved0;
    const berth_descriptor *descriptor; /* {process} */

    /* Makes an instance. `job` serves log, diagnose, progress, is_cancelled, deadline_ns and
     * cancel_fd only; its other functions answer BERTH_INVALID_STATE. config_json {call} has been
     * checked against the descriptor's schema by a host that can, and must be checked again as far
     * as memory safety needs. host is {instance}. On BERTH_OK *out is the instance; otherwise
     * nothing was made and *out is left alone.
     * BERTH_INVALID_ARGUMENT: configuration refused, with a diagnostic.
     * BERTH_UNAVAILABLE: what it needs cannot be reached now, with a diagnostic. [job] */
    BERTH_NODISCARD berth_status (*create)(const berth_host *host, const berth_job *job, berth_str config_json,
                                           berth_instance **out);

    /* Ends an instance; no job of it is running and none will be started. Frees everything that the
     * instance held; resources in the backend stay as they are. [control] */
    void (*destroy_instance)(berth_instance *self);

    /* Each is NULL exactly if its capability bit is unset.
     *
     * parse    reads the template in source_dir and publishes document "parameters". No backend.
     * plan     compares template, inputs and state with the backend and reports the graph as it
     *          would become, with `change` set; changes nothing anywhere. May keep bytes for apply.
     * apply    makes it so. With the same operation_id, state and inputs twice: changes nothing the
     *          second time.
     * destroy  removes everything the state knows of, working from the state alone. A thing that is
     *          gone already is fine. Reports what could not be removed; an empty graph is success.
     * read     reports the graph as the backend has it now; a recorded thing that is gone is left
     *          out, with a warning diagnostic. May checkpoint what it learned.
     * recover  runs after a job was lost. Settles every intent in the last checkpoint that has no
     *          handle by looking at the backend (by name, by label berth.operation): adopts what
     *          exists or undoes it, checkpoints, and reports the graph as read does. Must itself
     *          survive being lost and run again. */
    berth_operation parse;
    berth_operation plan;
    berth_operation apply;
    berth_operation destroy;
    berth_operation read;
    berth_operation recover;

    /* The second push after cancel_fd: unblocks whatever waits where the descriptor cannot reach.
     * Called at most once a job, while its operation runs. May be NULL. [any] */
    void (*interrupt)(berth_instance *self, const berth_job *job);

    /* Optional features by id. NULL: not offered. The result is {process}. May be NULL itself. [any] */
    const void *(*get_extension)(const struct berth_plugin *plugin, berth_str id);
} berth_plugin;

/* ---- extension berth.actions/1: typed operations of the plugin's own ----------------------------- */

#define BERTH_EXT_ACTIONS "berth.actions/1"

/* The type of a parameter. Each is passed as one machine scalar or one pointer, so that a call frame
 * can be built at run time; structs by value, small integers, variadics and callbacks are left out
 * on purpose. No fallback: an action with an unknown type cannot be called. */
typedef uint32_t berth_type;
enum {
    BERTH_T_I64 = 1,   /* int64_t                        "i64"   */
    BERTH_T_U64 = 2,   /* uint64_t                       "u64"   */
    BERTH_T_F64 = 3,   /* double, finite                 "f64"   */
    BERTH_T_BOOL = 4,  /* uint64_t, 0 or 1               "bool"  */
    BERTH_T_STR = 5,   /* const berth_str *, not NULL    "str"   */
    BERTH_T_BYTES = 6, /* const berth_bytes *, not NULL  "bytes" */
    BERTH_T_JSON = 7   /* const berth_str *, valid JSON  "json"  */
};

/* A parameter of an action. */
typedef struct berth_param {
    uint32_t size;
    berth_type type;
    berth_str name;            /* lower case, a to z, 0 to 9, '-'; unique in the action          */
    berth_str doc;             /* one sentence                                                   */
    berth_str constraint_json; /* JSON Schema 2020-12 of the value (minimum, enum, pattern, …),
                                  checked by the host before the call; absent: any value         */
    berth_str default_json;    /* used when the caller gives none; absent: the caller must       */
} berth_param;

enum {
    BERTH_ACTION_MUTATES = 1u << 0,    /* changes the backend or the state                      */
    BERTH_ACTION_IDEMPOTENT = 1u << 1, /* twice is the same as once                             */
    BERTH_ACTION_DANGEROUS = 1u << 2   /* may lose a user's data: the host asks before it calls */
};

/* A typed operation. It is a job like any other: thread, log, cancel, checkpoint and status rules of
 * berth_operation hold. It is given the workspace's state and labels unless it applies to "*", and its
 * results leave by job->add_output. If it reports any resource it reports the whole graph. */
typedef struct berth_action {
    uint32_t size;
    uint32_t flags;       /* BERTH_ACTION_…                                                      */
    berth_str id;         /* lower case, a to z, 0 to 9, '-'; unique in the plugin                */
    berth_str title;      /* "Restart"                                                            */
    berth_str doc;        /* what it does, in a sentence                                          */
    berth_str applies_to; /* resource type; absent: the workspace; "*": the whole backend, no
                             workspace and no state                                               */
    berth_array params;   /* of berth_param, at most BERTH_PARAMS_MAX                              */
    berth_str signature;  /* "restart(str,u64)": must spell what id and params say, so that a slip
                             in either is found before the call                                    */
    /* Real type: berth_status (*)(berth_instance *, const berth_job *, const berth_request *,
     * P1, P2, …) with the C types of the params. [job] */
    void (*entry)(void);
} berth_action;

/* What get_extension(BERTH_EXT_ACTIONS) returns. {process} */
typedef struct berth_actions {
    uint32_t size;
    uint32_t reserved0;
    berth_array actions; /* of berth_action */
} berth_actions;

/* ---- extension berth.inventory/1: what exists in the backend ------------------------------------- */

#define BERTH_EXT_INVENTORY "berth.inventory/1"

/* What get_extension(BERTH_EXT_INVENTORY) returns. {process} */
typedef struct berth_inventory {
    uint32_t size;
    uint32_t reserved0;
    /* Reports through job->add_resource everything in the backend that carries all of
     * request->labels, whether or not any state knows of it, so that an orphan can be found even when
     * the database was lost. remote_id is set, and is what the host matches by; addresses need be
     * unique in this list only; attributes_json has an object "labels". [job] */
    berth_operation list;
} berth_inventory;

/* ---- entry point -------------------------------------------------------------------------------- */

/* The handshake. */
typedef struct berth_hello {
    uint32_t size;
    uint32_t minor_min; /* in: the oldest minor the host speaks                                  */
    uint32_t minor_max; /* in: the newest; out: the minor chosen, the highest both speak         */
    uint32_t reserved0;
    berth_str refusal;  /* out, if the answer is not BERTH_OK: a sentence for people {process}   */
} berth_hello;

/* The one symbol a library exports. The major is part of its name, so that one library can serve
 * several. Fast, without I/O, without threads, free of side effects: it may run in a scanner. Called
 * any number of times; *out is the same each time.
 * BERTH_OK: *out and hello->minor_max are set.
 * BERTH_UNSUPPORTED: no minor in common; hello->refusal says so. [control] */
BERTH_EXPORT BERTH_NODISCARD berth_status berth_plugin_v1(berth_hello *hello, const berth_plugin **out);

/* ---- layout, frozen in 1.0; a minor that appends edits the sizes, never the offsets --------------- */

BERTH_STATIC_ASSERT(sizeof(void *) == 8, "64-bit targets only");
BERTH_STATIC_ASSERT(sizeof(berth_str) == 16 && sizeof(berth_bytes) == 16, "frozen");
BERTH_STATIC_ASSERT(sizeof(berth_array) == 16 && sizeof(berth_field) == 32, "frozen");
BERTH_STATIC_ASSERT(sizeof(berth_log_record) == 64, "append only");
BERTH_STATIC_ASSERT(sizeof(berth_diagnostic) == 112, "append only");
BERTH_STATIC_ASSERT(sizeof(berth_progress) == 56, "append only");
BERTH_STATIC_ASSERT(sizeof(berth_resource) == 128, "append only");
BERTH_STATIC_ASSERT(sizeof(berth_edge) == 40 && sizeof(berth_output) == 40, "append only");
BERTH_STATIC_ASSERT(sizeof(berth_host) == 96, "append only");
BERTH_STATIC_ASSERT(sizeof(berth_job) == 136 && offsetof(berth_job, is_cancelled) == 48, "append only");
BERTH_STATIC_ASSERT(sizeof(berth_request) == 128, "append only");
BERTH_STATIC_ASSERT(sizeof(berth_descriptor) == 136, "append only");
BERTH_STATIC_ASSERT(sizeof(berth_plugin) == 96, "append only");
BERTH_STATIC_ASSERT(sizeof(berth_param) == 72 && sizeof(berth_action) == 112, "append only");
BERTH_STATIC_ASSERT(sizeof(berth_actions) == 24 && sizeof(berth_inventory) == 16, "append only");
BERTH_STATIC_ASSERT(sizeof(berth_hello) == 32, "append only");

#ifdef __cplusplus
}
#endif
#endif
