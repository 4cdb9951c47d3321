/* base.h -- a small, complete and correct plugin, from which the wrong ones are made.
 *
 * The backend is a directory: a resource is a file `WORKSPACE-NAME.res` below the configured root. It
 * carries what a real backend would keep with an object, one item to a line: address, type, name, labels
 * and attributes. A template has two managed resources, a box and a note in it (the note only while the
 * workspace runs), an agent on the note, and an app, a script, an environment variable and metadata.
 *
 * A wrong plugin includes this file and changes one thing. `#define OWN_PLAN` before the include puts
 * own_plan() of the including file in the place of base_plan(), which may still be called; the same goes
 * for the other functions in the list below. The SIN_… macros are the places where a plugin can err in
 * the middle of something. A line `manifest: s/…/…/` in a comment is applied to the manifest by build.sh. */
#ifndef BERTH_BAD_BASE_H
#define BERTH_BAD_BASE_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif
#include "berth_plugin.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define BASE __attribute__((unused)) static

/* ---- where a plugin can go wrong ------------------------------------------------------------------ */

#ifndef PLUGIN_NAME
#define PLUGIN_NAME "good"
#endif
#ifndef CAPABILITIES
#define CAPABILITIES \
    (BERTH_CAP_PARSE | BERTH_CAP_PLAN | BERTH_CAP_APPLY | BERTH_CAP_DESTROY | BERTH_CAP_READ | BERTH_CAP_RECOVER)
#endif
#ifndef STATE_VERSION_MIN
#define STATE_VERSION_MIN 1
#endif
#ifndef CONFIG_SCHEMA
#define CONFIG_SCHEMA                                                                                      \
    "{\"type\":\"object\",\"required\":[\"root\"],\"additionalProperties\":false,\"properties\":{"         \
    "\"root\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":1024,\"description\":\"Directory.\"}}}"
#endif
#ifndef SIGNATURE
#define SIGNATURE "repeat(str,u64)"
#endif
#ifndef TIMES_TYPE
#define TIMES_TYPE BERTH_T_U64
#endif
#ifndef TIMES_DEFAULT
#define TIMES_DEFAULT "2"
#endif
#ifndef SIN_BEFORE_STEP /* in apply, before step `step` looks whether the job is cancelled */
#define SIN_BEFORE_STEP
#endif
#ifndef SIN_LOOKS_AT_CANCEL /* whether step `step` of apply looks at all */
#define SIN_LOOKS_AT_CANCEL(step) 1
#endif
#ifndef SIN_CHANGE /* what plan says of a resource that is as it should be */
#define SIN_CHANGE(change) (change)
#endif
#ifndef SIN_ATTRIBUTE /* a further attribute, in plan only */
#define SIN_ATTRIBUTE(text)
#endif
#ifndef SIN_SENSITIVE /* which attributes are secret */
#define SIN_SENSITIVE "[\"/token\"]"
#endif
#ifndef SIN_REMOTE_ID
#define SIN_REMOTE_ID(id) (id)
#endif
#ifndef SIN_FILE_NAME /* completes the name of a new file in `text` */
#define SIN_FILE_NAME(text)
#endif
#ifndef SIN_FORGETS_STATE /* whether apply starts as if there were nothing */
#define SIN_FORGETS_STATE 0
#endif
#ifndef SIN_CHECKPOINT /* what the plugin makes of the answer to a checkpoint */
#define SIN_CHECKPOINT(status) (status)
#endif
#ifndef SIN_EDGE /* what the plugin makes of the answer to add_edge */
#define SIN_EDGE(status) (status)
#endif
#ifndef SIN_GONE /* in destroy, when file `entry` is gone already */
#define SIN_GONE
#endif
#ifndef SIN_KEEPS /* whether destroy leaves file `entry` where it is */
#define SIN_KEEPS(entry) 0
#endif
#ifndef SIN_REPORTS /* whether apply reports what it did */
#define SIN_REPORTS 1
#endif
#ifndef SIN_ADDRESS /* the address under which read reports */
#define SIN_ADDRESS ""
#endif
#ifndef SIN_REFUSES_INPUTS
#define SIN_REFUSES_INPUTS 1
#endif
#ifndef SIN_DIAGNOSES_STATE
#define SIN_DIAGNOSES_STATE 1
#endif
#ifndef SIN_FILTERS /* whether inventory looks at the labels asked for */
#define SIN_FILTERS 1
#endif
#ifndef SIN_INVENTORY_ATTRIBUTES
#define SIN_INVENTORY_ATTRIBUTES(json) (json)
#endif

/* ---- text ----------------------------------------------------------------------------------------- */

#define STR(literal) ((berth_str){(literal), sizeof(literal) - 1})
#define NO_STR ((berth_str){NULL, 0})

BASE berth_str str(const char *text) { return (berth_str){text, strlen(text)}; }

BASE int same(berth_str a, berth_str b) { return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0); }

/* A text that grows. */
typedef struct text {
    char *ptr;
    size_t len;
    size_t room;
} text;

BASE void put(text *t, berth_str piece) {
    if (t->len + piece.len + 1 > t->room) {
        t->room = (t->len + piece.len + 1) * 2;
        char *grown = realloc(t->ptr, t->room);
        if (grown == NULL) abort();
        t->ptr = grown;
    }
    if (piece.len != 0) memcpy(t->ptr + t->len, piece.ptr, piece.len);
    t->len += piece.len;
    t->ptr[t->len] = 0;
}

/* Appends all pieces, up to a NULL. */
BASE void puts_all(text *t, ...) {
    va_list pieces;
    va_start(pieces, t);
    for (const char *p; (p = va_arg(pieces, const char *)) != NULL;) put(t, str(p));
    va_end(pieces);
}

