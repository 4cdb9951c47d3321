/* Lets a resource run on an agent. */
#define OWN_READ
#include "base.h"

static berth_status own_read(berth_instance *self, const berth_job *job, const berth_request *request) {
    const berth_status status = base_read(self, job, request);
    if (status != BERTH_OK || request->state.len == 0) return status;
    state s;
    if (read_state(request->state, &s) != 0 || s.entries[NOTE].phase == NOTHING) return BERTH_OK;
    TRY(add_edge(job, BERTH_EDGE_RUNS_ON, "test_box.main", "test_agent.main"));
    return BERTH_OK;
}
