/* host.c -- a small host, compiled against 1.0 or 1.1, that runs a plugin compiled against either.
 *
 * usage: host LIBRARY EXPECTED-MINOR
 *
 * Everything given to the plugin lies on the heap with exactly the size this host knows, so that a
 * sanitizer sees a plugin that reaches too far. Everything taken is copied with the smaller of both sizes. */
#include "berth_plugin.h"

#include <dlfcn.h>
#include <ffi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>

#define STR(literal) ((berth_str){(literal), sizeof(literal) - 1})

static int violations;

static void check(int holds, const char *what) {
    printf("%s  %s\n", holds ? "ok  " : "FAIL", what);
    if (!holds) violations++;
}

/* Copies a struct that starts with its size: never more than both sides know, the rest is zero. */
static int take(void *ours, size_t our_size, const void *theirs) {
    uint32_t size;
    memcpy(&size, theirs, sizeof size);
    memset(ours, 0, our_size);
    if (size < sizeof size) return 0;
    memcpy(ours, theirs, size < our_size ? size : our_size);
    return 1;
}

typedef struct recording {
    char state[64];
    uint64_t state_length;
    int checkpoints, resources, regions, edges, diagnostics, heartbeats;
    char output[256];
} recording;

static recording *of(const berth_job *job) { return job->host_data; }

static uint32_t is_cancelled(const berth_job *job) { return (void)job, 0u; }
static uint64_t deadline_ns(const berth_job *job) { return (void)job, (uint64_t)0; }
static void job_log(const berth_job *job, const berth_log_record *record) { (void)job, (void)record; }
static void job_progress(const berth_job *job, const berth_progress *progress) { (void)job, (void)progress; }
static void job_diagnose(const berth_job *job, const berth_diagnostic *diagnostic) {
    berth_diagnostic d;
    if (!take(&d, sizeof d, diagnostic)) return;
    of(job)->diagnostics++;
    printf("      diagnostic: %.*s\n", (int)d.summary.len, d.summary.ptr ? d.summary.ptr : "");
}
static berth_status job_checkpoint(const berth_job *job, berth_bytes state) {
    if (state.len > sizeof of(job)->state) return BERTH_INVALID_ARGUMENT;
    memcpy(of(job)->state, state.ptr, state.len);
    of(job)->state_length = state.len;
    of(job)->checkpoints++;
    return BERTH_OK;
}
static berth_status job_add_resource(const berth_job *job, const berth_resource *resource) {
    berth_resource r;
    if (!take(&r, sizeof r, resource) || r.address.len == 0) return BERTH_INVALID_ARGUMENT;
    of(job)->resources++;
#if BERTH_ABI_MINOR >= 1
    if (BERTH_HAS(berth_resource, resource, region)) of(job)->regions += r.region.len == 5 && memcmp(r.region.ptr, "attic", 5) == 0;
#endif
    return BERTH_OK;
}
static berth_status job_add_edge(const berth_job *job, const berth_edge *edge) {
    berth_edge e;
    if (!take(&e, sizeof e, edge) || e.from.len == 0 || e.to.len == 0) return BERTH_INVALID_ARGUMENT;
    of(job)->edges++;
    return BERTH_OK;
}
static berth_status job_add_output(const berth_job *job, const berth_output *output) {
    berth_output o;
    if (!take(&o, sizeof o, output) || o.value_json.len >= sizeof of(job)->output) return BERTH_INVALID_ARGUMENT;
    memcpy(of(job)->output, o.value_json.ptr, o.value_json.len);
    return BERTH_OK;
}
static berth_status job_set_plan(const berth_job *job, berth_bytes plan) { return (void)job, (void)plan, BERTH_OK; }
static berth_status job_set_document(const berth_job *job, berth_str kind, berth_str json) {
    return (void)job, (void)kind, (void)json, BERTH_UNSUPPORTED;
}
#if BERTH_ABI_MINOR >= 1
static berth_status job_heartbeat(const berth_job *job) {
    of(job)->heartbeats++;
    return BERTH_OK;
}
#endif

