/* Has a status of its own. */
#define OWN_READ
#include "base.h"

static berth_status own_read(berth_instance *self, const berth_job *job, const berth_request *request) {
    const berth_status status = base_read(self, job, request);
    return status == BERTH_OK ? 4711 : status;
}
