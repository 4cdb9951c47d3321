/* Leaves a thread running for each instance. */
#define OWN_CREATE
#include "base.h"

static void *wait_for_ever(void *unused) {
    (void)unused;
    for (;;) pause();
    return NULL;
}
static berth_status own_create(const berth_host *host, const berth_job *job, berth_str config_json, berth_instance **out) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, wait_for_ever, NULL) == 0) pthread_detach(thread);
    return base_create(host, job, config_json, out);
}