/* Appends a JSON string. */
BASE void put_json(text *t, berth_str value) {
    put(t, STR("\""));
    for (uint64_t i = 0; i < value.len; i++) {
        unsigned char c = (unsigned char)value.ptr[i];
        char escaped[8];
        if (c == '"' || c == '\\') snprintf(escaped, sizeof escaped, "\\%c", c);
        else if (c < 0x20) snprintf(escaped, sizeof escaped, "\\u%04x", c);
        else snprintf(escaped, sizeof escaped, "%c", c);
        put(t, str(escaped));
    }
    put(t, STR("\""));
}

BASE berth_str view(const text *t) { return (berth_str){t->ptr ? t->ptr : "", t->len}; }

/* ---- JSON: as much as is needed to refuse what is none and to find members ------------------------ */

BASE const char *json_space(const char *p, const char *end) {
    while (p < end && (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r')) p++;
    return p;
}

BASE const char *json_string(const char *p, const char *end) {
    if (p >= end || *p++ != '"') return NULL;
    for (; p < end && *p != '"'; p++) {
        if ((unsigned char)*p < 0x20) return NULL;
        if (*p == '\\' && (++p >= end || strchr("\"\\/bfnrtu", *p) == NULL || *p == 0)) return NULL;
    }
    return p < end ? p + 1 : NULL;
}

/* The end of the value at p, or NULL if there is none. With `key`, the value of that member of an object. */
BASE const char *json_skip(const char *p, const char *end, int depth, const char *key, berth_str *found) {
    if (depth > (int)BERTH_JSON_DEPTH_MAX || (p = json_space(p, end)) >= end) return NULL;
    if (*p == '"') return json_string(p, end);
    if (*p == '{' || *p == '[') {
        const char open = *p, close = open == '{' ? '}' : ']';
        p = json_space(p + 1, end);
        if (p < end && *p == close) return p + 1;
        for (;;) {
            const char *name = p;
            if (open == '{') {
                if ((p = json_string(p, end)) == NULL) return NULL;
                const size_t length = (size_t)(p - name) - 2;
                const int hit = key != NULL && strlen(key) == length && memcmp(name + 1, key, length) == 0;
                p = json_space(p, end);
                if (p >= end || *p++ != ':') return NULL;
                const char *value = json_space(p, end);
                if ((p = json_skip(p, end, depth + 1, NULL, NULL)) == NULL) return NULL;
                if (hit) *found = (berth_str){value, (uint64_t)(p - value)};
            } else if ((p = json_skip(p, end, depth + 1, NULL, NULL)) == NULL) {
                return NULL;
            }
            p = json_space(p, end);
            if (p < end && *p == close) return p + 1;
            if (p >= end || *p++ != ',') return NULL;
            p = json_space(p, end);
        }
    }
    static const char *const words[] = {"true", "false", "null"};
    for (size_t i = 0; i < 3; i++)
        if ((size_t)(end - p) >= strlen(words[i]) && memcmp(p, words[i], strlen(words[i])) == 0) return p + strlen(words[i]);
    const char *start = p;
    if (*p == '-') p++;
    if (p >= end || *p < '0' || *p > '9') return NULL;
    while (p < end && ((*p >= '0' && *p <= '9') || strchr("+-.eE", *p) != NULL) && *p != 0) p++;
    return p > start ? p : NULL;
}

/* Whether `json` is one JSON object. */
BASE int json_is_object(berth_str json) {
    const char *p = json.ptr, *end = json.ptr + json.len;
    if (p == NULL || (p = json_space(p, end)) >= end || *p != '{') return 0;
    p = json_skip(p, end, 0, NULL, NULL);
    return p != NULL && json_space(p, end) == end;
}

/* The text of member `key` of an object as it stands there; absent if there is none. */
BASE berth_str json_member(berth_str object, const char *key) {
    berth_str found = NO_STR;
    const char *p = object.ptr ? json_space(object.ptr, object.ptr + object.len) : NULL;
    if (p != NULL && p < object.ptr + object.len && *p == '{') json_skip(p, object.ptr + object.len, 0, key, &found);
    return found;
}

/* Writes the value of a JSON string to `out`; -1 if it is none or does not fit. */
BASE int json_text(berth_str json, char *out, size_t room) {
    size_t n = 0;
    if (json.len < 2 || json.ptr[0] != '"') return -1;
    for (uint64_t i = 1; i + 1 < json.len; i++) {
        char c = json.ptr[i];
        if (c == '\\') {
            static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
            c = json.ptr[++i];
            const char *escape = strchr(from, c);
            if (c == 'u') return -1; /* enough for paths */
            if (escape != NULL) c = to[escape - from];
        }
        if (n + 1 >= room || c == 0) return -1;
        out[n++] = c;
    }
    out[n] = 0;
    return 0;
}

/* ---- reporting ------------------------------------------------------------------------------------ */

BASE void say(const berth_job *job, berth_severity severity, berth_str stage, berth_str message) {
    const berth_log_record record = {
        .size = sizeof record, .severity = severity, .stream = BERTH_STREAM_PLUGIN, .stage = stage, .message = message};
    job->log(job, &record);
}

BASE berth_status refuse(const berth_job *job, berth_status status, const char *code, const char *summary, berth_str address) {
    const berth_diagnostic diagnostic = {.size = sizeof diagnostic,
                                         .severity = BERTH_ERROR,
                                         .code = str(code),
                                         .summary = str(summary),
                                         .resource = address};
    job->diagnose(job, &diagnostic);
    return status;
}

BASE berth_status add_edge(const berth_job *job, berth_edge_kind kind, const char *from, const char *to) {
    const berth_edge edge = {.size = sizeof edge, .kind = kind, .from = str(from), .to = str(to)};
    return SIN_EDGE(job->add_edge(job, &edge));
}

BASE berth_status add_node(const berth_job *job, berth_kind kind, const char *address, const char *type, const char *name,
                           const char *attributes) {
    const berth_resource node = {.size = sizeof node,
                                 .kind = kind,
                                 .address = str(address),
                                 .type = str(type),
                                 .name = str(name),
                                 .attributes_json = str(attributes)};
    return job->add_resource(job, &node);
}

BASE berth_status add_output(const berth_job *job, const char *name, berth_str json, uint32_t flags) {
    const berth_output output = {.size = sizeof output, .flags = flags, .name = str(name), .value_json = json};
    return job->add_output(job, &output);
}

/* ---- instance and state --------------------------------------------------------------------------- */

struct berth_instance {
    char root[1025];
};

/* What is known of one resource. `creating` and `deleting` are intents: begun, outcome unknown. */
typedef enum phase { NOTHING = 0, CREATING = 'c', PRESENT = 'p', DELETING = 'd' } phase;

typedef struct entry {
    phase phase;
    char file[320];
} entry;

enum { BOX = 0, NOTE = 1, RESOURCES = 2 };
static const char *const addresses[RESOURCES] = {"test_box.main", "test_note.main"};
static const char *const types[RESOURCES] = {"test_box", "test_note"};
static const char *const names[RESOURCES] = {"box", "note"};

typedef struct state {
    entry entries[RESOURCES];
} state;

/* State is text: a line "PHASE FILE" for each resource, '-' where there is none. */
BASE int read_state(berth_bytes bytes, state *out) {
    memset(out, 0, sizeof *out);
    if (bytes.ptr == NULL || bytes.len == 0) return 0;
    const char *p = (const char *)bytes.ptr, *end = p + bytes.len;
    for (int i = 0; i < RESOURCES; i++) {
        const char *line_end = memchr(p, '\n', (size_t)(end - p));
        if (line_end == NULL || line_end - p < 2 || line_end - p - 2 >= (long)sizeof out->entries[i].file || p[1] != ' ') return -1;
        if (*p != '-' && *p != CREATING && *p != PRESENT && *p != DELETING) return -1;
        if (memchr(p, '/', (size_t)(line_end - p)) != NULL) return -1;
        out->entries[i].phase = *p == '-' ? NOTHING : (phase)*p;
        memcpy(out->entries[i].file, p + 2, (size_t)(line_end - p) - 2);
        p = line_end + 1;
    }
    return p == end ? 0 : -1;
}

BASE berth_status checkpoint(const berth_job *job, const state *s) {
    text t = {0};
    for (int i = 0; i < RESOURCES; i++) {
        const char phase_text[] = {(char)(s->entries[i].phase == NOTHING ? '-' : s->entries[i].phase), ' ', 0};
        puts_all(&t, phase_text, s->entries[i].phase == NOTHING ? "" : s->entries[i].file, "\n", (char *)NULL);
    }
    const berth_status status = SIN_CHECKPOINT(job->checkpoint(job, (berth_bytes){(const uint8_t *)t.ptr, t.len}));
    free(t.ptr);
    if (status != BERTH_OK)
        return refuse(job, BERTH_FAILED, "test.state.not-stored", "the state could not be stored, so nothing more was done", NO_STR);
    return BERTH_OK;
}

/* Loads the request's state, or says what is wrong with it. */
BASE berth_status load_state(const berth_job *job, const berth_request *request, state *out) {
    const int known = request->state.len == 0 || request->state_version == 1;
    if (known && read_state(request->state, out) == 0) return BERTH_OK;
    if (!SIN_DIAGNOSES_STATE) return BERTH_FAILED;
    return refuse(job, BERTH_INVALID_ARGUMENT, "test.state.unknown", "the state was not written by this plugin", NO_STR);
}

/* ---- backend -------------------------------------------------------------------------------------- */

/* One file of the backend, read. */
typedef struct object {
    char *content;
    berth_str address, type, name, labels, attributes;
} object;

BASE void path_of(const berth_instance *self, const char *file, char out[1400]) { snprintf(out, 1400, "%s/%s", self->root, file); }

/* 1: there; 0: not there; -1: there but unreadable, or unreachable. */
BASE int backend_get(const berth_instance *self, const char *file, object *out) {
    char path[1400];
    path_of(self, file, path);
    memset(out, 0, sizeof *out);
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return errno == ENOENT || errno == ENOTDIR ? 0 : -1;
    struct stat status;
    if (fstat(fd, &status) != 0 || (out->content = calloc(1, (size_t)status.st_size + 1)) == NULL) {
        close(fd);
        return -1;
    }
    const ssize_t length = read(fd, out->content, (size_t)status.st_size);
    close(fd);
    berth_str *parts[] = {&out->address, &out->type, &out->name, &out->labels, &out->attributes};
    char *p = out->content, *end = p + (length > 0 ? length : 0);
    for (size_t i = 0; i < 5; i++) {
        char *line_end = memchr(p, '\n', (size_t)(end - p));
        if (line_end == NULL) {
            free(out->content);
            return -1;
        }
        *parts[i] = (berth_str){p, (uint64_t)(line_end - p)};
        *line_end = 0;
        p = line_end + 1;
    }
    return 1;
}

/* Writes a file as a whole or not at all. */
BASE int backend_put(const berth_instance *self, const char *file, berth_str content) {
    char path[1400], fresh[1420];
    path_of(self, file, path);
    snprintf(fresh, sizeof fresh, "%s.new", path);
    if (mkdir(self->root, 0700) != 0 && errno != EEXIST) return -1;
    const int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) return -1;
    const int whole = write(fd, content.ptr, content.len) == (ssize_t)content.len;
    if (close(fd) != 0 || !whole) return -1;
    return rename(fresh, path);
}

/* 1: removed; 0: was gone; -1: failed. */
BASE int backend_remove(const berth_instance *self, const char *file) {
    char path[1400], fresh[1420];
    path_of(self, file, path);
    snprintf(fresh, sizeof fresh, "%s.new", path);
    (void)unlink(fresh); /* left behind if a job was lost in the middle of a write */
    if (unlink(path) == 0) return 1;
    return errno == ENOENT || errno == ENOTDIR ? 0 : -1;
}

/* ---- what is wanted ------------------------------------------------------------------------------- */

typedef struct wish {
    int wanted[RESOURCES];
    char workspace[256];
    berth_str greeting; /* JSON, as it stood in the inputs */
    berth_str token;
} wish;

BASE berth_status read_wish(const berth_job *job, const berth_request *request, wish *out) {
    const berth_str inputs = request->inputs_json.ptr ? request->inputs_json : STR("{}");
    memset(out, 0, sizeof *out);
    if (!json_is_object(inputs) && SIN_REFUSES_INPUTS)
        return refuse(job, BERTH_INVALID_ARGUMENT, "test.inputs.shape", "the inputs are not an object", NO_STR);
    const berth_str parameters = json_member(inputs, "parameters");
    char transition[16] = "start";
    const berth_str transition_json = json_member(inputs, "transition");
    if (transition_json.ptr != NULL && json_text(transition_json, transition, sizeof transition) != 0)
        return refuse(job, BERTH_INVALID_ARGUMENT, "test.inputs.transition", "the transition is not a text", NO_STR);
    if (json_text(json_member(json_member(inputs, "workspace"), "id"), out->workspace, 200) != 0 ||
        out->workspace[0] == 0 || strchr(out->workspace, '/') != NULL || strchr(out->workspace, '\n') != NULL)
        snprintf(out->workspace, sizeof out->workspace, "workspace");
    out->wanted[BOX] = strcmp(transition, "delete") != 0;
    out->wanted[NOTE] = strcmp(transition, "start") == 0;
    out->greeting = json_member(parameters, "greeting");
    out->token = json_member(parameters, "password");
    if (out->greeting.ptr == NULL) out->greeting = STR("\"hello\"");
    if (out->token.ptr == NULL) out->token = STR("\"\"");
    return BERTH_OK;
}

/* Attributes of resource `i`. Without `file` they are those of a plan. */
BASE void put_attributes(text *t, const wish *w, int i, const char *file, berth_str labels) {
    puts_all(t, "{\"kind\":\"", names[i], "\",\"path\":", (char *)NULL);
    if (file != NULL) put_json(t, str(file));
    else put(t, STR("null"));
    put(t, STR(",\"greeting\":"));
    put(t, w->greeting);
    put(t, STR(",\"token\":"));
    put(t, w->token);
    if (file != NULL) {
        put(t, STR(",\"labels\":"));
        put(t, labels);
    } else {
        SIN_ATTRIBUTE(t)
    }
    put(t, STR("}"));
}

BASE void put_labels(text *t, const berth_request *request) {
    put(t, STR("{"));
    for (uint32_t i = 0; i < request->label_count; i++) {
        if (i != 0) put(t, STR(","));
        put_json(t, request->labels[i].key);
        put(t, STR(":"));
        put_json(t, request->labels[i].value);
    }
    put(t, STR("}"));
}

/* Whether an object is already what is wished for. */
BASE int as_wished(const object *o, const wish *w) {
    return same(json_member(o->attributes, "greeting"), w->greeting) && same(json_member(o->attributes, "token"), w->token);
}

/* ---- graph ---------------------------------------------------------------------------------------- */

#define TRY(call)                                    \
    do {                                             \
        const berth_status tried = (call);           \
        if (tried != BERTH_OK) return stopped(job);  \
    } while (0)

BASE berth_status stopped(const berth_job *job) {
    return refuse(job, BERTH_FAILED, "test.host.refused", "the host did not take a result", NO_STR);
}

/* Reports what belongs to managed resources that are, or will be, there. */
BASE berth_status report_around(const berth_job *job, const char *box, const char *note) {
    if (box == NULL) return BERTH_OK;
    TRY(add_node(job, BERTH_KIND_METADATA, "test_metadata.box", "test_metadata", "box",
                 "{\"items\":[{\"key\":\"material\",\"value\":\"cardboard\"}]}"));
    TRY(add_edge(job, BERTH_EDGE_DESCRIBES, "test_metadata.box", box));
    if (note == NULL) return BERTH_OK;
    TRY(add_edge(job, BERTH_EDGE_DEPENDS_ON, note, box));
    TRY(add_node(job, BERTH_KIND_AGENT, "test_agent.main", "test_agent", "main", "{\"os\":\"linux\",\"arch\":\"amd64\"}"));
    TRY(add_node(job, BERTH_KIND_APP, "test_app.web", "test_app", "web",
                 "{\"slug\":\"web\",\"url\":\"http://localhost:8080\"}"));
    TRY(add_node(job, BERTH_KIND_SCRIPT, "test_script.hello", "test_script", "hello",
                 "{\"display_name\":\"Hello\",\"script\":\"echo hello\",\"run_on_start\":true}"));
    TRY(add_node(job, BERTH_KIND_ENV, "test_env.editor", "test_env", "editor", "{\"name\":\"EDITOR\",\"value\":\"vi\"}"));
    TRY(add_edge(job, BERTH_EDGE_RUNS_ON, "test_agent.main", note));
    TRY(add_edge(job, BERTH_EDGE_PART_OF, "test_app.web", "test_agent.main"));
    TRY(add_edge(job, BERTH_EDGE_PART_OF, "test_script.hello", "test_agent.main"));
    TRY(add_edge(job, BERTH_EDGE_PART_OF, "test_env.editor", "test_agent.main"));
    return BERTH_OK;
}

/* Reports what the backend has of `s`: the graph of apply, destroy, read and recover. */
BASE berth_status report_backend(berth_instance *self, const berth_job *job, const state *s, const berth_change changes[RESOURCES],
                                 const char *suffix, int warn) {
    char seen[RESOURCES][64];
    const char *there[RESOURCES] = {NULL, NULL};
    for (int i = 0; i < RESOURCES; i++) {
        object o;
        if (s->entries[i].phase == NOTHING) continue;
        const int found = backend_get(self, s->entries[i].file, &o);
        if (found < 0) return refuse(job, BERTH_FAILED, "test.backend.unreadable", "a file could not be read", str(addresses[i]));
        if (found == 0) {
            if (!warn) continue;
            const berth_diagnostic gone = {.size = sizeof gone,
                                           .severity = BERTH_WARNING,
                                           .code = STR("test.resource.gone"),
                                           .summary = STR("a recorded resource is gone"),
                                           .resource = str(addresses[i])};
            job->diagnose(job, &gone);
            continue;
        }
        snprintf(seen[i], sizeof seen[i], "%s%s", addresses[i], suffix);
        there[i] = seen[i];
        const berth_resource node = {.size = sizeof node,
                                     .kind = BERTH_KIND_MANAGED,
                                     .change = changes ? changes[i] : BERTH_CHANGE_READ,
                                     .address = str(seen[i]),
                                     .type = str(types[i]),
                                     .name = str(names[i]),
                                     .remote_id = SIN_REMOTE_ID(str(s->entries[i].file)),
                                     .attributes_json = o.attributes,
                                     .sensitive_json = STR(SIN_SENSITIVE)};
        const berth_status status = job->add_resource(job, &node);
        free(o.content);
        if (status != BERTH_OK) return stopped(job);
    }
    return report_around(job, there[BOX], there[NOTE]);
}

/* ---- operations ----------------------------------------------------------------------------------- */

/* Reads a file of the template. */
BASE berth_status read_template(const berth_job *job, const berth_request *request, text *out) {
    char path[4096], part[4096];
    if (request->source_dir.ptr == NULL || request->source_dir.len > 4000)
        return refuse(job, BERTH_INVALID_ARGUMENT, "test.source.absent", "there is no template", NO_STR);
    snprintf(path, sizeof path, "%.*s/parameters.json", (int)request->source_dir.len, request->source_dir.ptr);
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return refuse(job, BERTH_FAILED, "test.source.unreadable", "the template has no parameters.json", NO_STR);
    for (ssize_t n; (n = read(fd, part, sizeof part)) > 0;) put(out, (berth_str){part, (uint64_t)n});
    close(fd);
    return BERTH_OK;
}

BASE berth_status base_parse(berth_instance *self, const berth_job *job, const berth_request *request) {
    text document = {0};
    (void)self;
    berth_status status = read_template(job, request, &document);
    if (status == BERTH_OK) {
        status = job->set_document(job, STR("parameters"), view(&document));
        if (status == BERTH_UNSUPPORTED) status = BERTH_OK;
        else if (status != BERTH_OK) status = stopped(job);
    }
    free(document.ptr);
    return status;
}

BASE berth_status base_plan(berth_instance *self, const berth_job *job, const berth_request *request) {
    wish w;
    state s;
    const char *there[RESOURCES] = {NULL, NULL};
    berth_status status = read_wish(job, request, &w);
    if (status == BERTH_OK) status = load_state(job, request, &s);
    if (status != BERTH_OK) return status;
    if (job->is_cancelled(job)) return BERTH_CANCELLED;
    for (int i = 0; i < RESOURCES; i++) {
        object o = {0};
        const int found = s.entries[i].phase == NOTHING ? 0 : backend_get(self, s.entries[i].file, &o);
        if (found < 0) return refuse(job, BERTH_FAILED, "test.backend.unreadable", "a file could not be read", str(addresses[i]));
        const int wanted = w.wanted[i] && (request->flags & BERTH_REQUEST_PLAN_DESTROY) == 0;
        berth_change change = BERTH_CHANGE_CREATE;
        if (found && !wanted) change = BERTH_CHANGE_DELETE;
        else if (found) change = as_wished(&o, &w) ? BERTH_CHANGE_NONE : BERTH_CHANGE_UPDATE;
        if (!found && !wanted) continue;
        text attributes = {0};
        if (!found || change == BERTH_CHANGE_UPDATE) put_attributes(&attributes, &w, i, NULL, NO_STR);
        else put(&attributes, o.attributes);
        const int unknown = !found || change == BERTH_CHANGE_UPDATE;
        const berth_resource node = {.size = sizeof node,
                                     .kind = BERTH_KIND_MANAGED,
                                     .change = SIN_CHANGE(change),
                                     .address = str(addresses[i]),
                                     .type = str(types[i]),
                                     .name = str(names[i]),
                                     .remote_id = found ? str(s.entries[i].file) : NO_STR,
                                     .attributes_json = view(&attributes),
                                     .sensitive_json = STR(SIN_SENSITIVE),
                                     .unknown_json = unknown ? STR("[\"/path\"]") : NO_STR};
        status = job->add_resource(job, &node);
        free(attributes.ptr);
        free(o.content);
        if (status != BERTH_OK) return stopped(job);
        there[i] = addresses[i];
    }
    TRY(report_around(job, there[BOX], there[NOTE]));
    TRY(job->set_plan(job, (berth_bytes){(const uint8_t *)"as planned", 10}));
    return BERTH_OK;
}

/* Creates or rewrites resource `i`: intent, deed, handle. */
BASE berth_status make(berth_instance *self, const berth_job *job, const berth_request *request, const wish *w, state *s, int i,
                       berth_change *change) {
    object o = {0};
    if (s->entries[i].phase == NOTHING) {
        text file = {0};
        puts_all(&file, w->workspace, "-", names[i], (char *)NULL);
        SIN_FILE_NAME(&file)
        put(&file, STR(".res"));
        memset(s->entries[i].file, 0, sizeof s->entries[i].file);
        memcpy(s->entries[i].file, file.ptr, file.len < 319 ? file.len : 319);
        free(file.ptr);
    }
    const int found = backend_get(self, s->entries[i].file, &o);
    const int good = found > 0 && as_wished(&o, w);
    free(o.content);
    if (found < 0) return refuse(job, BERTH_FAILED, "test.backend.unreadable", "a file could not be read", str(addresses[i]));
    *change = good ? BERTH_CHANGE_NONE : found ? BERTH_CHANGE_UPDATE : BERTH_CHANGE_CREATE;
    if (good && s->entries[i].phase == PRESENT) return BERTH_OK;
    if (!good) {
        s->entries[i].phase = CREATING;
        berth_status status = checkpoint(job, s);
        if (status != BERTH_OK) return status;
        text labels = {0}, content = {0};
        put_labels(&labels, request);
        puts_all(&content, addresses[i], "\n", types[i], "\n", names[i], "\n", (char *)NULL);
        put(&content, view(&labels));
        put(&content, STR("\n"));
        put_attributes(&content, w, i, s->entries[i].file, view(&labels));
        put(&content, STR("\n"));
        const int done = backend_put(self, s->entries[i].file, view(&content));
        free(labels.ptr);
        free(content.ptr);
        if (done != 0) return refuse(job, BERTH_FAILED, "test.backend.write", "a file could not be written", str(addresses[i]));
    }
    s->entries[i].phase = PRESENT;
    return checkpoint(job, s);
}

/* Removes resource `i`: intent, deed, nothing left to remember. */
BASE berth_status drop(berth_instance *self, const berth_job *job, state *s, int i) {
    entry *entry = &s->entries[i];
    if (entry->phase == NOTHING) return BERTH_OK;
    const phase before = entry->phase;
    entry->phase = DELETING;
    berth_status status = checkpoint(job, s);
    if (status != BERTH_OK) return status;
    if (!SIN_KEEPS(entry)) {
        const int removed = backend_remove(self, entry->file);
        if (removed < 0) return refuse(job, BERTH_FAILED, "test.backend.remove", "a file could not be removed", str(addresses[i]));
        if (removed == 0 && before == PRESENT) {
            SIN_GONE
        }
    }
    entry->phase = NOTHING;
    return checkpoint(job, s);
}

BASE void tell_step(const berth_job *job, int step, int i) {
    const berth_progress progress = {.size = sizeof progress,
                                     .resource = str(addresses[i]),
                                     .message = str(types[i]),
                                     .done = (uint64_t)step,
                                     .total = RESOURCES};
    job->progress(job, &progress);
    say(job, BERTH_INFO, STR("working on files"), str(addresses[i]));
}

BASE berth_status base_apply(berth_instance *self, const berth_job *job, const berth_request *request) {
    wish w;
    state s;
    berth_change changes[RESOURCES] = {BERTH_CHANGE_NONE, BERTH_CHANGE_NONE};
    berth_status status = read_wish(job, request, &w);
    if (status == BERTH_OK) status = load_state(job, request, &s);
    if (status != BERTH_OK) return status;
    if (SIN_FORGETS_STATE) memset(&s, 0, sizeof s);
    for (int step = 0; step < RESOURCES && status == BERTH_OK; step++) {
        const int i = w.wanted[NOTE] ? step : RESOURCES - 1 - step; /* the note needs the box */
        SIN_BEFORE_STEP
        if (SIN_LOOKS_AT_CANCEL(step) && job->is_cancelled(job)) {
            status = BERTH_CANCELLED;
            break;
        }
        tell_step(job, step, i);
        status = w.wanted[i] ? make(self, job, request, &w, &s, i, &changes[i]) : drop(self, job, &s, i);
    }
    /* What exists is reported however it went. */
    if (!SIN_REPORTS) return status;
    const berth_status reported = report_backend(self, job, &s, changes, "", 0);
    if (status != BERTH_OK) return status;
    if (reported != BERTH_OK) return reported;
    TRY(add_output(job, "greeting", w.greeting, 0));
    TRY(add_output(job, "token", w.token, BERTH_OUTPUT_SENSITIVE));
    return BERTH_OK;
}

BASE berth_status base_destroy(berth_instance *self, const berth_job *job, const berth_request *request) {
    state s;
    berth_status status = load_state(job, request, &s);
    for (int i = RESOURCES - 1; i >= 0 && status == BERTH_OK; i--) {
        if (job->is_cancelled(job)) status = BERTH_CANCELLED;
        else if (s.entries[i].phase != NOTHING) {
            tell_step(job, RESOURCES - 1 - i, i);
            status = drop(self, job, &s, i);
        }
    }
    if (status == BERTH_INVALID_ARGUMENT) return status;
    const berth_change changes[RESOURCES] = {BERTH_CHANGE_NONE, BERTH_CHANGE_NONE};
    const int empty = s.entries[BOX].phase == NOTHING && s.entries[NOTE].phase == NOTHING;
    const berth_status reported = empty ? BERTH_OK : report_backend(self, job, &s, changes, "", 0);
    return status != BERTH_OK ? status : reported;
}

BASE berth_status base_read(berth_instance *self, const berth_job *job, const berth_request *request) {
    state s;
    const berth_status status = load_state(job, request, &s);
    if (status != BERTH_OK) return status;
    if (job->is_cancelled(job)) return BERTH_CANCELLED;
    return report_backend(self, job, &s, NULL, SIN_ADDRESS, 1);
}

/* What was being created and exists is adopted; what was being deleted is deleted. */
BASE berth_status base_recover(berth_instance *self, const berth_job *job, const berth_request *request) {
    state s;
    berth_status status = load_state(job, request, &s);
    for (int i = RESOURCES - 1; i >= 0 && status == BERTH_OK; i--) {
        entry *entry = &s.entries[i];
        if (job->is_cancelled(job)) {
            status = BERTH_CANCELLED;
        } else if (entry->phase == DELETING) {
            status = drop(self, job, &s, i);
        } else if (entry->phase == CREATING) {
            object o = {0};
            const int found = backend_get(self, entry->file, &o);
            free(o.content);
            if (found < 0) return refuse(job, BERTH_FAILED, "test.backend.unreadable", "a file could not be read", str(addresses[i]));
            if (found == 0) (void)backend_remove(self, entry->file); /* half a file */
            entry->phase = found ? PRESENT : NOTHING;
            status = checkpoint(job, &s);
        }
    }
    if (status == BERTH_INVALID_ARGUMENT) return status;
    const berth_status reported = report_backend(self, job, &s, NULL, "", 1);
    return status != BERTH_OK ? status : reported;
}

/* ---- extension: inventory ------------------------------------------------------------------------- */

BASE int carries(berth_str labels, const berth_request *request) {
    for (uint32_t i = 0; i < request->label_count; i++) {
        char key[256];
        text value = {0};
        snprintf(key, sizeof key, "%.*s", (int)request->labels[i].key.len, request->labels[i].key.ptr);
        put_json(&value, request->labels[i].value);
        const int equal = same(json_member(labels, key), view(&value));
        free(value.ptr);
        if (!equal) return 0;
    }
    return 1;
}

BASE berth_status base_inventory(berth_instance *self, const berth_job *job, const berth_request *request) {
    DIR *directory = opendir(self->root);
    berth_status status = BERTH_OK;
    if (directory == NULL && errno == ENOENT) return BERTH_OK;
    if (directory == NULL) return refuse(job, BERTH_UNAVAILABLE, "test.backend.unreachable", "the root cannot be listed", NO_STR);
    for (struct dirent *item; status == BERTH_OK && (item = readdir(directory)) != NULL;) {
        object o;
        const char *dot = strrchr(item->d_name, '.');
        if (dot == NULL || strcmp(dot, ".res") != 0 || backend_get(self, item->d_name, &o) != 1) continue;
        if (!SIN_FILTERS || carries(o.labels, request)) {
            /* Two workspaces may have the same address, so here the file's name is the address. */
            const berth_resource node = {.size = sizeof node,
                                         .kind = BERTH_KIND_MANAGED,
                                         .address = str(item->d_name),
                                         .type = o.type,
                                         .name = o.name,
                                         .remote_id = str(item->d_name),
                                         .attributes_json = SIN_INVENTORY_ATTRIBUTES(o.attributes),
                                         .sensitive_json = SIN_INVENTORY_ATTRIBUTES(STR("[\"/token\"]"))};
            if (job->add_resource(job, &node) != BERTH_OK) status = stopped(job);
        }
        free(o.content);
    }
    closedir(directory);
    return status;
}

/* ---- extension: actions --------------------------------------------------------------------------- */

/* The text, so many times, as output "text". */
BASE berth_status base_repeat(berth_instance *self, const berth_job *job, const berth_request *request, const berth_str *word,
                              uint64_t times) {
    (void)self;
    (void)request;
    text repeated = {0}, json = {0};
    for (uint64_t i = 0; i < times && i < 16 && word->len < 65536; i++) put(&repeated, *word);
    put_json(&json, view(&repeated));
    const berth_status status = add_output(job, "text", view(&json), 0);
    free(repeated.ptr);
    free(json.ptr);
    return status == BERTH_OK ? BERTH_OK : stopped(job);
}

/* The number of files in the backend, as output "count". */
BASE berth_status base_count(berth_instance *self, const berth_job *job, const berth_request *request) {
    char number[32];
    unsigned count = 0;
    (void)request;
    DIR *directory = opendir(self->root);
    if (directory != NULL) {
        for (struct dirent *item; (item = readdir(directory)) != NULL;) {
            const char *dot = strrchr(item->d_name, '.');
            count += dot != NULL && strcmp(dot, ".res") == 0;
        }
        closedir(directory);
    }
    snprintf(number, sizeof number, "%u", count);
    TRY(add_output(job, "count", str(number), 0));
    return BERTH_OK;
}

/* Sets the time of a note's file. */
BASE berth_status base_touch(berth_instance *self, const berth_job *job, const berth_request *request) {
    state s;
    char path[1400];
    const berth_status status = load_state(job, request, &s);
    if (status != BERTH_OK) return status;
    if (!same(request->resource, str(addresses[NOTE])) || s.entries[NOTE].phase != PRESENT)
        return refuse(job, BERTH_INVALID_ARGUMENT, "test.resource.unknown", "there is no such note", request->resource);
    path_of(self, s.entries[NOTE].file, path);
    if (utimensat(AT_FDCWD, path, NULL, 0) != 0)
        return refuse(job, BERTH_FAILED, "test.backend.write", "the file could not be touched", request->resource);
    return BERTH_OK;
}

#ifdef OWN_REPEAT
static berth_status own_repeat(berth_instance *self, const berth_job *job, const berth_request *request, const berth_str *word,
                               uint64_t times);
#define REPEAT ((void (*)(void))own_repeat)
#else
#define REPEAT ((void (*)(void))base_repeat)
#endif

/* ---- life of an instance -------------------------------------------------------------------------- */

BASE berth_status base_create(const berth_host *host, const berth_job *job, berth_str config_json, berth_instance **out) {
    (void)host;
    if (!json_is_object(config_json))
        return refuse(job, BERTH_INVALID_ARGUMENT, "test.configuration.shape", "the configuration is not an object", NO_STR);
    berth_instance *made = calloc(1, sizeof *made);
    if (made == NULL) return BERTH_UNAVAILABLE;
    if (json_text(json_member(config_json, "root"), made->root, sizeof made->root) != 0 || made->root[0] == 0) {
        free(made);
        return refuse(job, BERTH_INVALID_ARGUMENT, "test.configuration.root", "\"root\" must be a path", NO_STR);
    }
    *out = made;
    return BERTH_OK;
}

BASE void base_destroy_instance(berth_instance *self) { free(self); }

/* ---- tables --------------------------------------------------------------------------------------- */

#ifdef OWN_CREATE
static berth_status own_create(const berth_host *host, const berth_job *job, berth_str config_json, berth_instance **out);
#define CREATE own_create
#else
#define CREATE base_create
#endif
#ifdef OWN_DESTROY_INSTANCE
static void own_destroy_instance(berth_instance *self);
#define DESTROY_INSTANCE own_destroy_instance
#else
#define DESTROY_INSTANCE base_destroy_instance
#endif
#define OWN(name) static berth_status name(berth_instance *self, const berth_job *job, const berth_request *request)
#ifdef OWN_PARSE
OWN(own_parse);
#define PARSE own_parse
#else
#define PARSE base_parse
#endif
#ifdef OWN_PLAN
OWN(own_plan);
#define PLAN own_plan
#else
#define PLAN base_plan
#endif
#ifdef OWN_APPLY
OWN(own_apply);
#define APPLY own_apply
#else
#define APPLY base_apply
#endif
#ifdef OWN_READ
OWN(own_read);
#define READ own_read
#else
#define READ base_read
#endif
#ifdef OWN_RECOVER
OWN(own_recover);
#define RECOVER own_recover
#else
#define RECOVER base_recover
#endif

#define ARRAY(a) {(a), (uint32_t)(sizeof(a) / sizeof((a)[0])), (uint32_t)sizeof((a)[0])}

static const berth_param repeat_params[] = {
    {.size = sizeof(berth_param),
     .type = BERTH_T_STR,
     .name = {"word", 4},
     .doc = {"What is repeated.", 17},
     .constraint_json = {"{\"type\":\"string\",\"maxLength\":1000}", 34},
     .default_json = {"\"na\"", 4}},
    {.size = sizeof(berth_param),
     .type = TIMES_TYPE,
     .name = {"times", 5},
     .doc = {"How often.", 10},
     .constraint_json = {"{\"type\":\"integer\",\"minimum\":0,\"maximum\":16}", 43},
     .default_json = {TIMES_DEFAULT, sizeof TIMES_DEFAULT - 1}},
};
static const berth_action action_list[] = {
    {.size = sizeof(berth_action),
     .flags = BERTH_ACTION_IDEMPOTENT,
     .id = {"repeat", 6},
     .title = {"Repeat", 6},
     .doc = {"Says a word several times.", 26},
     .params = ARRAY(repeat_params),
     .signature = {SIGNATURE, sizeof SIGNATURE - 1},
     .entry = REPEAT},
    {.size = sizeof(berth_action),
     .flags = BERTH_ACTION_IDEMPOTENT,
     .id = {"count", 5},
     .title = {"Count", 5},
     .doc = {"Counts the files.", 17},
     .applies_to = {"*", 1},
     .signature = {"count()", 7},
     .entry = (void (*)(void))base_count},
    {.size = sizeof(berth_action),
     .flags = BERTH_ACTION_MUTATES | BERTH_ACTION_IDEMPOTENT,
     .id = {"touch", 5},
     .title = {"Touch", 5},
     .doc = {"Sets the time of a note.", 24},
     .applies_to = {"test_note", 9},
     .signature = {"touch()", 7},
     .entry = (void (*)(void))base_touch},
};
static const berth_actions actions = {.size = sizeof(berth_actions), .actions = ARRAY(action_list)};
static const berth_inventory inventory = {.size = sizeof(berth_inventory), .list = base_inventory};

BASE const void *base_get_extension(const berth_plugin *plugin, berth_str id) {
    (void)plugin;
    if (same(id, STR(BERTH_EXT_ACTIONS))) return &actions;
    if (same(id, STR(BERTH_EXT_INVENTORY))) return &inventory;
    return NULL;
}

#ifdef OWN_GET_EXTENSION
static const void *own_get_extension(const berth_plugin *plugin, berth_str id);
#define GET_EXTENSION own_get_extension
#else
#define GET_EXTENSION base_get_extension
#endif

static const berth_descriptor descriptor = {
    .size = sizeof(berth_descriptor),
    .capabilities = CAPABILITIES,
    .id = {"dev.berth.test." PLUGIN_NAME, sizeof("dev.berth.test." PLUGIN_NAME) - 1},
    .name = {PLUGIN_NAME, sizeof(PLUGIN_NAME) - 1},
    .version = {"1.0.0", 5},
    .vendor = {"Berth", 5},
    .description = {"Keeps resources as files.", 25},
    .config_schema_json = {CONFIG_SCHEMA, sizeof(CONFIG_SCHEMA) - 1},
    .state_version = 1,
    .state_version_min = STATE_VERSION_MIN,
    .max_concurrent_jobs = 1,
};
static const berth_plugin plugin = {
    .size = sizeof(berth_plugin),
    .descriptor = &descriptor,
    .create = CREATE,
    .destroy_instance = DESTROY_INSTANCE,
    .parse = PARSE,
    .plan = PLAN,
    .apply = APPLY,
    .destroy = base_destroy,
    .read = READ,
    .recover = RECOVER,
    .get_extension = GET_EXTENSION,
};

BASE berth_status base_entry(berth_hello *hello, const berth_plugin **out) {
    if (hello->minor_min > BERTH_ABI_MINOR) {
        hello->refusal = STR("this plugin speaks ABI 1.0 and nothing newer");
        return BERTH_UNSUPPORTED;
    }
    if (hello->minor_max > BERTH_ABI_MINOR) hello->minor_max = BERTH_ABI_MINOR;
    *out = &plugin;
    return BERTH_OK;
}

#ifndef OWN_ENTRY
berth_status berth_plugin_v1(berth_hello *hello, const berth_plugin **out) { return base_entry(hello, out); }
#endif

#endif
