/* Starts children that outlive the job, one of them twice removed. */
#define OWN_APPLY
#include "base.h"

static berth_status own_apply(berth_instance *self, const berth_job *job, const berth_request *request) {
    char *arguments[] = {"sh", "-c", "sleep 600 & exec sleep 601", NULL};
    for (int i = 0; i < 3; i++) {
        const pid_t child = fork();
        if (child == 0) {
            for (int fd = 0; fd < 3; fd++) dup2(open("/dev/null", O_RDWR | O_CLOEXEC), fd);
            (void)setsid();
            (void)execvp("sh", arguments);
            _exit(127);
        }
    }
    return base_apply(self, job, request);
}
