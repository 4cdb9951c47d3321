#define _GNU_SOURCE
#include "CShims.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <grp.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U
#endif

static int result(int value) { return value < 0 ? -errno : value; }

int cshims_eventfd(void) { return result(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)); }

int cshims_memfd(const char *name) {
    /* MFD_EXEC says that code will be mapped from it; kernels before 6.3 do not know the flag. */
    int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_EXEC);
    if (fd < 0 && errno == EINVAL) fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    return result(fd);
}

int cshims_memfd_seal(int fd) { return result(fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)); }

int cshims_socketpair(int fds[2]) { return result(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds)); }

int cshims_pipe(int fds[2]) { return result(pipe2(fds, O_CLOEXEC | O_NONBLOCK)); }

int cshims_grow_pipe(int fd, int size) { return result(fcntl(fd, F_SETPIPE_SZ, size)); }
int cshims_accept(int listener) { return result(accept4(listener, NULL, NULL, SOCK_CLOEXEC)); }

int cshims_open_read(const char *path) { return result(open(path, O_RDONLY | O_CLOEXEC)); }

int cshims_open_write(const char *path, uint32_t mode) {
    return result(open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, (mode_t)mode));
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *walk) {
    (void)status, (void)type, (void)walk;
    remove(path);
    return 0;
}

void cshims_remove_tree(const char *path) { nftw(path, remove_entry, 32, FTW_DEPTH | FTW_PHYS); }

int cshims_become_subreaper(void) { return result(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)); }

int cshims_die_with_parent(void) { return result(prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)); }

int cshims_has_children(void) {
    siginfo_t info;
    memset(&info, 0, sizeof info);
    return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

int cshims_reap_any(void) { return result(waitpid(-1, NULL, WNOHANG)); }

int cshims_pidfd_open(pid_t pid) { return result((int)syscall(SYS_pidfd_open, pid, 0)); }

int cshims_pidfd_signal(int pidfd, int signal) {
    return result((int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0));
}

int cshims_is_privileged(void) { return getauxval(AT_SECURE) != 0; }

static int termination = -1;

static void count_termination(int signal) {
    (void)signal;
    int saved = errno;
    uint64_t one = 1;
    /* write() may be called in a handler; a counter that is full has been seen often enough. */
    if (write(termination, &one, sizeof one) < 0) errno = saved;
    errno = saved;
}

int cshims_catch_termination(void) {
    termination = eventfd(0, EFD_CLOEXEC);
    if (termination < 0) return -errno;
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = count_termination;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    sigset_t caught;
    sigemptyset(&caught);
    sigaddset(&caught, SIGINT);
    sigaddset(&caught, SIGTERM);
    if (sigaction(SIGINT, &action, NULL) != 0 || sigaction(SIGTERM, &action, NULL) != 0) return -errno;
    /* Whoever started this process may have left them blocked. */
    int error = pthread_sigmask(SIG_UNBLOCK, &caught, NULL);
    return error ? -error : termination;
}

uint64_t cshims_monotonic_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

int cshims_contains(const void *hay, size_t hay_size, const void *needle, size_t needle_size) {
    return memmem(hay, hay_size, needle, needle_size) != NULL;
}

int cshims_set_limit(int resource, uint64_t value) {
    struct rlimit limit = {.rlim_cur = value, .rlim_max = value};
    switch (resource) {
    case CSHIMS_LIMIT_MEMORY: return result(setrlimit(RLIMIT_AS, &limit));
    case CSHIMS_LIMIT_FILES: return result(setrlimit(RLIMIT_NOFILE, &limit));
    case CSHIMS_LIMIT_CORE: return result(setrlimit(RLIMIT_CORE, &limit));
    case CSHIMS_LIMIT_CPU_SECONDS: return result(setrlimit(RLIMIT_CPU, &limit));
    case CSHIMS_LIMIT_PROCESSES: return result(setrlimit(RLIMIT_NPROC, &limit));
    default: return -EINVAL;
    }
}

/* A process in a session of its own that has no signal handled or blocked; the caller destroys both, unless this fails. */
static int begin_spawn(posix_spawn_file_actions_t *actions, posix_spawnattr_t *attributes) {
    sigset_t all, none;
    int error = posix_spawn_file_actions_init(actions);
    if (error) return error;
    error = posix_spawnattr_init(attributes);
    if (error) {
        posix_spawn_file_actions_destroy(actions);
        return error;
    }
    sigfillset(&all);
    sigemptyset(&none);
    posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    posix_spawnattr_setsigdefault(attributes, &all);
    posix_spawnattr_setsigmask(attributes, &none);
    return 0;
}

pid_t cshims_spawn(const char *path, char *const argv[], char *const environment[], const int *from, const int *to,
                   size_t count) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    pid_t pid = -1;
    int error = begin_spawn(&actions, &attributes);
    if (error) return -error;
    error = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    /* Every descriptor of ours is close-on-exec; dup2 clears that for exactly these. A source that
     * lies among the targets would be overwritten, so sources are first moved out of the way. */
    int moved[8];
    size_t moves = 0;
    if (count > sizeof moved / sizeof moved[0]) error = E2BIG;
    for (size_t i = 0; i < count && !error; i++) {
        moved[i] = fcntl(from[i], F_DUPFD_CLOEXEC, 64);
        if (moved[i] < 0) error = errno;
        else moves = i + 1;
    }
    for (size_t i = 0; i < count && !error; i++) error = posix_spawn_file_actions_adddup2(&actions, moved[i], to[i]);
    if (!error) error = posix_spawn(&pid, path, &actions, &attributes, argv, environment);
    for (size_t i = 0; i < moves; i++) close(moved[i]);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return error ? -error : pid;
}

