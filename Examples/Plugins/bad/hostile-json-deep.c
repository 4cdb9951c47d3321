/* Reports a resource whose attributes are nested 10,000 deep. */
#define OWN_APPLY
#include "base.h"

static berth_status own_apply(berth_instance *self, const berth_job *job, const berth_request *request) {
    enum { DEPTH = 10000 };
    text json = {0};
    put(&json, STR("{\"a\":"));
    for (int i = 0; i < DEPTH; i++) put(&json, STR("["));
    for (int i = 0; i < DEPTH; i++) put(&json, STR("]"));
    put(&json, STR("}"));
    (void)!add_node(job, BERTH_KIND_DATA, "data.deep", "test_extra", "deep", json.ptr);
    free(json.ptr);
    return base_apply(self, job, request);
}