static berth_job *make_job(recording *r, int cancel_fd) {
    memset(r, 0, sizeof *r);
    berth_job *job = malloc(sizeof *job);
    if (job == NULL) abort();
    *job = (berth_job){.size = sizeof *job,
                       .cancel_fd = cancel_fd,
                       .host_data = r,
                       .id = STR("job-1"),
                       .work_dir = STR("/nonexistent"),
                       .is_cancelled = is_cancelled,
                       .deadline_ns = deadline_ns,
                       .log = job_log,
                       .progress = job_progress,
                       .diagnose = job_diagnose,
                       .checkpoint = job_checkpoint,
                       .add_resource = job_add_resource,
                       .add_edge = job_add_edge,
                       .add_output = job_add_output,
                       .set_plan = job_set_plan,
#if BERTH_ABI_MINOR >= 1
                       .heartbeat = job_heartbeat,
#endif
                       .set_document = job_set_document};
    return job;
}

static berth_request *make_request(const recording *state) {
    berth_request *request = malloc(sizeof *request);
    if (request == NULL) abort();
    *request = (berth_request){.size = sizeof *request, .operation_id = STR("operation-1"), .inputs_json = STR("{}")};
    if (state != NULL) {
        request->state_version = 1;
        request->state = (berth_bytes){(const uint8_t *)state->state, state->state_length};
    }
    return request;
}

static const void *no_extension(const berth_host *host, berth_str id) { return (void)host, (void)id, NULL; }
static void host_log(const berth_host *host, const berth_log_record *record) { (void)host, (void)record; }

/* Calls an action with values made from nothing but its declaration. */
static berth_status call(const berth_action *action, berth_instance *self, const berth_job *job, const berth_request *request) {
    static berth_str word = {"hello", 5};
    uint64_t number = 7;
    double factor = 1.5;
    const berth_str *word_pointer = &word;
    ffi_type *types[3 + BERTH_PARAMS_MAX] = {&ffi_type_pointer, &ffi_type_pointer, &ffi_type_pointer};
    void *values[3 + BERTH_PARAMS_MAX] = {&self, &job, &request};
    unsigned count = 3;
    if (action->params.count > BERTH_PARAMS_MAX) return BERTH_INVALID_ARGUMENT;
    for (uint32_t i = 0; i < action->params.count; i++, count++) {
        berth_param param;
        const char *element = (const char *)action->params.items + (size_t)i * action->params.stride;
        check(take(&param, sizeof param, element), "a parameter has a size");
#if BERTH_ABI_MINOR >= 1
        check((BERTH_HAS(berth_param, (const berth_param *)(const void *)element, unit) != 0) == (param.unit.len != 0),
              "a parameter has a unit exactly if its writer knew units");
#endif
        switch (param.type) {
        case BERTH_T_STR: types[count] = &ffi_type_pointer; values[count] = &word_pointer; break;
        case BERTH_T_U64: types[count] = &ffi_type_uint64; values[count] = &number; break;
        case BERTH_T_F64: types[count] = &ffi_type_double; values[count] = &factor; break;
        default: return BERTH_UNSUPPORTED;
        }
    }
    ffi_cif cif;
    ffi_arg result = 0;
    if (ffi_prep_cif(&cif, FFI_DEFAULT_ABI, count, &ffi_type_uint32, types) != FFI_OK) return BERTH_INTERNAL;
    ffi_call(&cif, action->entry, &result, values);
    return (berth_status)result;
}

typedef berth_status (*entry_point)(berth_hello *, const berth_plugin **);