pid_t cshims_spawn_command(const char *path, char *const argv[], char *const environment[], const char *directory, int input,
                           int output, int error_output) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    pid_t pid = -1;
    int error = begin_spawn(&actions, &attributes);
    if (error) return -error;
    if (directory) error = posix_spawn_file_actions_addchdir_np(&actions, directory);
    /* Moved out of the way of 0 to 2 first, where one of them could overwrite another. */
    int from[3] = {input, output, error_output};
    int moved[3] = {-1, -1, -1};
    for (int i = 0; i < 3 && !error; i++) {
        if (from[i] < 0) {
            error = posix_spawn_file_actions_addopen(&actions, i, "/dev/null", i == 0 ? O_RDONLY : O_WRONLY, 0);
            continue;
        }
        moved[i] = fcntl(from[i], F_DUPFD_CLOEXEC, 64);
        if (moved[i] < 0) error = errno;
        else error = posix_spawn_file_actions_adddup2(&actions, moved[i], i);
    }
    if (!error) error = posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    if (!error) error = posix_spawn(&pid, path, &actions, &attributes, argv, environment);
    for (int i = 0; i < 3; i++)
        if (moved[i] >= 0) close(moved[i]);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return error ? -error : pid;
}

int cshims_open_terminal(char *path, size_t path_size) {
    int fd = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) return -errno;
    int error = grantpt(fd) || unlockpt(fd) ? errno : ptsname_r(fd, path, path_size);
    if (!error) return fd;
    close(fd);
    return -error;
}

int cshims_resize_terminal(int fd, uint16_t columns, uint16_t rows, uint16_t width, uint16_t height) {
    struct winsize size = {.ws_row = rows, .ws_col = columns, .ws_xpixel = width, .ws_ypixel = height};
    return result(ioctl(fd, TIOCSWINSZ, &size));
}

pid_t cshims_spawn_on_terminal(const char *path, char *const argv[], char *const environment[], const char *directory,
                               const char *terminal) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    pid_t pid = -1;
    int error = begin_spawn(&actions, &attributes);
    if (error) return -error;
    if (directory) error = posix_spawn_file_actions_addchdir_np(&actions, directory);
    /* The first terminal that the leader of a new session opens becomes its own. */
    if (!error) error = posix_spawn_file_actions_addopen(&actions, 0, terminal, O_RDWR, 0);
    if (!error) error = posix_spawn_file_actions_adddup2(&actions, 0, 1);
    if (!error) error = posix_spawn_file_actions_adddup2(&actions, 0, 2);
    if (!error) error = posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    if (!error) error = posix_spawn(&pid, path, &actions, &attributes, argv, environment);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return error ? -error : pid;
}

void cshims_grow_heaps_by(size_t bytes) { mallopt(M_TOP_PAD, (int)bytes); }

