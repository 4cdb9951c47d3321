/* Leaves a child behind. */
#define OWN_PARSE
#include "base.h"

static berth_status own_parse(berth_instance *self, const berth_job *job, const berth_request *request) {
    char *arguments[] = {"sleep", "30", NULL};
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_t files;
    pid_t child;
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    posix_spawn_file_actions_init(&files);
    for (int fd = 0; fd < 3; fd++) posix_spawn_file_actions_addopen(&files, fd, "/dev/null", O_RDWR, 0);
    (void)posix_spawnp(&child, "sleep", &files, &attributes, arguments, environ);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
    return base_parse(self, job, request);
}
