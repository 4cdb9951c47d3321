/* Reports a resource whose address is not text. */
#define OWN_APPLY
#include "base.h"

static berth_status own_apply(berth_instance *self, const berth_job *job, const berth_request *request) {
    (void)!add_node(job, BERTH_KIND_DATA, "data.\xff\xfe\xc0\x80", "test_extra", "noise", "{}");
    return base_apply(self, job, request);
}
