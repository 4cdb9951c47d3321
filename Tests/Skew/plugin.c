/* plugin.c -- a small plugin that keeps its resources in memory, compiled against 1.0 or 1.1.
 *
 * What 1.1 added is used only where BERTH_HAS says that the other side knows it. */
#include "berth_plugin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STR(literal) ((berth_str){(literal), sizeof(literal) - 1})
#if BERTH_ABI_MINOR >= 1
#define SPOKEN "1.1"
#define DASHED "1-1"
#else
#define SPOKEN "1.0"
#define DASHED "1-0"
#endif
#define ID "dev.berth.test.skew-" DASHED
#define NAME "skew-" DASHED

enum { ROOMS = 3 };
static const char *const addresses[ROOMS] = {"room.a", "room.b", "room.c"};

struct berth_instance {
    int exists[ROOMS];
};

static berth_str text(const char *s) { return (berth_str){s, strlen(s)}; }

static berth_status refuse(const berth_job *job, berth_status status, const char *summary) {
    const berth_diagnostic diagnostic = {
        .size = sizeof diagnostic, .severity = BERTH_ERROR, .code = STR("skew.refused"), .summary = text(summary)};
    job->diagnose(job, &diagnostic);
    return status;
}

static berth_status create(const berth_host *host, const berth_job *job, berth_str config_json, berth_instance **out) {
    (void)host;
    if (config_json.len == 0 || config_json.ptr[0] != '{')
        return refuse(job, BERTH_INVALID_ARGUMENT, "the configuration is not an object");
    berth_instance *made = calloc(1, sizeof *made);
    if (made == NULL) return BERTH_UNAVAILABLE;
    *out = made;
    return BERTH_OK;
}

static void destroy_instance(berth_instance *self) { free(self); }

static berth_status beat(const berth_job *job) {
#if BERTH_ABI_MINOR >= 1
    if (BERTH_HAS(berth_job, job, heartbeat)) return job->heartbeat(job);
#endif
    (void)job;
    return BERTH_OK;
}

/* State: a byte for each room, '0' none, '1' there, '?' begun. */
static berth_status remember(const berth_job *job, const char state[ROOMS]) {
    const berth_bytes bytes = {(const uint8_t *)state, ROOMS};
    return job->checkpoint(job, bytes) == BERTH_OK ? BERTH_OK
                                                    : refuse(job, BERTH_FAILED, "the state could not be stored");
}

static berth_status report(const berth_job *job, int i, berth_change change) {
    const berth_resource room = {.size = sizeof room,
                                 .kind = BERTH_KIND_MANAGED,
                                 .change = change,
                                 .address = text(addresses[i]),
                                 .type = STR("room"),
                                 .name = text(addresses[i] + 5),
                                 .remote_id = change == BERTH_CHANGE_CREATE ? (berth_str){NULL, 0} : text(addresses[i]),
#if BERTH_ABI_MINOR >= 1
                                 .region = STR("attic"),
#endif
                                 .attributes_json = STR("{\"windows\":2}")};
    if (job->add_resource(job, &room) != BERTH_OK) return refuse(job, BERTH_FAILED, "a resource was not taken");
    if (i == 0) return BERTH_OK;
    const berth_edge edge = {
        .size = sizeof edge, .kind = BERTH_EDGE_DEPENDS_ON, .from = text(addresses[i]), .to = text(addresses[i - 1])};
    return job->add_edge(job, &edge) == BERTH_OK ? BERTH_OK : refuse(job, BERTH_FAILED, "an edge was not taken");
}

static berth_status plan(berth_instance *self, const berth_job *job, const berth_request *request) {
    (void)request;
    for (int i = 0; i < ROOMS; i++) {
        const berth_status status = report(job, i, self->exists[i] ? BERTH_CHANGE_NONE : BERTH_CHANGE_CREATE);
        if (status != BERTH_OK) return status;
    }
    return BERTH_OK;
}

static berth_status change_all(berth_instance *self, const berth_job *job, int exists) {
    berth_status status = BERTH_OK;
    char state[ROOMS];
    for (int i = 0; i < ROOMS; i++) state[i] = self->exists[i] ? '1' : '0';
    for (int step = 0; step < ROOMS && status == BERTH_OK; step++) {
        const int i = exists ? step : ROOMS - 1 - step;
        if (self->exists[i] == exists) continue;
        if (job->is_cancelled(job)) return BERTH_CANCELLED;
        state[i] = '?';
        if ((status = remember(job, state)) != BERTH_OK) return status;
        self->exists[i] = exists;
        state[i] = exists ? '1' : '0';
        if ((status = remember(job, state)) == BERTH_OK) status = beat(job);
    }
    for (int i = 0; i < ROOMS && status == BERTH_OK; i++)
        if (self->exists[i]) status = report(job, i, BERTH_CHANGE_NONE);
    return status;
}

