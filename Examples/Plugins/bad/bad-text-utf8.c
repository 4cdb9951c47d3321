/* Speaks Latin-1. */
#define OWN_PARSE
#include "base.h"

static berth_status own_parse(berth_instance *self, const berth_job *job, const berth_request *request) {
    const berth_diagnostic warning = {.size = sizeof warning,
                                      .severity = BERTH_WARNING,
                                      .code = STR("test.source.old"),
                                      .summary = STR("the template was written in a caf\xe9")};
    job->diagnose(job, &warning);
    return base_parse(self, job, request);
}
