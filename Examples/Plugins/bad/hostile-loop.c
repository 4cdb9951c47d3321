/* Computes for ever. */
#define OWN_APPLY
#include "base.h"

static berth_status own_apply(berth_instance *self, const berth_job *job, const berth_request *request) {
    volatile uint64_t count = 0;
    for (volatile int running = 1; running;) count = count + 1;
    return base_apply(self, job, request);
}
