/* Reports a resource with 100 MB of attributes. */
#define OWN_APPLY
#include "base.h"

static berth_status own_apply(berth_instance *self, const berth_job *job, const berth_request *request) {
    text json = {0};
    const size_t size = 100u * 1000 * 1000;
    put(&json, STR("{\"a\":\""));
    char *block = malloc(size);
    if (block == NULL) return BERTH_INTERNAL;
    memset(block, 'x', size);
    put(&json, (berth_str){block, size});
    free(block);
    put(&json, STR("\"}"));
    (void)!add_node(job, BERTH_KIND_DATA, "data.huge", "test_extra", "huge", json.ptr);
    free(json.ptr);
    return base_apply(self, job, request);
}
