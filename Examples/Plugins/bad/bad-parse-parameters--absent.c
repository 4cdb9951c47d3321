/* Parses without saying what it found. */
#define OWN_PARSE
#include "base.h"

static berth_status own_parse(berth_instance *self, const berth_job *job, const berth_request *request) {
    (void)self;
    text document = {0};
    const berth_status status = read_template(job, request, &document);
    free(document.ptr);
    return status;
}
