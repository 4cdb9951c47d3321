/* Takes memory without end. */
#define OWN_APPLY
#include "base.h"

static berth_status own_apply(berth_instance *self, const berth_job *job, const berth_request *request) {
    enum { BLOCK = 16 << 20 };
    (void)request;
    for (char *block; (block = malloc(BLOCK)) != NULL;) {
        for (size_t i = 0; i < BLOCK; i += 4096) ((volatile char *)block)[i] = 1;
        if (job->is_cancelled(job)) return BERTH_CANCELLED;
    }
    (void)self;
    return refuse(job, BERTH_FAILED, "test.memory", "there is no more memory", NO_STR);
}
