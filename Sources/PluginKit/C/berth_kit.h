/* berth_kit.h -- what a plugin in C would otherwise write again and again, for berth_plugin.h 1.0
 *
 * Header only: include it first in every file, link with json-c, and nothing else. It needs Linux
 * and C11. There is no global state; everything lives in what the caller passes.
 *
 * Reading order: text, sized structs, log and diagnostics, JSON, state and journal, graph, waiting,
 * children, the entry point. Examples: Examples/Plugins/localhost, `berth plugin new --language c`.
 *
 * Conventions: a function that returns berth_status has already told the user why it is not BERTH_OK
 * (a diagnostic was sent), so its caller only has to stop and return. A `struct json_object *` that is
 * passed in stays the caller's, unless the comment says "takes".
 */
#ifndef BERTH_KIT_H
#define BERTH_KIT_H

#ifndef _GNU_SOURCE
#ifdef _FEATURES_H
#error "include berth_kit.h before any system header, or compile with -D_GNU_SOURCE"
#endif
#define _GNU_SOURCE 1
#endif

#include "berth_plugin.h"

#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define BERTH_KIT_PRINTF(format_index) __attribute__((format(printf, format_index, format_index + 1)))

/* ---- text --------------------------------------------------------------------------------------- */

/* The berth_str of a string literal, as an expression. */
#define BERTH_STR(literal) ((berth_str){"" literal, sizeof(literal) - 1u})

/* The same as an initialiser of a static object, where C11 wants constants. */
#define BERTH_STR_INIT(literal) {"" literal, sizeof(literal) - 1u}

/* The berth_array of a C array, as an initialiser. */
#define BERTH_KIT_ARRAY_INIT(array) {(array), sizeof(array) / sizeof((array)[0]), sizeof((array)[0])}

/* The berth_str of a C string; NULL is "absent". Valid as long as the C string. */
static inline berth_str berth_kit_str(const char *text) {
    berth_str result = {text, text != NULL ? strlen(text) : 0u};
    return result;
}

static inline bool berth_kit_is_absent(berth_str text) { return text.ptr == NULL; }

