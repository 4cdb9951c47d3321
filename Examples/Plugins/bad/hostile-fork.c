/* Leaves a copy of the process behind, with every descriptor open, and dies. */
#define OWN_APPLY
#include "base.h"

static berth_status own_apply(berth_instance *self, const berth_job *job, const berth_request *request) {
    const pid_t copy = fork();
    if (copy == 0)
        for (volatile int waiting = 1; waiting;) pause();
    raise(SIGKILL);
    return base_apply(self, job, request);
}