int main(int argc, char **argv) {
    if (argc != 3) return fprintf(stderr, "usage: host LIBRARY EXPECTED-MINOR\n"), 2;
    const uint32_t expected = (uint32_t)strtoul(argv[2], NULL, 10);
    void *library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) return fprintf(stderr, "%s\n", dlerror()), 2;
    void *symbol = dlsym(library, "berth_plugin_v1");
    entry_point entry;
    memcpy(&entry, &symbol, sizeof entry);
    if (entry == NULL) return fprintf(stderr, "no entry point\n"), 2;

    const berth_plugin *theirs = NULL, *again = NULL;
    berth_hello *hello = malloc(sizeof *hello);
    if (hello == NULL) abort();
    *hello = (berth_hello){.size = sizeof *hello, .minor_max = BERTH_ABI_MINOR};
    check(entry(hello, &theirs) == BERTH_OK && theirs != NULL, "the plugin accepts this host");
    if (theirs == NULL) return 1;
    const uint32_t minor = hello->minor_max;
    check(minor == expected, "the minor is the highest that both speak");
    *hello = (berth_hello){.size = sizeof *hello, .minor_max = BERTH_ABI_MINOR};
    check(entry(hello, &again) == BERTH_OK && again == theirs, "the plugin is the same each time");
    *hello = (berth_hello){.size = sizeof *hello, .minor_min = 1000, .minor_max = 1001};
    check(entry(hello, &again) == BERTH_UNSUPPORTED && hello->refusal.len != 0, "a host of the far future is refused in words");
    free(hello);

    berth_plugin plugin;
    berth_descriptor descriptor;
    check(take(&plugin, sizeof plugin, theirs) && take(&descriptor, sizeof descriptor, plugin.descriptor), "plugin and descriptor have sizes");
    check(theirs->size >= 96 && descriptor.capabilities != 0, "the plugin has what 1.0 asks for");

    const int cancel_fd = eventfd(0, EFD_CLOEXEC);
    recording recorded, kept;
    berth_host *host = malloc(sizeof *host);
    if (host == NULL) abort();
    *host = (berth_host){.size = sizeof *host,
                         .abi_minor = minor,
                         .name = STR("skew"),
                         .version = STR("1.0.0"),
                         .plugin_dir = STR("/nonexistent"),
                         .cache_dir = STR("/nonexistent"),
                         .get_extension = no_extension,
                         .log = host_log};

    berth_instance *instance = NULL;
    berth_job *job = make_job(&recorded, cancel_fd);
    check(plugin.create(host, job, STR("[]"), &instance) == BERTH_INVALID_ARGUMENT && instance == NULL && recorded.diagnostics == 1,
          "a configuration that is no object is refused");
    check(plugin.create(host, job, STR("{}"), &instance) == BERTH_OK && instance != NULL, "an instance is made");
    free(job);
    if (instance == NULL) return 1;

    berth_request *request = make_request(NULL);
    job = make_job(&recorded, cancel_fd);
    check(plugin.plan(instance, job, request) == BERTH_OK && recorded.resources == 3 && recorded.edges == 2, "plan reports three resources");
    check(recorded.checkpoints == 0, "plan stores nothing");
    free(job);

    job = make_job(&recorded, cancel_fd);
    check(plugin.apply(instance, job, request) == BERTH_OK && recorded.resources == 3 && recorded.checkpoints == 6,
          "apply makes three resources with six checkpoints");
#if BERTH_ABI_MINOR >= 1
    check(recorded.regions == (minor >= 1 ? 3 : 0), "regions arrive exactly if both know them");
    check(recorded.heartbeats == (minor >= 1 ? 3 : 0), "heartbeats arrive exactly if both know them");
    if (BERTH_HAS(berth_plugin, theirs, census)) check(plugin.census(instance) == 3, "the census counts three");
    else check(plugin.census == NULL, "a census that is not there is NULL");
#endif
    kept = recorded;
    free(job);
    free(request);

    const berth_actions *their_actions = plugin.get_extension ? plugin.get_extension(theirs, STR(BERTH_EXT_ACTIONS)) : NULL;
    check(their_actions != NULL, "the plugin has actions");
    check(plugin.get_extension == NULL || plugin.get_extension(theirs, STR("berth.actions/1000")) == NULL, "and not those of another revision");
    if (their_actions != NULL) {
        berth_actions actions;
        berth_action action;
        check(take(&actions, sizeof actions, their_actions) && actions.actions.count == 1 &&
                  take(&action, sizeof action, actions.actions.items),
              "one action is declared");
        request = make_request(&kept);
        job = make_job(&recorded, cancel_fd);
        check(call(&action, instance, job, request) == BERTH_OK, "the action is called");
        check(strcmp(recorded.output, "[\"hello\",7,1.5]") == 0, "its arguments arrived");
        free(job);
        free(request);
    }

    request = make_request(&kept);
    job = make_job(&recorded, cancel_fd);
    check(plugin.destroy(instance, job, request) == BERTH_OK && recorded.resources == 0, "destroy leaves nothing");
    free(job);
    job = make_job(&recorded, cancel_fd);
    check(plugin.destroy(instance, job, request) == BERTH_OK, "and can be repeated");
    free(job);
    free(request);
    plugin.destroy_instance(instance);
    free(host);
    printf("minor %u\n", minor);
    return violations == 0 ? 0 : 1;
}
