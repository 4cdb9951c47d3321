/* Reports a result from a thread of its own. */
#define OWN_PARSE
#include "base.h"

static void *report(void *job) {
    (void)!add_output(job, "files", STR("1"), 0);
    return NULL;
}
static berth_status own_parse(berth_instance *self, const berth_job *job, const berth_request *request) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, report, (void *)(uintptr_t)job) == 0) pthread_join(thread, NULL);
    return base_parse(self, job, request);
}
