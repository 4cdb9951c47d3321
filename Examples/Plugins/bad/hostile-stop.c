/* Stops its process a moment after the job, so that nobody reads what the host sends. */
#define OWN_PARSE
#include "base.h"

static void *stop(void *nothing) {
    const struct timespec moment = {0, 100000000};
    nanosleep(&moment, NULL);
    kill(getpid(), SIGSTOP);
    return nothing;
}
static berth_status own_parse(berth_instance *self, const berth_job *job, const berth_request *request) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, stop, NULL) == 0) pthread_detach(thread);
    return base_parse(self, job, request);
}
