/* Logs for a while after its job has ended. */
#define OWN_PARSE
#include "base.h"

static void *chatter(void *job) {
    const struct timespec pause = {0, 10000000};
    for (int i = 0; i < 30; i++) {
        nanosleep(&pause, NULL);
        say(job, BERTH_INFO, STR("thinking"), STR("still here"));
    }
    return NULL;
}
static berth_status own_parse(berth_instance *self, const berth_job *job, const berth_request *request) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, chatter, (void *)(uintptr_t)job) == 0) pthread_detach(thread);
    return base_parse(self, job, request);
}
