/* Reports a resource a second time, and shrugs at the answer. */
#define OWN_READ
#include "base.h"

static berth_status own_read(berth_instance *self, const berth_job *job, const berth_request *request) {
    const berth_status status = base_read(self, job, request);
    if (status != BERTH_OK || request->state.len == 0) return status;
    const berth_status second =
        add_node(job, BERTH_KIND_METADATA, "test_metadata.box", "test_metadata", "box", "{\"items\":[]}");
    return second == BERTH_OK || second == BERTH_CONFLICT ? BERTH_OK : stopped(job);
}
