/* Starts a child that counts the descriptors it was given beside the standard ones, and says how many. */
#define OWN_APPLY
#include "base.h"

#include <sys/wait.h>

extern char **environ;
static berth_status own_apply(berth_instance *self, const berth_job *job, const berth_request *request) {
    /* By the time of the test the descriptor with which the list was made is closed. */
    char *arguments[] = {"sh", "-c",
                         "n=0; for fd in /proc/$$/fd/*; do [ ${fd##*/} -gt 2 ] && [ -e $fd ] && n=$((n + 1)); done; exit $n", NULL};
    char number[16];
    pid_t child;
    int status = 0;
    if (posix_spawn(&child, "/bin/sh", NULL, NULL, arguments, environ) != 0 || waitpid(child, &status, 0) != child)
        return refuse(job, BERTH_FAILED, "test.child", "a child could not be started", NO_STR);
    snprintf(number, sizeof number, "%d", WIFEXITED(status) ? WEXITSTATUS(status) : -1);
    (void)!add_output(job, "inherited", str(number), 0);
    return base_apply(self, job, request);
}
