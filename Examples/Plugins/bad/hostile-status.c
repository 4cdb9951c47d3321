/* Returns a status that nobody has heard of. */
#define OWN_APPLY
#include "base.h"

static berth_status own_apply(berth_instance *self, const berth_job *job, const berth_request *request) {
    const berth_status status = base_apply(self, job, request);
    return status == BERTH_OK ? 4711 : status;
}