int cshims_dlopen_flags(void) { return RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE; }

struct thread_start {
    void (*body)(void *);
    void *context;
    char name[16];
};

static void *thread_main(void *argument) {
    struct thread_start start = *(struct thread_start *)argument;
    free(argument);
    prctl(PR_SET_NAME, start.name, 0, 0, 0);
    start.body(start.context);
    return NULL;
}

int cshims_start_thread(const char *name, size_t stack_size, void (*body)(void *), void *context) {
    struct thread_start *start = calloc(1, sizeof *start);
    if (!start) return -ENOMEM;
    start->body = body;
    start->context = context;
    strncpy(start->name, name, sizeof start->name - 1);
    pthread_attr_t attributes;
    pthread_t thread;
    int error = pthread_attr_init(&attributes);
    if (!error) {
        pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
        error = pthread_attr_setstacksize(&attributes, stack_size);
        if (!error) error = pthread_create(&thread, &attributes, thread_main, start);
        pthread_attr_destroy(&attributes);
    }
    if (error) free(start);
    return -error;
}

pid_t cshims_thread_id(void) { return (pid_t)syscall(SYS_gettid); }

/* Runs in the new process, where nothing may be called that takes a lock. */
static void become(const char *path, char *const argv[], char *const environment[], const char *directory, uid_t user, gid_t group,
                   const gid_t *groups, size_t group_count, int input, int output, int report, int death_signal, pid_t parent) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = SIG_DFL;
    for (int signal = 1; signal < NSIG; signal++) sigaction(signal, &action, NULL); /* SIGKILL and SIGSTOP refuse */
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    setsid();
    if (user != (uid_t)-1 && (setgroups(group_count, groups) != 0 || setgid(group) != 0 || setuid(user) != 0)) goto failed;
    if (chdir(directory) != 0) goto failed;
    if (dup2(input, 0) < 0 || dup2(output, 1) < 0 || dup2(output, 2) < 0) goto failed;
    /* After setuid, which forgets it. */
    if (prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0) != 0) goto failed;
    if (getppid() != parent) _exit(127);
    execve(path, argv, environment);
failed:;
    int error = errno;
    if (write(report, &error, sizeof error) < 0) _exit(126);
    _exit(127);
}

pid_t cshims_spawn_as(const char *path, char *const argv[], char *const environment[], const char *directory, uid_t user,
                      gid_t group, const gid_t *groups, size_t group_count, int output, int death_signal) {
    int report[2];
    int input = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (input < 0) return -errno;
    if (pipe2(report, O_CLOEXEC) != 0) {
        int error = errno;
        close(input);
        return -error;
    }
    /* Signals that arrive before the handlers are reset must not run ours in the new process. */
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid == 0) become(path, argv, environment, directory, user, group, groups, group_count, input, output, report[1], death_signal, parent);
    int error = pid < 0 ? errno : 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    close(report[1]);
    close(input);
    if (pid > 0) {
        /* The other end closes with execve; until then it says what failed. */
        ssize_t count;
        do count = read(report[0], &error, sizeof error);
        while (count < 0 && errno == EINTR);
        if (count != sizeof error) error = 0;
        else waitpid(pid, NULL, 0);
    }
    close(report[0]);
    return error ? -error : pid;
}

int cshims_epoll(void) { return result(epoll_create1(EPOLL_CLOEXEC)); }

int cshims_epoll_set(int epoll, int fd, int is_new, int interest, uint64_t id) {
    struct epoll_event event = {.data.u64 = id};
    if (interest & CSHIMS_EPOLL_READ) event.events |= EPOLLIN | EPOLLRDHUP;
    if (interest & CSHIMS_EPOLL_WRITE) event.events |= EPOLLOUT;
    return result(epoll_ctl(epoll, is_new ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, fd, &event));
}

int cshims_epoll_remove(int epoll, int fd) { return result(epoll_ctl(epoll, EPOLL_CTL_DEL, fd, NULL)); }

int cshims_epoll_wait(int epoll, uint64_t ids[64], int timeout_milliseconds) {
    struct epoll_event events[64];
    int count = epoll_wait(epoll, events, 64, timeout_milliseconds);
    if (count < 0) return -errno;
    for (int i = 0; i < count; i++) ids[i] = events[i].data.u64;
    return count;
}
