/* template.c -- workspace.json: what may be in it, and what it asks for with given inputs */
#include "localhost.h"

#include <ctype.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#define TEMPLATE_FILE "workspace.json"
#define TEMPLATE_SIZE_MAX 4194304

static const char *const template_members[] = {"command", "env", "files", "parameters", "presets", "agent", "apps", "restart", NULL};
static const char *const parameter_members[] = {"name",    "display_name", "type", "form_type", "default", "description", "mutable",
                                                "options", "validation",   "icon", "order",     "ephemeral", NULL};
static const char *const restart_members[] = {"policy", "delay_seconds", "delay_max_seconds", NULL};

/* PARAM_ and the name in capitals, everything else as '_'. To free(). */
static char *variable_name(const char *parameter) {
    char *name = berth_kit_format("PARAM_%s", parameter);
    for (char *c = name != NULL ? name + 6 : NULL; c != NULL && *c != 0; c++)
        *c = isalnum((unsigned char)*c) ? (char)toupper((unsigned char)*c) : '_';
    return name;
}

static bool is_variable_name(const char *name) {
    if (name[0] == 0 || isdigit((unsigned char)name[0])) return false;
    for (const char *c = name; *c != 0; c++)
        if (!isalnum((unsigned char)*c) && *c != '_') return false;
    return strcmp(name, "BERTH_WORKER_ID") != 0 && strcmp(name, CONTROL_VARIABLE) != 0;
}

/* Letters, digits, '_' and '-', at most 64: parameters, agents and apps. */
static bool is_plain_name(const char *name) {
    size_t length = strlen(name);
    return length > 0 && length <= 64 && strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") == length;
}

/* A path below the directory: no empty, "." or ".." part. */
static bool is_relative_path(const char *path) {
    size_t total = strlen(path);
    if (total == 0 || total > 1024) return false;
    for (const char *part = path;;) {
        size_t length = strcspn(part, "/");
        if (length == 0 || length > 255 || (length == 1 && part[0] == '.') || (length == 2 && part[0] == '.' && part[1] == '.')) return false;
        if (part[length] == 0) return true;
        part += length + 1;
    }
}

static void check_strings(berth_kit_reader *parent, const char *name, bool (*is_name)(const char *), const char *what) {
    struct json_object *object = berth_kit_read(parent, name, json_type_object);
    if (object == NULL) return;
    berth_kit_reader reader = berth_kit_reader_of(parent, name, object);
    json_object_object_foreach(object, key, value) {
        (void)value;
        if (!is_name(key)) berth_kit_refuse(&reader, key, "is not %s", what);
        berth_kit_require_string(&reader, key);
    }
    parent->failed = parent->failed || reader.failed;
}

static void check_command(berth_kit_reader *reader) {
    struct json_object *command = berth_kit_read(reader, "command", json_type_array);
    if (command == NULL || json_object_array_length(command) == 0) {
        berth_kit_refuse(reader, "command", "must be an array with the program and its arguments");
        return;
    }
    for (size_t i = 0; i < json_object_array_length(command); i++) {
        struct json_object *word = json_object_array_get_idx(command, i);
        if (!json_object_is_type(word, json_type_string) || (i == 0 && json_object_get_string_len(word) == 0) ||
            strlen(json_object_get_string(word)) != (size_t)json_object_get_string_len(word))
            berth_kit_refuse(reader, "command", "must have strings as elements, the first not empty (see element %zu)", i);
    }
}

/* "json" text of a scalar default as the string that a parameter value is. Borrowed from the value. */
static const char *default_of(struct json_object *parameter) {
    struct json_object *value = berth_kit_get(parameter, "default");
    return value != NULL ? json_object_get_string(value) : NULL;
}

static bool value_fits(struct json_object *parameter, const char *value) {
    const char *type = berth_kit_text(parameter, "type");
    if (type != NULL && strcmp(type, "bool") == 0 && strcmp(value, "true") != 0 && strcmp(value, "false") != 0) return false;
    if (type != NULL && strcmp(type, "number") == 0) {
        char *end;
        (void)strtod(value, &end);
        if (value[0] == 0 || *end != 0) return false;
    }
    struct json_object *options = berth_kit_get(parameter, "options");
    size_t count = options != NULL ? json_object_array_length(options) : 0;
    if (type != NULL && strcmp(type, "list(string)") == 0) return true;
    for (size_t i = 0; i < count; i++) {
        struct json_object *option = berth_kit_get(json_object_array_get_idx(options, i), "value");
        if (option != NULL && strcmp(json_object_get_string(option), value) == 0) return true;
    }
    return count == 0;
}

