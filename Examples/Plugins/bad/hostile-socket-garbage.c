/* Writes noise to every socket it finds in its process. */
#define OWN_APPLY
#include "base.h"

#include <sys/socket.h>

static berth_status own_apply(berth_instance *self, const berth_job *job, const berth_request *request) {
    char noise[4096];
    memset(noise, 0xA5, sizeof noise);
    for (int fd = 3; fd < 4096; fd++) (void)!send(fd, noise, sizeof noise, MSG_NOSIGNAL | MSG_DONTWAIT);
    return base_apply(self, job, request);
}
