/* Calls an attribute secret that is not there. */
#define OWN_READ
#include "base.h"

static berth_status own_read(berth_instance *self, const berth_job *job, const berth_request *request) {
    const berth_status status = base_read(self, job, request);
    if (status != BERTH_OK || request->state.len == 0) return status;
    const berth_resource extra = {.size = sizeof extra,
                                  .kind = BERTH_KIND_DATA,
                                  .address = STR("data.test_extra.main"),
                                  .type = STR("test_extra"),
                                  .name = STR("main"),
                                  .attributes_json = STR("{\"size\":1}"),
                                  .sensitive_json = STR("[\"/token\"]")};
    return job->add_resource(job, &extra) == BERTH_OK ? BERTH_OK : stopped(job);
}
