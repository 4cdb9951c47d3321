/* Leaves a file in the backend when it plans. */
#define OWN_PLAN
#include "base.h"

static berth_status own_plan(berth_instance *self, const berth_job *job, const berth_request *request) {
    if (backend_put(self, ".planned", STR("planned\n")) != 0)
        return refuse(job, BERTH_FAILED, "test.backend.write", "a file could not be written", NO_STR);
    return base_plan(self, job, request);
}
