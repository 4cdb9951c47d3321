/* Ends the process as if all were well. */
#define OWN_APPLY
#include "base.h"

static berth_status own_apply(berth_instance *self, const berth_job *job, const berth_request *request) {
    (void)base_apply(self, job, request);
    exit(0);
}
