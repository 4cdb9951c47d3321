/* Writes where nothing is. */
#define OWN_APPLY
#include "base.h"

static berth_status own_apply(berth_instance *self, const berth_job *job, const berth_request *request) {
    volatile int *volatile nowhere = NULL;
    const berth_status status = base_apply(self, job, request);
    *nowhere = 1;
    return status;
}