static void check_parameter(berth_kit_reader *reader, struct json_object *all, size_t index) {
    static const char *const types[] = {"string", "number", "bool", "list(string)", NULL};
    berth_kit_refuse_others(reader, parameter_members);
    const char *name = berth_kit_require_string(reader, "name");
    const char *type = berth_kit_read_string(reader, "type", "string");
    (void)berth_kit_read_string(reader, "description", NULL);
    (void)berth_kit_read_string(reader, "display_name", NULL);
    (void)berth_kit_read_bool(reader, "mutable", false);
    (void)berth_kit_read(reader, "validation", json_type_object);
    struct json_object *options = berth_kit_read(reader, "options", json_type_array);
    bool known = false;
    for (const char *const *t = types; *t != NULL; t++) known = known || strcmp(*t, type) == 0;
    if (!known) berth_kit_refuse(reader, "type", "must be string, number, bool or list(string)");
    if (name != NULL && !is_plain_name(name)) berth_kit_refuse(reader, "name", "must be 1 to 64 letters, digits, '_' or '-'");
    char *variable = name != NULL ? variable_name(name) : NULL;
    for (size_t i = 0; i < index && variable != NULL; i++) {
        const char *other = berth_kit_text(json_object_array_get_idx(all, i), "name");
        char *other_variable = other != NULL ? variable_name(other) : NULL;
        if (other_variable != NULL && strcmp(variable, other_variable) == 0)
            berth_kit_refuse(reader, "name", "gives the same variable %s as parameter \"%s\"", variable, other);
        free(other_variable);
    }
    free(variable);
    for (size_t i = 0; options != NULL && i < json_object_array_length(options); i++)
        if (berth_kit_text(json_object_array_get_idx(options, i), "value") == NULL)
            berth_kit_refuse(reader, "options", "must have objects with a string \"value\" as elements (see element %zu)", i);
    struct json_object *value = berth_kit_get(reader->object, "default");
    bool scalar = value == NULL || json_object_is_type(value, json_type_string) || json_object_is_type(value, json_type_int) ||
                  json_object_is_type(value, json_type_boolean) || json_object_is_type(value, json_type_double) ||
                  (strcmp(type, "list(string)") == 0 && json_object_is_type(value, json_type_array));
    if (!reader->failed && (!scalar || (value != NULL && !value_fits(reader->object, default_of(reader->object)))))
        berth_kit_refuse(reader, "default", "is not a value this parameter may have");
}

/* Elements of an array of objects, one reader each. */
static void check_elements(berth_kit_reader *parent, const char *name, void (*check)(berth_kit_reader *, struct json_object *, size_t)) {
    struct json_object *array = berth_kit_read(parent, name, json_type_array);
    for (size_t i = 0; array != NULL && i < json_object_array_length(array); i++) {
        char place[64];
        snprintf(place, sizeof place, "%zu", i);
        berth_kit_reader outer = berth_kit_reader_of(parent, name, array);
        berth_kit_reader reader = berth_kit_reader_of(&outer, place, json_object_array_get_idx(array, i));
        if (json_object_is_type(reader.object, json_type_object)) {
            check(&reader, array, i);
        } else {
            berth_kit_refuse(&reader, NULL, "must be an object");
        }
        parent->failed = parent->failed || reader.failed;
    }
}

static void check_app(berth_kit_reader *reader, struct json_object *all, size_t index) {
    const char *slug = berth_kit_require_string(reader, "slug");
    if (slug != NULL && !is_plain_name(slug)) berth_kit_refuse(reader, "slug", "must be 1 to 64 letters, digits, '_' or '-'");
    for (size_t i = 0; i < index && slug != NULL; i++) {
        const char *other = berth_kit_text(json_object_array_get_idx(all, i), "slug");
        if (other != NULL && strcmp(other, slug) == 0) berth_kit_refuse(reader, "slug", "is taken by another app");
    }
}

static void check_rest(berth_kit_reader *reader) {
    struct json_object *agent = berth_kit_read(reader, "agent", json_type_object);
    struct json_object *restart = berth_kit_read(reader, "restart", json_type_object);
    (void)berth_kit_read(reader, "presets", json_type_array);
    if (agent != NULL) {
        berth_kit_reader inner = berth_kit_reader_of(reader, "agent", agent);
        const char *name = berth_kit_read_string(&inner, "name", "main");
        if (!is_plain_name(name)) berth_kit_refuse(&inner, "name", "must be 1 to 64 letters, digits, '_' or '-'");
        reader->failed = reader->failed || inner.failed;
    } else if (berth_kit_get(reader->object, "apps") != NULL) {
        berth_kit_refuse(reader, "apps", "needs an \"agent\" that the apps belong to");
    }
    if (restart != NULL) {
        berth_kit_reader inner = berth_kit_reader_of(reader, "restart", restart);
        berth_kit_refuse_others(&inner, restart_members);
        const char *policy = berth_kit_read_string(&inner, "policy", "always");
        int64_t delay = berth_kit_read_integer(&inner, "delay_seconds", 1, 1, 3600);
        int64_t delay_max = berth_kit_read_integer(&inner, "delay_max_seconds", 3600, 1, 3600);
        if (strcmp(policy, "always") != 0 && strcmp(policy, "on-failure") != 0 && strcmp(policy, "never") != 0)
            berth_kit_refuse(&inner, "policy", "must be always, on-failure or never");
        if (delay_max < delay) berth_kit_refuse(&inner, "delay_max_seconds", "must not be less than delay_seconds");
        reader->failed = reader->failed || inner.failed;
    }
}

