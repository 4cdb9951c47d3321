/* What Glibc's module does not show to Swift: Linux calls behind macros, variadics and _GNU_SOURCE.
 * Every function returns 0 or a descriptor or count on success and -errno on failure, and is safe to
 * call from any thread. Descriptors that are made here are close-on-exec. */
#ifndef BERTH_CSHIMS_H
#define BERTH_CSHIMS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* A new eventfd with counter 0. */
int cshims_eventfd(void);

/* A new anonymous file that can be sealed; `name` is what debuggers show. */
int cshims_memfd(const char *name);

/* Makes the contents and size of a memfd unchangeable for ever. */
int cshims_memfd_seal(int fd);

/* A connected pair of unix stream sockets. */
int cshims_socketpair(int fds[2]);

/* A pipe whose ends do not block. */
int cshims_pipe(int fds[2]);

/* Lets a pipe hold so much: its new size. */
int cshims_grow_pipe(int fd, int size);
/* The next connection of a listening socket; waits for one. */
int cshims_accept(int listener);

/* Opens `path` for reading. */
int cshims_open_read(const char *path);

/* Opens `path` for writing, made or emptied, with `mode`. */
int cshims_open_write(const char *path, uint32_t mode);

/* Removes everything below and including `path`, without following links, going on past what cannot be
 * removed. */
void cshims_remove_tree(const char *path);

/* Descendants whose parent dies become children of this process instead of init's. */
int cshims_become_subreaper(void);

/* This process is killed when the thread that started it ends. */
int cshims_die_with_parent(void);

/* Whether this process has at least one child, dead or alive: 1 or 0. */
int cshims_has_children(void);

/* Reaps one dead child, of any kind: its id, 0 if none is dead, -ECHILD if there is none. */
int cshims_reap_any(void);

/* A descriptor for process `pid` that stays with that very process. */
int cshims_pidfd_open(pid_t pid);

/* Sends `signal` to the process behind `pidfd`. */
int cshims_pidfd_signal(int pidfd, int signal);

/* Whether environment variables must not be trusted (set-user-id and the like): 1 or 0. */
int cshims_is_privileged(void);

/* From now on SIGINT and SIGTERM are not fatal: each adds 1 to the eventfd that is returned. To be called
 * once, on the main thread. */
int cshims_catch_termination(void);

/* Nanoseconds on CLOCK_MONOTONIC. */
uint64_t cshims_monotonic_ns(void);

/* Whether `needle` occurs in `hay`: 1 or 0. */
int cshims_contains(const void *hay, size_t hay_size, const void *needle, size_t needle_size);

/* Sets a soft and hard limit; `resource` is one of CSHIMS_LIMIT_…. */
enum {
    CSHIMS_LIMIT_MEMORY = 1,
    CSHIMS_LIMIT_FILES = 2,
    CSHIMS_LIMIT_CORE = 3,
    CSHIMS_LIMIT_CPU_SECONDS = 4,
    CSHIMS_LIMIT_PROCESSES = 5
};
int cshims_set_limit(int resource, uint64_t value);

/* Starts `path` in a session of its own, with exactly this environment, default signal handling,
 * standard input from /dev/null, output and error as the caller's, and only these further
 * descriptors: from[i] becomes to[i] (1 and up, ascending; 1 and 2 replace the caller's). The process id, or -errno. */
pid_t cshims_spawn(const char *path, char *const argv[], char *const environment[], const int *from, const int *to,
                   size_t count);

/* Starts `path` in `directory` (if not NULL) and in a session of its own, with exactly this environment, default signal
 * handling, these descriptors as 0, 1 and 2 (-1: /dev/null), and no others. The process id, or -errno. */
pid_t cshims_spawn_command(const char *path, char *const argv[], char *const environment[], const char *directory, int input,
                           int output, int error_output);

/* A new terminal: its side of programs is called `path`, ours is returned, and does not block. */
int cshims_open_terminal(char *path, size_t path_size);

/* Tells a terminal how large it is, and the programs on it that it has changed. */
int cshims_resize_terminal(int fd, uint16_t columns, uint16_t rows, uint16_t width, uint16_t height);

/* Starts `path` as cshims_spawn_command does, with a terminal, which it controls, as 0, 1 and 2. */
pid_t cshims_spawn_on_terminal(const char *path, char *const argv[], char *const environment[], const char *directory,
                               const char *terminal);

/** Lets the heap of each thread grow by so much at once. */
void cshims_grow_heaps_by(size_t bytes);

/* The names and values of the dynamic linker: what dlopen takes for RTLD_NOW|RTLD_LOCAL|RTLD_NODELETE. */
int cshims_dlopen_flags(void);

/* Starts a thread with a stack of `stack_size` bytes and a name of at most 15 bytes. It is detached. */
int cshims_start_thread(const char *name, size_t stack_size, void (*body)(void *), void *context);

/* The id the kernel knows the calling thread by. */
pid_t cshims_thread_id(void);

/* Starts `path` in `directory` and in a session of its own, as this user and with these groups (uid (uid_t)-1: as who we
 * are), with exactly this environment, default signal handling, /dev/null as 0, `output` as 1 and 2, and no other
 * descriptors. When the *thread* that called this ends, however that happens, the process gets `death_signal`. The process
 * id, or -errno, also of what failed in the new process. */
pid_t cshims_spawn_as(const char *path, char *const argv[], char *const environment[], const char *directory, uid_t user,
                      gid_t group, const gid_t *groups, size_t group_count, int output, int death_signal);

/* A new epoll descriptor. */
int cshims_epoll(void);

/* What a descriptor is watched for. */
enum { CSHIMS_EPOLL_READ = 1, CSHIMS_EPOLL_WRITE = 2 };

/* Watches `fd`, for the first time if `is_new`, for `interest`; its events carry `id`. */
int cshims_epoll_set(int epoll, int fd, int is_new, int interest, uint64_t id);
int cshims_epoll_remove(int epoll, int fd);

/* Waits at most so long (-1: for ever) for at most 64 events: the ids of ready descriptors, and their count. */
int cshims_epoll_wait(int epoll, uint64_t ids[64], int timeout_milliseconds);

#endif
