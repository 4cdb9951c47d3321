/* Opens descriptors without end. */
#define OWN_APPLY
#include "base.h"

static berth_status own_apply(berth_instance *self, const berth_job *job, const berth_request *request) {
    const struct timespec moment = {0, 10000000};
    (void)self;
    (void)request;
    while (open("/dev/null", O_RDONLY | O_CLOEXEC) >= 0 && !job->is_cancelled(job)) continue;
    tell_step(job, 0, BOX);
    for (int i = 0; i < 100; i++) nanosleep(&moment, NULL); /* holds them for a second */
    return refuse(job, BERTH_FAILED, "test.descriptors", "there are no more descriptors", NO_STR);
}