struct json_object *template_load(const berth_job *job, berth_str source_dir) {
    static const berth_kit_where where = {.source_path = TEMPLATE_FILE};
    char *directory = berth_kit_copy(source_dir);
    char *path = directory != NULL ? berth_kit_format("%s/" TEMPLATE_FILE, directory) : NULL;
    free(directory);
    int fd = path != NULL ? open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : -1;
    struct stat about;
    free(path);
    if (fd < 0 || fstat(fd, &about) != 0 || !S_ISREG(about.st_mode) || about.st_size > TEMPLATE_SIZE_MAX) {
        if (fd >= 0) close(fd);
        berth_kit_diagnose(job, BERTH_ERROR, "localhost.template.missing", &where,
                           "A template of this plugin is a directory with a file workspace.json of at most 4 MiB.",
                           "the template has no readable " TEMPLATE_FILE);
        return NULL;
    }
    size_t size = (size_t)about.st_size, used = 0;
    char *text = malloc(size + 1), error[256] = "it cannot be read";
    ssize_t count;
    while (text != NULL && used < size && ((count = read(fd, text + used, size - used)) > 0 || (count < 0 && errno == EINTR)))
        used += count > 0 ? (size_t)count : 0;
    close(fd);
    struct json_object *template = NULL;
    if (text == NULL || used < size || !berth_kit_parse_object((berth_str){text, used}, &template, error, sizeof error)) {
        free(text);
        berth_kit_diagnose(job, BERTH_ERROR, "localhost.template.invalid", &where, "Correct the file: it must be one JSON object.",
                           TEMPLATE_FILE " is not valid: %s", error);
        return NULL;
    }
    free(text);
    berth_kit_reader reader = {.job = job, .object = template, .code = "localhost.template.invalid", .source_path = TEMPLATE_FILE};
    berth_kit_refuse_others(&reader, template_members);
    check_command(&reader);
    check_strings(&reader, "env", is_variable_name, "the name of a variable that may be set");
    check_strings(&reader, "files", is_relative_path, "a path below the directory, without \".\" and \"..\"");
    check_elements(&reader, "parameters", check_parameter);
    check_elements(&reader, "apps", check_app);
    check_rest(&reader);
    if (!reader.failed) return template;
    json_object_put(template);
    return NULL;
}

berth_status template_parse(berth_instance *self, const berth_job *job, const berth_request *request) {
    (void)self;
    struct json_object *template = template_load(job, request->source_dir);
    if (template == NULL) return BERTH_INVALID_ARGUMENT;
    struct json_object *document = json_object_new_object(), *parameters = berth_kit_get(template, "parameters");
    struct json_object *presets = berth_kit_get(template, "presets");
    for (size_t i = 0; parameters != NULL && i < json_object_array_length(parameters); i++) {
        struct json_object *parameter = json_object_array_get_idx(parameters, i);
        if (berth_kit_get(parameter, "type") == NULL) berth_kit_set(parameter, "type", json_object_new_string("string"));
        struct json_object *value = berth_kit_get(parameter, "default");
        if (value != NULL && !json_object_is_type(value, json_type_string)) /* values are strings everywhere */
            berth_kit_set(parameter, "default", json_object_new_string(json_object_get_string(value)));
    }
    berth_kit_set(document, "variables", json_object_new_array());
    berth_kit_set(document, "parameters", parameters != NULL ? json_object_get(parameters) : json_object_new_array());
    berth_kit_set(document, "presets", presets != NULL ? json_object_get(presets) : json_object_new_array());
    berth_kit_set(document, "external_auth", json_object_new_array());
    berth_kit_set(document, "tags", json_object_new_object());
    berth_status status = berth_kit_set_document(job, "parameters", document);
    json_object_put(document);
    json_object_put(template);
    return status;
}

/* Does "sensitive" of the inputs list this pointer, or something that contains it? */
static bool is_sensitive(struct json_object *inputs, const char *pointer) {
    struct json_object *list = berth_kit_get(inputs, "sensitive");
    if (list == NULL || !json_object_is_type(list, json_type_array)) return false;
    for (size_t i = 0; i < json_object_array_length(list); i++) {
        const char *item = json_object_get_string(json_object_array_get_idx(list, i));
        size_t length = item != NULL ? strlen(item) : 0;
        if (item != NULL && strncmp(item, pointer, length) == 0 && (pointer[length] == 0 || pointer[length] == '/')) return true;
    }
    return false;
}

