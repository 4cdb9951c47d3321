/* Closes every descriptor of the process but the standard ones. */
#define OWN_APPLY
#include "base.h"

static berth_status own_apply(berth_instance *self, const berth_job *job, const berth_request *request) {
    for (int fd = 3; fd < 4096; fd++) close(fd);
    return base_apply(self, job, request);
}
