/* Adds to what it reads something that was never applied. */
#define OWN_READ
#include "base.h"

static berth_status own_read(berth_instance *self, const berth_job *job, const berth_request *request) {
    const berth_status status = base_read(self, job, request);
    state s;
    if (status != BERTH_OK || read_state(request->state, &s) != 0 || s.entries[BOX].phase == NOTHING) return status;
    TRY(add_node(job, BERTH_KIND_METADATA, "test_metadata.extra", "test_metadata", "extra", "{\"items\":[]}"));
    TRY(add_edge(job, BERTH_EDGE_DESCRIBES, "test_metadata.extra", "test_box.main"));
    return BERTH_OK;
}
