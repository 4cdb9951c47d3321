/* Replaces the state when it plans. */
#define OWN_PLAN
#include "base.h"

static berth_status own_plan(berth_instance *self, const berth_job *job, const berth_request *request) {
    const berth_status status = base_plan(self, job, request);
    state s;
    if (status != BERTH_OK || read_state(request->state, &s) != 0) return status;
    return checkpoint(job, &s);
}
