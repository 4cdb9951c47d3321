/* Calls sinks with structs of size 0, huge counts and pointers to nowhere. */
#define OWN_APPLY
#include "base.h"

static berth_status own_apply(berth_instance *self, const berth_job *job, const berth_request *request) {
    const berth_resource empty = {.size = 0};
    const berth_resource short_one = {.size = 4, .address = STR("data.short")};
    const berth_edge edge = {.size = 0};
    const berth_output output = {.size = 3};
    const berth_progress progress = {.size = 0, .total = 1};
    const berth_diagnostic diagnostic = {.size = 0};
    const berth_diagnostic unspoken = {.size = sizeof unspoken, .severity = 4711};
    const berth_resource kinds = {.size = sizeof kinds, .kind = 4711, .change = 4711, .address = STR("data.kinds")};
    const berth_resource long_one = {.size = sizeof long_one, .address = {"a", UINT64_MAX}};
    const berth_resource no_text = {.size = sizeof no_text, .address = {NULL, 5}};
    const berth_field field = {STR("key"), STR("value")};
    const berth_field lying = {{NULL, 7}, {"v", UINT64_MAX}};
    berth_log_record record = {.size = 0, .message = STR("size 0")};
    job->log(job, &record);
    record = (berth_log_record){.size = sizeof record, .severity = 4711, .stream = 4711, .message = {NULL, 100}};
    job->log(job, &record);
    record = (berth_log_record){.size = sizeof record, .message = {"m", UINT64_MAX}};
    job->log(job, &record);
    record = (berth_log_record){.size = sizeof record, .message = STR("fields"), .fields = NULL, .field_count = UINT32_MAX};
    job->log(job, &record);
    record = (berth_log_record){.size = sizeof record, .message = STR("fields"), .fields = &field, .field_count = 1};
    job->log(job, &record);
    record.fields = &lying;
    job->log(job, &record);
    job->progress(job, &progress);
    job->diagnose(job, &diagnostic);
    job->diagnose(job, &unspoken);
    (void)!job->add_resource(job, &empty);
    (void)!job->add_resource(job, &short_one);
    (void)!job->add_resource(job, &kinds);
    (void)!job->add_resource(job, &long_one);
    (void)!job->add_resource(job, &no_text);
    (void)!job->add_edge(job, &edge);
    (void)!job->add_output(job, &output);
    (void)!job->set_plan(job, (berth_bytes){NULL, UINT64_MAX});
    (void)!job->checkpoint(job, (berth_bytes){NULL, 1});
    (void)!job->checkpoint(job, (berth_bytes){(const uint8_t *)"s", UINT64_MAX});
    (void)!job->set_document(job, STR("parameters"), (berth_str){"{}", UINT64_MAX});
    (void)!job->set_document(job, NO_STR, NO_STR);
    return base_apply(self, job, request);
}
