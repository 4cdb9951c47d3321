/* Ends the process when there is something to plan. */
#define OWN_PLAN
#include "base.h"

static berth_status own_plan(berth_instance *self, const berth_job *job, const berth_request *request) {
    (void)base_plan(self, job, request);
    _exit(0);
}