/* Same bytes. Absent and empty are not the same. */
static inline bool berth_kit_equal(berth_str a, berth_str b) {
    if (a.ptr == NULL || b.ptr == NULL) return a.ptr == b.ptr;
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static inline bool berth_kit_equals(berth_str a, const char *b) { return berth_kit_equal(a, berth_kit_str(b)); }

/* A C string with the same bytes, to free(). NULL if the text is absent, contains a NUL (a C string
 * would end early: never let such a name reach the file system) or memory is out. */
static inline char *berth_kit_copy(berth_str text) {
    if (text.ptr == NULL || text.len >= SIZE_MAX || memchr(text.ptr, 0, text.len) != NULL) return NULL;
    char *copy = malloc(text.len + 1u);
    if (copy == NULL) return NULL;
    if (text.len > 0) memcpy(copy, text.ptr, text.len);
    copy[text.len] = 0;
    return copy;
}

/* The length of the UTF-8 sequence that starts at `at`, 0 if there is none. */
static inline size_t berth_kit_utf8(const char *at, size_t left) {
    const unsigned char *u = (const unsigned char *)at;
    if (left == 0) return 0;
    if (u[0] < 0x80) return 1;
    size_t need = u[0] >= 0xC2 && u[0] < 0xE0 ? 2 : u[0] >= 0xE0 && u[0] < 0xF0 ? 3 : u[0] >= 0xF0 && u[0] < 0xF5 ? 4 : 0;
    if (need == 0 || need > left) return 0;
    for (size_t i = 1; i < need; i++)
        if ((u[i] & 0xC0) != 0x80) return 0;
    if ((u[0] == 0xE0 && u[1] < 0xA0) || (u[0] == 0xED && u[1] > 0x9F)) return 0; /* overlong; surrogate */
    if ((u[0] == 0xF0 && u[1] < 0x90) || (u[0] == 0xF4 && u[1] > 0x8F)) return 0; /* overlong; > 10FFFF  */
    return need;
}

/* Writes '?' over every byte that is not UTF-8. The host refuses other text, and file names or the
 * output of a child may be anything. */
static inline void berth_kit_repair(char *text, size_t length) {
    for (size_t i = 0; i < length;) {
        size_t step = berth_kit_utf8(text + i, length - i);
        if (step == 0) text[i] = '?';
        i += step == 0 ? 1 : step;
    }
}

/* printf into new memory, repaired to UTF-8, to free(); NULL if memory is out. */
static inline char *berth_kit_vformat(const char *format, va_list arguments) {
    char *text = NULL;
    int length = vasprintf(&text, format, arguments);
    if (length < 0) return NULL;
    berth_kit_repair(text, (size_t)length);
    return text;
}

BERTH_KIT_PRINTF(1) static inline char *berth_kit_format(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    char *text = berth_kit_vformat(format, arguments);
    va_end(arguments);
    return text;
}

/* ---- sized structs ------------------------------------------------------------------------------ */

/* A zeroed struct with its size filled in: berth_resource r = BERTH_KIT_NEW(berth_resource); */
#define BERTH_KIT_NEW(type) ((type){.size = (uint32_t)sizeof(type)})

/* ---- log, progress, diagnostics ------------------------------------------------------------------ */

/* Logs one line. `stage` may be NULL. Never log a secret: there is no way back. */
BERTH_KIT_PRINTF(4)
static inline void berth_kit_log(const berth_job *job, berth_severity severity, const char *stage, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    char *text = berth_kit_vformat(format, arguments);
    va_end(arguments);
    berth_log_record record = BERTH_KIT_NEW(berth_log_record);
    record.severity = severity;
    record.stream = BERTH_STREAM_PLUGIN;
    record.stage = berth_kit_str(stage);
    record.message = berth_kit_str(text != NULL ? text : format);
    job->log(job, &record);
    free(text);
}

/* Reports how far the work has come. `resource` may be NULL (the whole job), `total` 0 (unknown). */
BERTH_KIT_PRINTF(5)
static inline void berth_kit_progress(const berth_job *job, const char *resource, uint64_t done, uint64_t total,
                                      const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    char *text = berth_kit_vformat(format, arguments);
    va_end(arguments);
    berth_progress progress = BERTH_KIT_NEW(berth_progress);
    progress.resource = berth_kit_str(resource);
    progress.message = berth_kit_str(text != NULL ? text : format);
    progress.done = done;
    progress.total = total;
    job->progress(job, &progress);
    free(text);
}

/* What a diagnostic is about. Everything may be NULL or 0. */
typedef struct berth_kit_where {
    const char *resource;    /* address                                       */
    const char *attribute;   /* RFC 6901 pointer, see berth_kit_pointer       */
    const char *source_path; /* file in the template, relative to source_dir  */
    uint32_t line;
    uint32_t column;
} berth_kit_where;

/* Sends a diagnostic. `code` is dotted and stable, `detail` says what to do about it (or NULL), the
 * format makes the one-line summary. `where` may be NULL. */
BERTH_KIT_PRINTF(6)
static inline void berth_kit_diagnose(const berth_job *job, berth_severity severity, const char *code,
                                      const berth_kit_where *where, const char *detail, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    char *summary = berth_kit_vformat(format, arguments);
    va_end(arguments);
    for (char *c = summary; c != NULL && *c != 0; c++)
        if (*c == '\n' || *c == '\r') *c = ' ';
    berth_diagnostic diagnostic = BERTH_KIT_NEW(berth_diagnostic);
    diagnostic.severity = severity;
    diagnostic.code = berth_kit_str(code);
    diagnostic.summary = berth_kit_str(summary != NULL ? summary : format);
    diagnostic.detail = berth_kit_str(detail);
    if (where != NULL) {
        diagnostic.resource = berth_kit_str(where->resource);
        diagnostic.attribute = berth_kit_str(where->attribute);
        diagnostic.source_path = berth_kit_str(where->source_path);
        diagnostic.line = where->line;
        diagnostic.column = where->column;
    }
    job->diagnose(job, &diagnostic);
    free(summary);
}

/* An error about nothing in particular; returns `status`, so that it can be returned on the spot:
 * return berth_kit_fail(job, BERTH_FAILED, "mine.disk.full", "Free some space.", "%s is full", path); */
#define berth_kit_fail(job, status, code, detail, ...) \
    (berth_kit_diagnose((job), BERTH_ERROR, (code), NULL, (detail), __VA_ARGS__), (berth_status)(status))

/* Out of memory is an ordinary failure, too. */
static inline berth_status berth_kit_out_of_memory(const berth_job *job) {
    return berth_kit_fail(job, BERTH_FAILED, "plugin.memory", "Free memory on the host and try again.", "out of memory");
}

/* Has the job been cancelled? Ask before every step that takes time or changes something. */
static inline bool berth_kit_cancelled(const berth_job *job) { return job->is_cancelled(job) != 0; }

/* ---- JSON --------------------------------------------------------------------------------------- */

/* Writes "prefix/name" with the escapes of RFC 6901 (~0, ~1), cut to the size of `out`. */
static inline void berth_kit_pointer(char *out, size_t size, const char *prefix, const char *name) {
    size_t at = 0;
    for (const char *c = prefix; *c != 0 && at + 1 < size; c++) out[at++] = *c;
    if (at + 1 < size) out[at++] = '/';
    for (const char *c = name; *c != 0 && at + 2 < size; c++) {
        if (*c == '~' || *c == '/') {
            out[at++] = '~';
            out[at++] = *c == '~' ? '0' : '1';
        } else {
            out[at++] = *c;
        }
    }
    if (size > 0) out[at < size ? at : size - 1] = 0;
}

/* json-c takes more than RFC 8259 allows (NaN, lone surrogates, names twice, names that end at a NUL),
 * so the grammar is checked here first. */
typedef struct berth_kit_scan {
    const char *at, *end;
    const char *why;  /* set on failure             */
    uint64_t members; /* names seen, in all objects */
} berth_kit_scan;

static inline bool berth_kit_scan_fail(berth_kit_scan *s, const char *why) {
    if (s->why == NULL) s->why = why;
    return false;
}

static inline void berth_kit_scan_space(berth_kit_scan *s) {
    while (s->at < s->end && (*s->at == ' ' || *s->at == '\t' || *s->at == '\n' || *s->at == '\r')) s->at++;
}

static inline bool berth_kit_scan_hex(berth_kit_scan *s, unsigned *value) {
    *value = 0;
    if (s->end - s->at < 4) return berth_kit_scan_fail(s, "\\u needs four hexadecimal digits");
    for (int i = 0; i < 4; i++) {
        char c = *s->at++;
        unsigned digit = c >= '0' && c <= '9'   ? (unsigned)(c - '0')
                         : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a' + 10)
                         : c >= 'A' && c <= 'F' ? (unsigned)(c - 'A' + 10)
                                                : 16u;
        if (digit > 15) return berth_kit_scan_fail(s, "\\u needs four hexadecimal digits");
        *value = *value * 16 + digit;
    }
    return true;
}

static inline bool berth_kit_scan_string(berth_kit_scan *s, bool is_name) {
    if (s->at == s->end || *s->at != '"') return berth_kit_scan_fail(s, "a string was expected");
    s->at++;
    while (s->at < s->end) {
        unsigned char c = (unsigned char)*s->at;
        if (c == '"') return s->at++, true;
        if (c < 0x20) return berth_kit_scan_fail(s, "a control character in a string");
        if (c != '\\') {
            size_t step = berth_kit_utf8(s->at, (size_t)(s->end - s->at));
            if (step == 0) return berth_kit_scan_fail(s, "not UTF-8");
            s->at += step;
            continue;
        }
        if (++s->at == s->end) break;
        char escape = *s->at++;
        if (escape != 'u') {
            if (escape == 0 || strchr("\"\\/bfnrt", escape) == NULL) return berth_kit_scan_fail(s, "an unknown escape");
            continue;
        }
        unsigned unit, low;
        if (!berth_kit_scan_hex(s, &unit)) return false;
        if (unit == 0 && is_name) return berth_kit_scan_fail(s, "a NUL in a name");
        if (unit >= 0xDC00 && unit < 0xE000) return berth_kit_scan_fail(s, "half of a surrogate pair");
        if (unit >= 0xD800 && unit < 0xDC00) {
            if (s->end - s->at < 2 || s->at[0] != '\\' || s->at[1] != 'u')
                return berth_kit_scan_fail(s, "half of a surrogate pair");
            s->at += 2;
            if (!berth_kit_scan_hex(s, &low)) return false;
            if (low < 0xDC00 || low >= 0xE000) return berth_kit_scan_fail(s, "half of a surrogate pair");
        }
    }
    return berth_kit_scan_fail(s, "a string without an end");
}

static inline bool berth_kit_scan_digits(berth_kit_scan *s) {
    const char *start = s->at;
    while (s->at < s->end && *s->at >= '0' && *s->at <= '9') s->at++;
    return s->at > start || berth_kit_scan_fail(s, "a digit was expected");
}

static inline bool berth_kit_scan_number(berth_kit_scan *s) {
    if (*s->at == '-') s->at++;
    if (s->at < s->end && *s->at == '0') {
        s->at++;
    } else if (!berth_kit_scan_digits(s)) {
        return false;
    }
    if (s->at < s->end && *s->at == '.') {
        s->at++;
        if (!berth_kit_scan_digits(s)) return false;
    }
    if (s->at < s->end && (*s->at == 'e' || *s->at == 'E')) {
        s->at++;
        if (s->at < s->end && (*s->at == '+' || *s->at == '-')) s->at++;
        if (!berth_kit_scan_digits(s)) return false;
    }
    return true;
}

static inline bool berth_kit_scan_word(berth_kit_scan *s, const char *word) {
    size_t length = strlen(word);
    if ((size_t)(s->end - s->at) < length || memcmp(s->at, word, length) != 0)
        return berth_kit_scan_fail(s, "an unexpected character");
    s->at += length;
    return true;
}

static inline bool berth_kit_scan_value(berth_kit_scan *s, unsigned depth) {
    berth_kit_scan_space(s);
    if (s->at == s->end) return berth_kit_scan_fail(s, "the text ends too early");
    char open = *s->at;
    if (open == '"') return berth_kit_scan_string(s, false);
    if (open == 't') return berth_kit_scan_word(s, "true");
    if (open == 'f') return berth_kit_scan_word(s, "false");
    if (open == 'n') return berth_kit_scan_word(s, "null");
    if (open == '-' || (open >= '0' && open <= '9')) return berth_kit_scan_number(s);
    if (open != '{' && open != '[') return berth_kit_scan_fail(s, "an unexpected character");
    if (depth >= BERTH_JSON_DEPTH_MAX) return berth_kit_scan_fail(s, "nested too deep");
    char close = open == '{' ? '}' : ']';
    s->at++;
    berth_kit_scan_space(s);
    if (s->at < s->end && *s->at == close) return s->at++, true;
    for (;;) {
        if (open == '{') {
            berth_kit_scan_space(s);
            if (!berth_kit_scan_string(s, true)) return false;
            s->members++;
            berth_kit_scan_space(s);
            if (s->at == s->end || *s->at != ':') return berth_kit_scan_fail(s, "a colon was expected");
            s->at++;
        }
        if (!berth_kit_scan_value(s, depth + 1)) return false;
        berth_kit_scan_space(s);
        if (s->at < s->end && *s->at == close) return s->at++, true;
        if (s->at == s->end || *s->at != ',') return berth_kit_scan_fail(s, "a comma or the end was expected");
        s->at++;
    }
}

static inline uint64_t berth_kit_count_members(struct json_object *value) {
    uint64_t count = 0;
    if (json_object_is_type(value, json_type_object)) {
        json_object_object_foreach(value, name, member) {
            (void)name;
            count += 1 + berth_kit_count_members(member);
        }
    } else if (json_object_is_type(value, json_type_array)) {
        for (size_t i = 0; i < json_object_array_length(value); i++)
            count += berth_kit_count_members(json_object_array_get_idx(value, i));
    }
    return count;
}

/* Parses one JSON object of at most `size_max` bytes, strictly: RFC 8259, UTF-8, no name twice, at most
 * BERTH_JSON_DEPTH_MAX deep. On success *out is the caller's, to json_object_put(); otherwise it is
 * NULL and `error` holds a sentence. Text that is absent gives an empty object. */
static inline bool berth_kit_parse_limited(berth_str text, uint64_t size_max, struct json_object **out, char *error,
                                           size_t error_size) {
    *out = NULL;
    if (text.ptr == NULL) {
        *out = json_object_new_object();
        if (*out == NULL) snprintf(error, error_size, "out of memory");
        return *out != NULL;
    }
    if (text.len > size_max || text.len > INT32_MAX) {
        snprintf(error, error_size, "%llu bytes are more than the %llu allowed", (unsigned long long)text.len,
                 (unsigned long long)size_max);
        return false;
    }
    berth_kit_scan scan = {text.ptr, text.ptr + text.len, NULL, 0};
    berth_kit_scan_space(&scan);
    const char *start = scan.at;
    if (start == scan.end || *start != '{') berth_kit_scan_fail(&scan, "an object was expected");
    const char *stop = start;
    if (scan.why == NULL && berth_kit_scan_value(&scan, 0)) {
        stop = scan.at;
        berth_kit_scan_space(&scan);
        if (scan.at != scan.end) berth_kit_scan_fail(&scan, "something follows the object");
    }
    if (scan.why != NULL) {
        uint64_t line = 1;
        for (const char *c = text.ptr; c < scan.at && c < scan.end; c++) line += *c == '\n';
        snprintf(error, error_size, "%s at byte %llu, line %llu", scan.why, (unsigned long long)(scan.at - text.ptr),
                 (unsigned long long)line);
        return false;
    }
    struct json_tokener *tokener = json_tokener_new_ex((int)BERTH_JSON_DEPTH_MAX + 2);
    if (tokener == NULL) {
        snprintf(error, error_size, "out of memory");
        return false;
    }
    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
    *out = json_tokener_parse_ex(tokener, start, (int)(stop - start));
    enum json_tokener_error problem = json_tokener_get_error(tokener);
    json_tokener_free(tokener);
    if (*out == NULL || !json_object_is_type(*out, json_type_object)) {
        snprintf(error, error_size, "%s", json_tokener_error_desc(problem));
    } else if (berth_kit_count_members(*out) != scan.members) {
        snprintf(error, error_size, "a name appears twice in one object");
    } else {
        return true;
    }
    json_object_put(*out);
    *out = NULL;
    return false;
}

/* The same with the limit every document of the ABI has. */
static inline bool berth_kit_parse_object(berth_str text, struct json_object **out, char *error, size_t error_size) {
    return berth_kit_parse_limited(text, BERTH_JSON_SIZE_MAX, out, error, error_size);
}

/* The compact text of a JSON value; NULL gives "absent". Valid until the value changes or is freed. */
static inline berth_str berth_kit_json(struct json_object *value) {
    berth_str text = {NULL, 0};
    size_t length = 0;
    if (value == NULL) return text;
    text.ptr = json_object_to_json_string_length(value, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, &length);
    text.len = text.ptr != NULL ? length : 0;
    return text;
}

/* object[name] = value. Takes the value; a NULL value stores null. Returns false if memory is out. */
static inline bool berth_kit_set(struct json_object *object, const char *name, struct json_object *value) {
    if (json_object_object_add(object, name, value) == 0) return true;
    json_object_put(value);
    return false;
}

/* object[name], or NULL: also if `object` is NULL or no object. */
static inline struct json_object *berth_kit_get(struct json_object *object, const char *name) {
    struct json_object *value = NULL;
    if (object == NULL || !json_object_is_type(object, json_type_object)) return NULL;
    return json_object_object_get_ex(object, name, &value) ? value : NULL;
}

/* object[name] as a C string without a NUL inside, or NULL. No diagnostics: for data of your own. */
static inline const char *berth_kit_text(struct json_object *object, const char *name) {
    struct json_object *value = berth_kit_get(object, name);
    if (value == NULL || !json_object_is_type(value, json_type_string)) return NULL;
    const char *text = json_object_get_string(value);
    return strlen(text) == (size_t)json_object_get_string_len(value) ? text : NULL;
}

/* Reads the members of one object that somebody else wrote. Getters send a diagnostic with the pointer of
 * the member and set `failed`; so read everything first and look at `failed` once at the end. */
typedef struct berth_kit_reader {
    const berth_job *job;
    struct json_object *object; /* borrowed                                              */
    const char *code;           /* of its diagnostics: "mine.configuration.invalid"       */
    const char *source_path;    /* the template's file, or NULL                           */
    bool failed;
    char pointer[256]; /* of `object` in its document; "" is the whole document  */
} berth_kit_reader;

BERTH_KIT_PRINTF(3)
static inline void berth_kit_refuse(berth_kit_reader *reader, const char *name, const char *format, ...) {
    char pointer[512];
    if (name != NULL) {
        berth_kit_pointer(pointer, sizeof pointer, reader->pointer, name);
    } else {
        snprintf(pointer, sizeof pointer, "%s", reader->pointer);
    }
    va_list arguments;
    va_start(arguments, format);
    char *text = berth_kit_vformat(format, arguments);
    va_end(arguments);
    berth_kit_repair(pointer, strlen(pointer)); /* a cut may have hit the middle of a character */
    berth_kit_where where = {.attribute = pointer, .source_path = reader->source_path};
    berth_kit_diagnose(reader->job, BERTH_ERROR, reader->code, &where, "Correct the value that the pointer names.", "%s %s",
                       pointer[0] != 0 ? pointer : "the document", text != NULL ? text : format);
    free(text);
    reader->failed = true;
}

/* The member if it is there and has the type; NULL if it is absent or null, or wrong (then diagnosed). */
static inline struct json_object *berth_kit_read(berth_kit_reader *reader, const char *name, enum json_type type) {
    struct json_object *value = berth_kit_get(reader->object, name);
    if (value == NULL) return NULL;
    if (json_object_is_type(value, type)) return value;
    berth_kit_refuse(reader, name, "must be %s %s", type == json_type_array || type == json_type_object || type == json_type_int ? "an" : "a",
                     type == json_type_int ? "integer" : json_type_to_name(type));
    return NULL;
}

/* A string; `fallback` (may be NULL) if absent. Valid as long as the document. */
static inline const char *berth_kit_read_string(berth_kit_reader *reader, const char *name, const char *fallback) {
    struct json_object *value = berth_kit_read(reader, name, json_type_string);
    if (value == NULL) return fallback;
    if (strlen(json_object_get_string(value)) == (size_t)json_object_get_string_len(value)) return json_object_get_string(value);
    berth_kit_refuse(reader, name, "must not contain a NUL");
    return fallback;
}

/* A string that has to be there; NULL (and diagnosed) if it is not. */
static inline const char *berth_kit_require_string(berth_kit_reader *reader, const char *name) {
    if (berth_kit_get(reader->object, name) == NULL) berth_kit_refuse(reader, name, "is required");
    return berth_kit_read_string(reader, name, NULL);
}

static inline int64_t berth_kit_read_integer(berth_kit_reader *reader, const char *name, int64_t fallback, int64_t minimum,
                                             int64_t maximum) {
    struct json_object *value = berth_kit_read(reader, name, json_type_int);
    if (value == NULL) return fallback;
    int64_t number = json_object_get_int64(value);
    if (number >= minimum && number <= maximum) return number;
    berth_kit_refuse(reader, name, "must be between %lld and %lld", (long long)minimum, (long long)maximum);
    return fallback;
}

static inline bool berth_kit_read_bool(berth_kit_reader *reader, const char *name, bool fallback) {
    struct json_object *value = berth_kit_read(reader, name, json_type_boolean);
    return value != NULL ? json_object_get_boolean(value) != 0 : fallback;
}

/* A reader of the object `value`, a member of `parent` called `name`. Fold its `failed` back yourself. */
static inline berth_kit_reader berth_kit_reader_of(const berth_kit_reader *parent, const char *name, struct json_object *value) {
    berth_kit_reader reader = *parent;
    reader.object = value;
    reader.failed = false;
    berth_kit_pointer(reader.pointer, sizeof reader.pointer, parent->pointer, name);
    return reader;
}

/* Refuses members that are not in the NULL-terminated list: a misspelt option must not be ignored. */
static inline void berth_kit_refuse_others(berth_kit_reader *reader, const char *const *known) {
    json_object_object_foreach(reader->object, name, value) {
        (void)value;
        bool found = false;
        for (const char *const *k = known; *k != NULL && !found; k++) found = strcmp(*k, name) == 0;
        if (!found) berth_kit_refuse(reader, name, "is not known");
    }
}

/* ---- state and journal ---------------------------------------------------------------------------- */

/* The state of a workspace: a JSON object that only this plugin reads. Put into `root` what you like; the
 * member "journal" is kept by berth_kit_intend and berth_kit_settle:
 *
 *   {"journal": {"<key>": {"intent": {…}, "handle": {…}}}, …}
 *
 * An entry with an intent is unsettled: the side effect may or may not have happened. One with only a
 * handle exists. recover() walks the intents and settles each. */
typedef struct berth_kit_state {
    struct json_object *root;
} berth_kit_state;

static inline void berth_kit_state_free(berth_kit_state *state) {
    json_object_put(state->root);
    state->root = NULL;
}

/* The state of a request; an empty one if there is none yet. BERTH_INVALID_ARGUMENT if it cannot be read. */
static inline berth_status berth_kit_state_load(const berth_job *job, const berth_request *request, berth_kit_state *state) {
    char error[256];
    berth_str text = {(const char *)request->state.ptr, request->state.len};
    if (!berth_kit_parse_limited(text, BERTH_STATE_SIZE_MAX, &state->root, error, sizeof error))
        return berth_kit_fail(job, BERTH_INVALID_ARGUMENT, "plugin.state.unreadable",
                              "The recorded state is damaged or was written by another plugin. Restore it from a backup.",
                              "the recorded state cannot be read: %s", error);
    return BERTH_OK;
}

/* Stores the state durably. Anything but BERTH_OK: start nothing new, return what this returned. */
static inline berth_status berth_kit_checkpoint(const berth_job *job, const berth_kit_state *state) {
    berth_str text = berth_kit_json(state->root);
    if (text.ptr == NULL) return berth_kit_out_of_memory(job);
    berth_bytes bytes = {(const uint8_t *)text.ptr, text.len};
    berth_status status = job->checkpoint(job, bytes);
    if (status == BERTH_OK) return BERTH_OK;
    return berth_kit_fail(job, BERTH_FAILED, "plugin.state.not-stored", "Look into the server's log, then run the build again.",
                          "the state could not be stored (status %u)", status);
}

/* The journal, made when it is missing; NULL if memory is out. */
static inline struct json_object *berth_kit_journal(berth_kit_state *state) {
    struct json_object *journal = berth_kit_get(state->root, "journal");
    if (journal != NULL && json_object_is_type(journal, json_type_object)) return journal;
    journal = json_object_new_object();
    return journal != NULL && berth_kit_set(state->root, "journal", journal) ? journal : NULL;
}

/* What was intended under a key and is not settled yet, or NULL. Borrowed. */
static inline struct json_object *berth_kit_intent(const berth_kit_state *state, const char *key) {
    return berth_kit_get(berth_kit_get(berth_kit_get(state->root, "journal"), key), "intent");
}

/* What is known to exist under a key, or NULL. Borrowed. */
static inline struct json_object *berth_kit_handle(const berth_kit_state *state, const char *key) {
    return berth_kit_get(berth_kit_get(berth_kit_get(state->root, "journal"), key), "handle");
}

/* Before a side effect: records what is about to be done, beside a handle that may be there already (then
 * it is about to be changed or deleted). Takes the intent. Not BERTH_OK: do not do it. */
static inline berth_status berth_kit_intend(const berth_job *job, berth_kit_state *state, const char *key,
                                            struct json_object *intent) {
    struct json_object *journal = berth_kit_journal(state);
    struct json_object *entry = berth_kit_get(journal, key);
    if (entry == NULL && journal != NULL && intent != NULL) {
        entry = json_object_new_object();
        if (entry != NULL && !berth_kit_set(journal, key, entry)) entry = NULL;
    }
    if (intent == NULL || entry == NULL) {
        json_object_put(intent);
        return berth_kit_out_of_memory(job);
    }
    if (!berth_kit_set(entry, "intent", intent)) return berth_kit_out_of_memory(job);
    return berth_kit_checkpoint(job, state);
}

/* After a side effect: records what exists now; NULL: nothing (any more). Takes the handle. */
static inline berth_status berth_kit_settle(const berth_job *job, berth_kit_state *state, const char *key,
                                            struct json_object *handle) {
    struct json_object *journal = berth_kit_journal(state);
    if (journal == NULL) {
        json_object_put(handle);
        return berth_kit_out_of_memory(job);
    }
    if (handle == NULL) {
        json_object_object_del(journal, key);
        return berth_kit_checkpoint(job, state);
    }
    struct json_object *entry = json_object_new_object();
    if (entry == NULL || !berth_kit_set(entry, "handle", handle)) {
        if (entry == NULL) json_object_put(handle);
        json_object_put(entry);
        return berth_kit_out_of_memory(job);
    }
    if (!berth_kit_set(journal, key, entry)) return berth_kit_out_of_memory(job);
    return berth_kit_checkpoint(job, state);
}

/* ---- graph ---------------------------------------------------------------------------------------- */

/* A resource as C strings and JSON values. Unset members are absent. All borrowed. */
typedef struct berth_kit_resource {
    berth_kind kind;
    berth_change change;
    const char *address, *type, *name, *remote_id;
    struct json_object *attributes; /* object                                        */
    struct json_object *sensitive;  /* array of RFC 6901 pointers into the attributes */
    struct json_object *unknown;    /* likewise                                      */
} berth_kit_resource;

static inline berth_status berth_kit_sink(const berth_job *job, berth_status status, const char *what, const char *name) {
    if (status == BERTH_OK) return BERTH_OK;
    return berth_kit_fail(job, BERTH_FAILED, "plugin.sink.refused", "This is a bug of the plugin: report it to its author.",
                          "the host refused %s \"%s\" (status %u)", what, name != NULL ? name : "", status);
}

static inline berth_status berth_kit_add_resource(const berth_job *job, const berth_kit_resource *what) {
    berth_resource resource = BERTH_KIT_NEW(berth_resource);
    resource.kind = what->kind;
    resource.change = what->change != 0 ? what->change : (berth_change)BERTH_CHANGE_NONE;
    resource.address = berth_kit_str(what->address);
    resource.type = berth_kit_str(what->type);
    resource.name = berth_kit_str(what->name);
    resource.remote_id = berth_kit_str(what->remote_id);
    resource.attributes_json = berth_kit_json(what->attributes);
    resource.sensitive_json = berth_kit_json(what->sensitive);
    resource.unknown_json = berth_kit_json(what->unknown);
    return berth_kit_sink(job, job->add_resource(job, &resource), "the resource", what->address);
}

static inline berth_status berth_kit_add_edge(const berth_job *job, berth_edge_kind kind, const char *from, const char *to) {
    berth_edge edge = BERTH_KIT_NEW(berth_edge);
    edge.kind = kind;
    edge.from = berth_kit_str(from);
    edge.to = berth_kit_str(to);
    return berth_kit_sink(job, job->add_edge(job, &edge), "the edge from", from);
}

/* Takes the value. `flags`: BERTH_OUTPUT_… */
static inline berth_status berth_kit_add_output(const berth_job *job, const char *name, uint32_t flags, struct json_object *value) {
    berth_output output = BERTH_KIT_NEW(berth_output);
    output.flags = flags;
    output.name = berth_kit_str(name);
    output.value_json = value != NULL ? berth_kit_json(value) : BERTH_STR("null");
    berth_status status = berth_kit_sink(job, job->add_output(job, &output), "the output", name);
    json_object_put(value);
    return status;
}

/* Publishes a document. A host that does not know the kind is no error. */
static inline berth_status berth_kit_set_document(const berth_job *job, const char *kind, struct json_object *document) {
    berth_status status = job->set_document(job, berth_kit_str(kind), berth_kit_json(document));
    return status == BERTH_UNSUPPORTED ? (berth_status)BERTH_OK : berth_kit_sink(job, status, "the document", kind);
}

/* The labels of a request as a JSON object, or NULL if memory is out. */
static inline struct json_object *berth_kit_labels(const berth_request *request) {
    struct json_object *labels = json_object_new_object();
    for (uint32_t i = 0; labels != NULL && i < request->label_count; i++) {
        const berth_field *label = &request->labels[i];
        char *key = berth_kit_copy(label->key);
        if (key == NULL) continue; /* a key with a NUL: nothing can carry it */
        berth_kit_set(labels, key, json_object_new_string_len(label->value.ptr != NULL ? label->value.ptr : "", (int)label->value.len));
        free(key);
    }
    return labels;
}

/* Does `labels` carry every label of the request? For inventory. */
static inline bool berth_kit_has_labels(struct json_object *labels, const berth_request *request) {
    for (uint32_t i = 0; i < request->label_count; i++) {
        char *key = berth_kit_copy(request->labels[i].key);
        struct json_object *value = key != NULL ? berth_kit_get(labels, key) : NULL;
        free(key);
        if (value == NULL || !json_object_is_type(value, json_type_string)) return false;
        berth_str have = {json_object_get_string(value), (uint64_t)json_object_get_string_len(value)};
        berth_str want = {request->labels[i].value.ptr != NULL ? request->labels[i].value.ptr : "", request->labels[i].value.len};
        if (!berth_kit_equal(have, want)) return false;
    }
    return true;
}

/* ---- waiting -------------------------------------------------------------------------------------- */

/* Nanoseconds on CLOCK_MONOTONIC, the clock of job->deadline_ns. */
static inline uint64_t berth_kit_now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

typedef enum berth_kit_event {
    BERTH_KIT_READY = 0,     /* the descriptor can be read, or its other end is gone  */
    BERTH_KIT_TIMEOUT = 1,   /* the time is over                                      */
    BERTH_KIT_CANCELLED = 2, /* the job was cancelled; wins over the others           */
    BERTH_KIT_BROKEN = 3     /* not a descriptor that can be polled; errno says more  */
} berth_kit_event;

/* Waits until `fd` is readable (-1: just sleep), the time is over (-1: no limit) or the job is cancelled.
 * Sleep and wait with this and nothing else, and the job stays cancellable. */
static inline berth_kit_event berth_kit_wait(const berth_job *job, int fd, int timeout_ms) {
    uint64_t end = berth_kit_now_ns() + (timeout_ms > 0 ? (uint64_t)timeout_ms * 1000000u : 0u);
    for (;;) {
        if (berth_kit_cancelled(job)) return BERTH_KIT_CANCELLED;
        int left = timeout_ms;
        if (timeout_ms > 0) {
            uint64_t now = berth_kit_now_ns();
            left = now >= end ? 0 : (int)((end - now + 999999u) / 1000000u);
        }
        struct pollfd fds[2] = {{.fd = job->cancel_fd, .events = POLLIN}, {.fd = fd, .events = POLLIN}};
        int count = poll(fds, 2, left);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return BERTH_KIT_BROKEN;
        if (fds[0].revents != 0) return BERTH_KIT_CANCELLED;
        if (fds[1].revents & POLLNVAL) return errno = EBADF, BERTH_KIT_BROKEN;
        if (fds[1].revents != 0) return BERTH_KIT_READY;
        if (count == 0) return BERTH_KIT_TIMEOUT;
    }
}

/* ---- children ------------------------------------------------------------------------------------- */

/* A program to run to its end. Unset members have sensible defaults. */
typedef struct berth_kit_command {
    const char *const *argv;        /* NULL-terminated; argv[0] with a slash, else it is looked for in PATH      */
    const char *const *environment; /* NULL: that of this process                                                */
    const char *directory;          /* to run in; NULL: job->work_dir                                            */
    const char *stage;              /* of its log lines; NULL: none                                              */
    int stop_timeout_ms;            /* on cancel: from SIGTERM to SIGKILL; 0: 5000                               */
    int timeout_ms;                 /* 0: none, it may run until the job is cancelled                            */
    /* What to do with a line (without its end, repaired to UTF-8); NULL: log it. */
    void (*line)(void *data, berth_stream stream, const char *text, size_t length);
    void *data;
} berth_kit_command;

typedef struct berth_kit_pipe {
    int fd;
    berth_stream stream;
    size_t used;
    char buffer[4096];
} berth_kit_pipe;

static inline void berth_kit_emit(const berth_job *job, const berth_kit_command *command, berth_stream stream, char *text,
                                  size_t length) {
    berth_kit_repair(text, length);
    if (command->line != NULL) {
        command->line(command->data, stream, text, length);
        return;
    }
    berth_log_record record = BERTH_KIT_NEW(berth_log_record);
    record.severity = BERTH_INFO;
    record.stream = stream;
    record.stage = berth_kit_str(command->stage);
    record.message = (berth_str){text, length};
    job->log(job, &record);
}

/* Reads what is there; lines longer than the buffer are cut into several. False at the end. */
static inline bool berth_kit_pump(const berth_job *job, const berth_kit_command *command, berth_kit_pipe *pipe_) {
    ssize_t count = read(pipe_->fd, pipe_->buffer + pipe_->used, sizeof pipe_->buffer - pipe_->used);
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) return true;
    if (count > 0) pipe_->used += (size_t)count;
    size_t start = 0;
    for (size_t i = start; i < pipe_->used; i++) {
        if (pipe_->buffer[i] != '\n') continue;
        size_t length = i - start;
        if (length > 0 && pipe_->buffer[i - 1] == '\r') length--;
        berth_kit_emit(job, command, pipe_->stream, pipe_->buffer + start, length);
        start = i + 1;
    }
    bool full = start == 0 && pipe_->used == sizeof pipe_->buffer;
    if ((full || count <= 0) && pipe_->used > start) {
        berth_kit_emit(job, command, pipe_->stream, pipe_->buffer + start, pipe_->used - start);
        start = pipe_->used;
    }
    memmove(pipe_->buffer, pipe_->buffer + start, pipe_->used - start);
    pipe_->used -= start;
    return count > 0;
}

