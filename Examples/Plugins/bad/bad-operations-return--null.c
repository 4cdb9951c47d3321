/* Follows a pointer to nowhere. */
#define OWN_PLAN
#include "base.h"

static berth_status own_plan(berth_instance *self, const berth_job *job, const berth_request *request) {
    volatile int *volatile nowhere = NULL;
    *nowhere = 1;
    return base_plan(self, job, request);
}
