/* Waits for something that never comes, and does not hear a cancel. */
#define OWN_PLAN
#include "base.h"

static berth_status own_plan(berth_instance *self, const berth_job *job, const berth_request *request) {
    for (volatile int waiting = 1; waiting;) pause();
    return base_plan(self, job, request);
}