/* Starts the child: own process group, no signal blocked or ignored, stdin empty, no other descriptor. */
static inline int berth_kit_spawn(const berth_job *job, const berth_kit_command *command, int out, int err, pid_t *pid) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    char *directory = command->directory == NULL ? berth_kit_copy(job->work_dir) : strdup(command->directory);
    int error = directory == NULL ? ENOMEM : posix_spawn_file_actions_init(&actions);
    if (error != 0) {
        free(directory);
        return error;
    }
    error = posix_spawnattr_init(&attributes);
    if (error == 0) {
        sigset_t none, all;
        sigemptyset(&none);
        sigfillset(&all);
        posix_spawnattr_setflags(&attributes, (short)(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF));
        posix_spawnattr_setpgroup(&attributes, 0);
        posix_spawnattr_setsigmask(&attributes, &none);
        posix_spawnattr_setsigdefault(&attributes, &all);
        if (error == 0) error = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
        if (error == 0) error = posix_spawn_file_actions_adddup2(&actions, out, 1);
        if (error == 0) error = posix_spawn_file_actions_adddup2(&actions, err, 2);
        if (error == 0) error = posix_spawn_file_actions_addchdir_np(&actions, directory);
#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 34)
        if (error == 0) error = posix_spawn_file_actions_addclosefrom_np(&actions, 3);
#endif
        char *const *argv = (char *const *)(uintptr_t)command->argv; /* posix_spawn does not write to them */
        char *const *environment = command->environment != NULL ? (char *const *)(uintptr_t)command->environment : environ;
        if (error == 0) error = posix_spawnp(pid, argv[0], &actions, &attributes, argv, environment);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    free(directory);
    return error;
}

