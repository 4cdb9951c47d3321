/* Plans for ever. */
#define OWN_PLAN
#include "base.h"

static berth_status own_plan(berth_instance *self, const berth_job *job, const berth_request *request) {
    volatile int planning = 1;
    while (planning) (void)job->deadline_ns(job);
    return base_plan(self, job, request);
}
