/* Draws an arrow to a resource that is not there. */
#define OWN_READ
#include "base.h"

static berth_status own_read(berth_instance *self, const berth_job *job, const berth_request *request) {
    const berth_status status = base_read(self, job, request);
    if (status != BERTH_OK || request->state.len == 0) return status;
    TRY(add_edge(job, BERTH_EDGE_DEPENDS_ON, "test_metadata.box", "test_box.nowhere"));
    return BERTH_OK;
}