/* Runs a child and returns when it has ended and its process group is empty of what it left behind. Its
 * lines are logged. On cancel (and at the timeout) the group gets SIGTERM, later SIGKILL.
 * BERTH_OK: it ran; *exit_status is its status, or 128 + the signal that ended it. BERTH_CANCELLED: it was
 * ended on cancel. BERTH_FAILED, with a diagnostic: it could not be started, or the time was over. */
static inline berth_status berth_kit_run(const berth_job *job, const berth_kit_command *command, int *exit_status) {
    int out[2], err[2];
    *exit_status = -1;
    if (pipe2(out, O_CLOEXEC) != 0)
        return berth_kit_fail(job, BERTH_FAILED, "plugin.child.not-started", "Raise the limit of open files.", "no pipe: %s", strerror(errno));
    if (pipe2(err, O_CLOEXEC) != 0) {
        int error = errno;
        close(out[0]);
        close(out[1]);
        return berth_kit_fail(job, BERTH_FAILED, "plugin.child.not-started", "Raise the limit of open files.", "no pipe: %s", strerror(error));
    }
    pid_t pid = -1;
    int error = berth_kit_spawn(job, command, out[1], err[1], &pid);
    close(out[1]);
    close(err[1]);
    berth_kit_pipe pipes[2] = {{.fd = out[0], .stream = BERTH_STREAM_CHILD_STDOUT}, {.fd = err[0], .stream = BERTH_STREAM_CHILD_STDERR}};
    if (error != 0) {
        close(out[0]);
        close(err[0]);
        return berth_kit_fail(job, BERTH_FAILED, "plugin.child.not-started", "Check that the program is installed and may be executed.",
                              "cannot start %s: %s", command->argv[0], strerror(error));
    }
    for (int i = 0; i < 2; i++) (void)fcntl(pipes[i].fd, F_SETFL, O_NONBLOCK);
    uint64_t start = berth_kit_now_ns(), kill_at = 0;
    bool ended = false, cancelled = false, late = false;
    while (!ended) {
        struct pollfd fds[3] = {{.fd = pipes[0].fd, .events = POLLIN}, {.fd = pipes[1].fd, .events = POLLIN},
                                {.fd = cancelled ? -1 : job->cancel_fd, .events = POLLIN}};
        if (poll(fds, 3, 20) < 0) fds[0].revents = fds[1].revents = fds[2].revents = 0;
        for (int i = 0; i < 2; i++) {
            if (fds[i].revents == 0 || berth_kit_pump(job, command, &pipes[i])) continue;
            close(pipes[i].fd);
            pipes[i].fd = -1;
        }
        uint64_t now = berth_kit_now_ns();
        if (!cancelled && berth_kit_cancelled(job)) cancelled = true;
        if (!late && command->timeout_ms > 0 && now - start > (uint64_t)command->timeout_ms * 1000000u) late = true;
        if ((cancelled || late) && kill_at == 0) {
            kill_at = now + (uint64_t)(command->stop_timeout_ms > 0 ? command->stop_timeout_ms : 5000) * 1000000u;
            kill(-pid, SIGTERM);
        }
        if (kill_at != 0 && now >= kill_at) kill(-pid, SIGKILL);
        siginfo_t info = {.si_pid = 0};
        /* WNOWAIT: as long as the child is not reaped its number cannot become somebody else's group. */
        ended = waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) != 0 ? errno != EINTR : info.si_pid == pid;
    }
    kill(-pid, SIGKILL);
    int status = 0;
    pid_t reaped;
    do reaped = waitpid(pid, &status, 0);
    while (reaped < 0 && errno == EINTR);
    for (int i = 0; i < 2; i++) {
        if (pipes[i].fd < 0) continue;
        for (int rounds = 0; rounds < 256; rounds++) { /* what is still in the pipe, even if a stranger holds it */
            struct pollfd fd = {.fd = pipes[i].fd, .events = POLLIN};
            if (poll(&fd, 1, 0) <= 0 || !berth_kit_pump(job, command, &pipes[i])) break;
        }
        if (pipes[i].used > 0) berth_kit_emit(job, command, pipes[i].stream, pipes[i].buffer, pipes[i].used);
        close(pipes[i].fd);
    }
    if (reaped == pid) *exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    if (cancelled && *exit_status != 0) return BERTH_CANCELLED;
    if (late && *exit_status != 0)
        return berth_kit_fail(job, BERTH_FAILED, "plugin.child.timeout", "Look into the log for what it was waiting for.",
                              "%s took longer than %d ms", command->argv[0], command->timeout_ms);
    return BERTH_OK;
}

