/* localhost.c -- who the plugin is: descriptor, configuration, instance, entry point */
#include "localhost.h"

#define CONFIGURATION_SCHEMA                                                                                            \
    "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\"type\":\"object\",\"additionalProperties\":false," \
    "\"required\":[\"root\"],\"properties\":{"                                                                          \
    "\"root\":{\"type\":\"string\",\"pattern\":\"^/\",\"minLength\":2,\"maxLength\":1024,"                              \
    "\"description\":\"Absolute path of an existing directory; each workspace becomes a directory in it.\"},"           \
    "\"stop_timeout_seconds\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":300,\"default\":10,"                      \
    "\"description\":\"How long a process may take to end before it is killed.\"},"                                     \
    "\"log_size_max_bytes\":{\"type\":\"integer\",\"minimum\":65536,\"maximum\":1073741824,\"default\":10485760,"       \
    "\"description\":\"How much of a process's output is kept.\"}}}"

static void destroy_instance(berth_instance *self) {
    free(self->root);
    free(self->supervisor);
    free(self);
}

/* A path that starts with a slash and has no empty, "." or ".." part. */
static bool is_plain_absolute(const char *path) {
    if (path[0] != '/' || path[1] == 0) return false;
    for (const char *part = path; *part != 0;) {
        size_t length = strcspn(part + 1, "/");
        if (length == 0 || (length == 1 && part[1] == '.') || (length == 2 && part[1] == '.' && part[2] == '.')) return false;
        part += 1 + length;
    }
    return true;
}

static berth_status create(const berth_host *host, const berth_job *job, berth_str config_json, berth_instance **out) {
    static const char *const known[] = {"root", "stop_timeout_seconds", "log_size_max_bytes", NULL};
    struct json_object *document;
    char error[256];
    if (!berth_kit_parse_object(config_json, &document, error, sizeof error))
        return berth_kit_fail(job, BERTH_INVALID_ARGUMENT, "localhost.configuration.invalid", "Correct the plugin's configuration.",
                              "the configuration is not valid: %s", error);
    berth_kit_reader reader = {.job = job, .object = document, .code = "localhost.configuration.invalid"};
    berth_kit_refuse_others(&reader, known);
    const char *root = berth_kit_require_string(&reader, "root");
    int64_t stop_timeout = berth_kit_read_integer(&reader, "stop_timeout_seconds", 10, 1, 300);
    int64_t log_size_max = berth_kit_read_integer(&reader, "log_size_max_bytes", 10485760, 65536, 1073741824);
    size_t length = root != NULL ? strlen(root) : 0;
    while (length > 1 && root[length - 1] == '/') length--;
    char *plain = root != NULL ? strndup(root, length) : NULL;
    if (plain != NULL && (length > 1024 || !is_plain_absolute(plain)))
        berth_kit_refuse(&reader, "root", "must be an absolute path without \".\" and \"..\", shorter than 1024 bytes, and not \"/\"");
    json_object_put(document);
    if (reader.failed) {
        free(plain);
        return BERTH_INVALID_ARGUMENT;
    }
    char *directory = berth_kit_copy(host->plugin_dir);
    berth_instance *self = calloc(1, sizeof *self);
    char *supervisor = directory != NULL ? berth_kit_format("%s/berth-localhost-supervisor", directory) : NULL;
    free(directory);
    if (self == NULL || plain == NULL || supervisor == NULL) {
        free(self);
        free(plain);
        free(supervisor);
        return berth_kit_out_of_memory(job);
    }
    *self = (berth_instance){.root = plain, .supervisor = supervisor, .stop_timeout_seconds = stop_timeout, .log_size_max_bytes = log_size_max};
    *out = self;
    return BERTH_OK;
}

BERTH_KIT_PLUGIN((.capabilities = BERTH_CAP_PARSE | BERTH_CAP_PLAN | BERTH_CAP_APPLY | BERTH_CAP_DESTROY | BERTH_CAP_READ | BERTH_CAP_RECOVER,
                  .id = BERTH_STR_INIT("dev.berth.localhost"), .name = BERTH_STR_INIT("localhost"), .version = BERTH_STR_INIT("1.0.0"),
                  .vendor = BERTH_STR_INIT("Berth"),
                  .description = BERTH_STR_INIT("Workspaces as a directory and a supervised process on the server itself."),
                  .config_schema_json = BERTH_STR_INIT(CONFIGURATION_SCHEMA), .state_version = 1, .state_version_min = 1),
                 (.create = create, .destroy_instance = destroy_instance, .parse = template_parse, .plan = operation_plan,
                  .apply = operation_apply, .destroy = operation_destroy, .read = operation_read, .recover = operation_recover,
                  .get_extension = localhost_extension));