static berth_status apply(berth_instance *self, const berth_job *job, const berth_request *request) {
    (void)request;
    return change_all(self, job, 1);
}

static berth_status destroy(berth_instance *self, const berth_job *job, const berth_request *request) {
    (void)request;
    return change_all(self, job, 0);
}

/* Says the arguments back, so that the caller sees that they arrived. */
static berth_status action_echo(berth_instance *self, const berth_job *job, const berth_request *request, const berth_str *word,
                         uint64_t times, double factor) {
    char json[256];
    (void)self;
    (void)request;
    if (word->len > 100) return refuse(job, BERTH_INVALID_ARGUMENT, "the word is too long");
    snprintf(json, sizeof json, "[\"%.*s\",%llu,%g]", (int)word->len, word->ptr, (unsigned long long)times, factor);
    const berth_output output = {.size = sizeof output, .name = STR("echo"), .value_json = text(json)};
    return job->add_output(job, &output) == BERTH_OK ? BERTH_OK : refuse(job, BERTH_FAILED, "the output was not taken");
}

#if BERTH_ABI_MINOR >= 1
static uint64_t census(berth_instance *self) {
    uint64_t count = 0;
    for (int i = 0; i < ROOMS; i++) count += (uint64_t)self->exists[i];
    return count;
}
#define UNIT(literal) .unit = {(literal), sizeof(literal) - 1},
#else
#define UNIT(literal)
#endif

static const berth_param echo_params[] = {
    {.size = sizeof(berth_param), .type = BERTH_T_STR, UNIT("letters") .name = {"word", 4}, .doc = {"A word.", 7},
     .default_json = {"\"echo\"", 6}},
    {.size = sizeof(berth_param), .type = BERTH_T_U64, UNIT("times") .name = {"times", 5}, .doc = {"A number.", 9},
     .default_json = {"2", 1}},
    {.size = sizeof(berth_param), .type = BERTH_T_F64, UNIT("percent") .name = {"factor", 6}, .doc = {"A factor.", 9},
     .default_json = {"0.5", 3}},
};
static const berth_action action_list[] = {
    {.size = sizeof(berth_action),
     .flags = BERTH_ACTION_IDEMPOTENT,
     .id = {"echo", 4},
     .title = {"Echo", 4},
     .doc = {"Says its arguments.", 19},
     .params = {echo_params, 3, sizeof(berth_param)},
     .signature = {"echo(str,u64,f64)", 17},
     .entry = (void (*)(void))action_echo},
};
static const berth_actions actions = {.size = sizeof(berth_actions), .actions = {action_list, 1, sizeof(berth_action)}};

static const void *get_extension(const berth_plugin *plugin, berth_str id) {
    (void)plugin;
    return id.len == strlen(BERTH_EXT_ACTIONS) && memcmp(id.ptr, BERTH_EXT_ACTIONS, id.len) == 0 ? &actions : NULL;
}

static const berth_descriptor descriptor = {
    .size = sizeof(berth_descriptor),
    .capabilities = BERTH_CAP_PLAN | BERTH_CAP_APPLY | BERTH_CAP_DESTROY,
    .id = {ID, sizeof ID - 1},
    .name = {NAME, sizeof NAME - 1},
    .version = {"1.0.0", 5},
    .config_schema_json = {"{\"type\":\"object\"}", 17},
    .state_version = 1,
    .state_version_min = 1,
    .max_concurrent_jobs = 1,
};
static const berth_plugin plugin = {
    .size = sizeof(berth_plugin),
    .descriptor = &descriptor,
    .create = create,
    .destroy_instance = destroy_instance,
    .plan = plan,
    .apply = apply,
    .destroy = destroy,
    .get_extension = get_extension,
#if BERTH_ABI_MINOR >= 1
    .census = census,
#endif
};

berth_status berth_plugin_v1(berth_hello *hello, const berth_plugin **out) {
    if (hello->minor_min > BERTH_ABI_MINOR) {
        hello->refusal = STR("this plugin speaks " SPOKEN " and nothing newer");
        return BERTH_UNSUPPORTED;
    }
    if (hello->minor_max > BERTH_ABI_MINOR) hello->minor_max = BERTH_ABI_MINOR;
    *out = &plugin;
    return BERTH_OK;
}
