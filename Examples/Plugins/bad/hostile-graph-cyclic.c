/* Reports a graph in which everything needs everything else. */
#define OWN_APPLY
#include "base.h"

static berth_status own_apply(berth_instance *self, const berth_job *job, const berth_request *request) {
    const berth_status status = base_apply(self, job, request);
    (void)!add_edge(job, BERTH_EDGE_DEPENDS_ON, "test_box.main", "test_note.main");
    (void)!add_edge(job, BERTH_EDGE_DEPENDS_ON, "test_box.main", "test_box.main");
    return status;
}
