/* Publishes a parameter of a type that does not exist. */
#define OWN_PARSE
#include "base.h"

static berth_status own_parse(berth_instance *self, const berth_job *job, const berth_request *request) {
    (void)self;
    (void)request;
    const berth_status status =
        job->set_document(job, STR("parameters"), STR("{\"parameters\":[{\"name\":\"greeting\",\"type\":\"text\"}]}"));
    return status == BERTH_OK || status == BERTH_UNSUPPORTED ? BERTH_OK : stopped(job);
}