static void add_variable(struct json_object *spec, const char *name, const char *value, bool secret) {
    if (value == NULL) return;
    berth_kit_set(berth_kit_get(spec, "env"), name, json_object_new_string(value));
    if (!secret) return;
    char pointer[512];
    berth_kit_pointer(pointer, sizeof pointer, "/env", name);
    json_object_array_add(berth_kit_get(spec, "sensitive"), json_object_new_string(pointer));
}

static bool add_parameter(const workspace *w, struct json_object *spec, struct json_object *parameter) {
    const char *name = berth_kit_text(parameter, "name");
    struct json_object *given = berth_kit_get(berth_kit_get(w->inputs, "parameters"), name);
    const char *value = given != NULL ? berth_kit_text(berth_kit_get(w->inputs, "parameters"), name) : default_of(parameter);
    char pointer[512];
    berth_kit_pointer(pointer, sizeof pointer, "/parameters", name);
    berth_kit_where where = {.attribute = pointer};
    if (value == NULL || (given != NULL && !value_fits(parameter, value))) { /* the value itself may be a secret */
        berth_kit_diagnose(w->job, BERTH_ERROR, value == NULL ? "localhost.parameter.missing" : "localhost.parameter.invalid", &where,
                           "Give the parameter a value that the template allows.",
                           value == NULL ? "parameter \"%s\" has no value" : "the value of parameter \"%s\" is not allowed", name);
        return false;
    }
    char *variable = variable_name(name);
    if (variable != NULL) add_variable(spec, variable, value, is_sensitive(w->inputs, pointer));
    free(variable);
    return true;
}

static struct json_object *agent_of(const workspace *w, struct json_object *template) {
    struct json_object *agent = NULL;
    struct utsname machine;
    if (berth_kit_get(template, "agent") == NULL || json_object_deep_copy(berth_kit_get(template, "agent"), &agent, NULL) != 0) return NULL;
    const char *arch = uname(&machine) == 0 && strcmp(machine.machine, "aarch64") == 0 ? "arm64" : "amd64";
    if (berth_kit_get(agent, "name") == NULL) berth_kit_set(agent, "name", json_object_new_string("main"));
    if (berth_kit_get(agent, "os") == NULL) berth_kit_set(agent, "os", json_object_new_string("linux"));
    if (berth_kit_get(agent, "arch") == NULL) berth_kit_set(agent, "arch", json_object_new_string(arch));
    if (berth_kit_get(agent, "dir") == NULL) berth_kit_set(agent, "dir", json_object_new_string(w->path));
    return agent;
}

struct json_object *template_spec(const workspace *w, struct json_object *template) {
    static const struct {
        const char *variable, *object, *member, *pointer;
    } facts[] = {{"BERTH_WORKSPACE_NAME", "workspace", "name", "/workspace/name"},
                 {"BERTH_OWNER_NAME", "owner", "name", "/owner/name"},
                 {"BERTH_OWNER_EMAIL", "owner", "email", "/owner/email"},
                 {"BERTH_ACCESS_URL", "deployment", "access_url", "/deployment/access_url"}};
    struct json_object *spec = json_object_new_object(), *parameters = berth_kit_get(template, "parameters");
    struct json_object *env = berth_kit_get(template, "env"), *restart = berth_kit_get(template, "restart");
    bool good = true;
    berth_kit_set(spec, "command", json_object_get(berth_kit_get(template, "command")));
    berth_kit_set(spec, "env", json_object_new_object());
    berth_kit_set(spec, "sensitive", json_object_new_array());
    berth_kit_set(spec, "restart", restart != NULL ? json_object_get(restart) : json_object_new_object());
    for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++)
        add_variable(spec, facts[i].variable, berth_kit_text(berth_kit_get(w->inputs, facts[i].object), facts[i].member),
                     is_sensitive(w->inputs, facts[i].pointer));
    add_variable(spec, "BERTH_WORKSPACE_ID", w->id, false);
    if (env != NULL) {
        json_object_object_foreach(env, name, value) { add_variable(spec, name, json_object_get_string(value), false); }
    }
    for (size_t i = 0; parameters != NULL && i < json_object_array_length(parameters); i++)
        good = add_parameter(w, spec, json_object_array_get_idx(parameters, i)) && good;
    struct json_object *agent = agent_of(w, template), *apps = berth_kit_get(template, "apps");
    if (agent != NULL) berth_kit_set(spec, "agent", agent);
    if (apps != NULL) berth_kit_set(spec, "apps", json_object_get(apps));
    if (good) return spec;
    json_object_put(spec);
    return NULL;
}
