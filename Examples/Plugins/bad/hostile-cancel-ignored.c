/* Does not return once it is cancelled. */
#define OWN_APPLY
#include "base.h"

static berth_status own_apply(berth_instance *self, const berth_job *job, const berth_request *request) {
    const struct timespec moment = {0, 10000000};
    (void)self;
    (void)request;
    tell_step(job, 0, BOX);
    while (!job->is_cancelled(job)) nanosleep(&moment, NULL);
    for (volatile int waiting = 1; waiting;) nanosleep(&moment, NULL);
    return BERTH_CANCELLED;
}