/* ---- the entry point ------------------------------------------------------------------------------ */

/* The minors this kit was written for. */
#define BERTH_KIT_MINOR_MIN 0
#define BERTH_KIT_MINOR_MAX 0
BERTH_STATIC_ASSERT(BERTH_KIT_MINOR_MAX <= BERTH_ABI_MINOR, "berth_kit.h is newer than berth_plugin.h");

#define BERTH_KIT_TEXT_(value) #value
#define BERTH_KIT_TEXT(value) BERTH_KIT_TEXT_(value)
#define BERTH_KIT_UNWRAP_(...) __VA_ARGS__

/* The handshake, for a `plugin` that never changes. */
static inline berth_status berth_kit_negotiate(berth_hello *hello, const berth_plugin **out, const berth_plugin *plugin) {
    if (hello == NULL || out == NULL || !BERTH_HAS(berth_hello, hello, refusal)) return BERTH_INVALID_ARGUMENT;
    const uint32_t oldest = BERTH_KIT_MINOR_MIN, newest = BERTH_KIT_MINOR_MAX;
    uint32_t low = hello->minor_min > oldest ? hello->minor_min : oldest;
    uint32_t high = hello->minor_max < newest ? hello->minor_max : newest;
    if (low > high) {
        hello->refusal = BERTH_STR("the plugin speaks minor " BERTH_KIT_TEXT(BERTH_KIT_MINOR_MIN) " to " BERTH_KIT_TEXT(
            BERTH_KIT_MINOR_MAX) " of plugin ABI 1, and the host none of these");
        return BERTH_UNSUPPORTED;
    }
    const berth_operation operations[] = {plugin->parse, plugin->plan, plugin->apply, plugin->destroy, plugin->read, plugin->recover};
    for (uint32_t i = 0; i < 6; i++) {
        bool declared = (plugin->descriptor->capabilities & (1u << i)) != 0;
        if (declared == (operations[i] != NULL)) continue;
        hello->refusal = BERTH_STR("a bug of the plugin: its capabilities do not match the operations it has");
        return BERTH_UNSUPPORTED;
    }
    hello->minor_max = high;
    *out = plugin;
    return BERTH_OK;
}

/* Defines descriptor, plugin and berth_plugin_v1, once in a library, at the end of a file:
 *
 *   BERTH_KIT_PLUGIN((.id = BERTH_STR_INIT("org.example.mine"), .capabilities = …, …),
 *                    (.create = create, .destroy_instance = destroy_instance, .apply = apply, …))
 *
 * First the fields of berth_descriptor, then those of berth_plugin; sizes and the descriptor are filled in. */
#define BERTH_KIT_PLUGIN(DESCRIPTOR, PLUGIN)                                                                              \
    static const berth_descriptor berth_kit_descriptor = {.size = sizeof(berth_descriptor), BERTH_KIT_UNWRAP_ DESCRIPTOR}; \
    static const berth_plugin berth_kit_plugin = {                                                                        \
        .size = sizeof(berth_plugin), .descriptor = &berth_kit_descriptor, BERTH_KIT_UNWRAP_ PLUGIN};                     \
    berth_status berth_plugin_v1(berth_hello *hello, const berth_plugin **out) {                                          \
        return berth_kit_negotiate(hello, out, &berth_kit_plugin);                                                        \
    }                                                                                                                     \
    BERTH_STATIC_ASSERT(BERTH_ABI_MAJOR == 1u, "this entry is that of major 1")

#endif
