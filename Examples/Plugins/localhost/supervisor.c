/* supervisor.c -- berth-localhost-supervisor: keeps the command of one workspace running
 *
 * Usage: berth-localhost-supervisor CONTROL-DIRECTORY OPERATION
 *
 * Puts itself into the background and prints one line when that is settled: "ok" (the command runs),
 * "running" (another supervisor has the lock), "revoked" (nothing to start for this operation any more), or
 * "error …". The order makes every crash safe: lock, read start.json, write process.json, start.
 * Whoever wants to know whether the process of an operation exists looks at process.json, and if that names no
 * living process, takes the lock and removes start.json: from then on this operation cannot start one.
 *
 * SIGTERM ends the command (SIGTERM, after a while SIGKILL, to all of its descendants) and the supervisor.
 * SIGUSR1 ends the command and starts it anew; with sigqueue the value is the time to wait in seconds.
 */
#include "control.h"

#include <dirent.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>

enum phase {
    RUNNING, /* the command runs; → ENDING                                         */
    ENDING,  /* descendants are told to end; → RUNNING, WAITING, ENDED, or exit     */
    WAITING, /* back-off before the next start; → RUNNING, exit                     */
    ENDED    /* the restart policy leaves the command alone; → RUNNING, exit        */
};

struct supervisor {
    int control, log, output, null, directory, signals, output_writer;
    struct json_object *start, *record;
    char **argv, **environment;
    const char *policy;
    uint64_t stop_ns, delay_ns, delay_min_ns, delay_max_ns, log_max, log_used;
    enum phase phase, after; /* `after` ENDING comes … */
    bool leave;              /* … or the end           */
    uint64_t deadline, started_at;
    pid_t leader;
    int64_t starts;
};

static const uint64_t SECOND = 1000000000u;

static void note(struct supervisor *s, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void log_bytes(struct supervisor *s, const char *bytes, size_t count) {
    if (s->log_used + count > s->log_max / 2) { /* two files, so that the whole stays below the maximum */
        if (s->log >= 0) close(s->log);
        s->log = -1;
        (void)renameat(s->control, CONTROL_LOG, s->control, CONTROL_LOG_OLD);
        s->log_used = 0;
    }
    if (s->log < 0) {
        s->log = openat(s->control, CONTROL_LOG, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600);
        struct stat about;
        s->log_used = s->log >= 0 && fstat(s->log, &about) == 0 ? (uint64_t)about.st_size : 0;
    }
    while (s->log >= 0 && count > 0) {
        ssize_t written = write(s->log, bytes, count);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) break; /* a full disk must not stop the command */
        s->log_used += (uint64_t)written;
        bytes += written;
        count -= (size_t)written;
    }
}

static void note(struct supervisor *s, const char *format, ...) {
    char text[512] = "[berth] ";
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text + 8, sizeof text - 9, format, arguments);
    va_end(arguments);
    size_t size = length < 0 ? 8u : 8u + ((size_t)length < sizeof text - 10 ? (size_t)length : sizeof text - 10);
    text[size++] = '\n';
    log_bytes(s, text, size);
}

static bool record_write(struct supervisor *s, const char *state) {
    berth_kit_set(s->record, "state", json_object_new_string(state));
    berth_kit_set(s->record, "starts", json_object_new_int64(s->starts));
    berth_kit_set(s->record, "command_pid", s->leader > 0 ? json_object_new_int64(s->leader) : NULL);
    return control_write(s->control, CONTROL_PROCESS, s->record) == 0;
}

/* Sends a signal to every descendant. Orphans are among them, because this process is a subreaper. */
static void signal_descendants(struct supervisor *s, int number) {
    struct entry {
        pid_t pid, parent;
        bool ours;
    } *all = NULL;
    size_t count = 0, room = 0;
    if (s->leader > 0) kill(-s->leader, number); /* not reaped yet, so the group is still its own */
    DIR *proc = opendir("/proc");
    struct dirent *item;
    while (proc != NULL && (item = readdir(proc)) != NULL) {
        pid_t pid = (pid_t)strtol(item->d_name, NULL, 10);
        process_info info;
        if (pid <= 1 || !process_look(pid, &info) || info.state == 'Z') continue;
        if (count == room) {
            struct entry *more = realloc(all, (room = room * 2 + 256) * sizeof *all);
            if (more == NULL) break;
            all = more;
        }
        all[count++] = (struct entry){pid, info.parent, false};
    }
    if (proc != NULL) closedir(proc);
    for (bool changed = true; changed;) {
        changed = false;
        for (size_t i = 0; i < count; i++) {
            if (all[i].ours) continue;
            all[i].ours = all[i].parent == getpid();
            for (size_t j = 0; j < count && !all[i].ours; j++) all[i].ours = all[j].ours && all[j].pid == all[i].parent;
            changed = changed || all[i].ours;
        }
    }
    for (size_t i = 0; i < count; i++)
        if (all[i].ours && all[i].pid != s->leader) kill(all[i].pid, number);
    free(all);
}

/* Starts the command; 0 or the errno of what went wrong in the child. */
static int start_command(struct supervisor *s) {
    int trouble[2];
    if (pipe2(trouble, O_CLOEXEC) != 0) return errno;
    pid_t self = getpid(), pid = fork();
    if (pid == 0) {
        sigset_t none;
        sigemptyset(&none);
        for (int number = 1; number < 32; number++) (void)signal(number, SIG_DFL);
        sigprocmask(SIG_SETMASK, &none, NULL);
        int error = setpgid(0, 0) != 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || fchdir(s->directory) != 0 || dup2(s->null, 0) < 0 ||
                            dup2(s->output_writer, 1) < 0 || dup2(s->output_writer, 2) < 0
                        ? errno
                        : 0;
        if (getppid() != self) _exit(126); /* the supervisor died before the death signal was set */
        if (error == 0) {
            environ = s->environment;
            execvp(s->argv[0], s->argv);
            error = errno;
        }
        (void)!write(trouble[1], &error, sizeof error);
        _exit(127);
    }
    int error = pid < 0 ? errno : 0;
    close(trouble[1]);
    if (pid > 0) {
        setpgid(pid, pid);
        ssize_t count;
        do count = read(trouble[0], &error, sizeof error);
        while (count < 0 && errno == EINTR);
        if (count != (ssize_t)sizeof error) error = 0;
        if (error != 0) waitpid(pid, NULL, 0);
    }
    close(trouble[0]);
    s->leader = error == 0 ? pid : 0;
    s->starts++;
    s->started_at = berth_kit_now_ns();
    if (error != 0) note(s, "cannot start %s: %s", s->argv[0], strerror(error));
    return error;
}

static void begin_ending(struct supervisor *s, enum phase after, bool leave, uint64_t timeout_ns) {
    s->after = after;
    s->leave = s->leave || leave;
    s->deadline = berth_kit_now_ns() + timeout_ns;
    s->phase = ENDING;
    signal_descendants(s, SIGTERM);
}

static void run_or_wait(struct supervisor *s) {
    if (start_command(s) == 0) {
        s->phase = RUNNING;
        record_write(s, "running");
        return;
    }
    s->phase = WAITING;
    s->deadline = berth_kit_now_ns() + s->delay_ns;
    record_write(s, "waiting");
}

static void leader_ended(struct supervisor *s, int status) {
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    s->leader = 0;
    berth_kit_set(s->record, "exit_status", json_object_new_int(code));
    if (s->phase != RUNNING) return;
    bool again = strcmp(s->policy, "always") == 0 || (strcmp(s->policy, "on-failure") == 0 && code != 0);
    if (berth_kit_now_ns() - s->started_at > s->delay_max_ns + 10 * SECOND) s->delay_ns = s->delay_min_ns;
    note(s, "the command ended with status %d%s", code, again ? ", it is started again" : "");
    begin_ending(s, again ? WAITING : ENDED, false, s->stop_ns);
}

static bool reap(struct supervisor *s) { /* true if no child is left */
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
        if (pid == s->leader) leader_ended(s, status);
    return pid < 0 && errno == ECHILD;
}

static void take_signals(struct supervisor *s) {
    struct signalfd_siginfo info;
    while (read(s->signals, &info, sizeof info) == (ssize_t)sizeof info) {
        if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGINT) {
            if (s->phase == RUNNING) note(s, "told to end");
            if (s->phase != ENDING || !s->leave) begin_ending(s, ENDED, true, s->stop_ns);
        } else if (info.ssi_signo == SIGUSR1 && !s->leave) {
            note(s, "told to restart");
            uint64_t timeout = info.ssi_code == SI_QUEUE && info.ssi_int > 0 ? (uint64_t)info.ssi_int * SECOND : s->stop_ns;
            s->delay_ns = s->delay_min_ns;
            begin_ending(s, RUNNING, false, timeout);
        }
    }
}

static bool pump(struct supervisor *s) {
    char buffer[16384];
    ssize_t count = read(s->output, buffer, sizeof buffer);
    if (count > 0) log_bytes(s, buffer, (size_t)count);
    return count > 0;
}

static int supervise(struct supervisor *s) {
    for (;;) {
        bool alone = reap(s);
        uint64_t now = berth_kit_now_ns();
        if (s->phase == ENDING && (alone || now > s->deadline + 10 * SECOND)) { /* what cannot be killed is left */
            if (s->leave) break;
            if (s->after == RUNNING) {
                run_or_wait(s);
            } else {
                s->phase = s->after;
                s->deadline = now + s->delay_ns;
                if (s->phase == WAITING) s->delay_ns = s->delay_ns * 2 < s->delay_max_ns ? s->delay_ns * 2 : s->delay_max_ns;
                record_write(s, s->phase == WAITING ? "waiting" : "ended");
            }
        } else if (s->phase == ENDING && now >= s->deadline) {
            signal_descendants(s, SIGKILL);
        } else if (s->phase == WAITING && now >= s->deadline) {
            run_or_wait(s);
        }
        int timeout = s->phase == ENDING ? 20 : -1;
        if (s->phase == WAITING) timeout = s->deadline > now ? (int)((s->deadline - now) / 1000000u) + 1 : 0;
        struct pollfd fds[2] = {{.fd = s->signals, .events = POLLIN}, {.fd = s->output, .events = POLLIN}};
        if (poll(fds, 2, timeout) < 0 && errno != EINTR) break;
        if (fds[1].revents != 0) pump(s);
        if (fds[0].revents != 0) take_signals(s);
    }
    while (pump(s)) {
    }
    note(s, "ended");
    record_write(s, "ended");
    return 0;
}

/* Copies the strings of a JSON array into a vector; it lives as long as the array. */
static char **vector(struct json_object *array) {
    size_t count = array != NULL && json_object_is_type(array, json_type_array) ? json_object_array_length(array) : 0;
    char **result = calloc(count + 1, sizeof *result);
    for (size_t i = 0; result != NULL && i < count; i++)
        result[i] = (char *)(uintptr_t)json_object_get_string(json_object_array_get_idx(array, i));
    return result;
}

/* This process's environment with the names of `added` replaced. */
static char **environment_with(struct json_object *added) {
    size_t count = 0, used = 0;
    while (environ[count] != NULL) count++;
    if (!json_object_is_type(added, json_type_object)) return NULL;
    char **result = calloc(count + (size_t)json_object_object_length(added) + 1, sizeof *result);
    for (size_t i = 0; result != NULL && i < count; i++) {
        char *name = strndup(environ[i], strcspn(environ[i], "="));
        if (name != NULL && strcmp(name, "BERTH_WORKER_ID") != 0 && berth_kit_get(added, name) == NULL) result[used++] = environ[i];
        free(name);
    }
    json_object_object_foreach(added, name, value) {
        if (result != NULL && (result[used] = berth_kit_format("%s=%s", name, json_object_get_string(value))) != NULL) used++;
    }
    return result;
}

static void answer(int status, const char *text) {
    (void)!write(status, text, strlen(text));
    (void)!write(status, "\n", 1);
}

/* The lock, or -1 and an answer. It may be held for a moment by somebody who looks whether it is free. */
static int take_lock(int control, int status) {
    int lock = openat(control, CONTROL_LOCK, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
    for (int round = 0; lock >= 0 && round < 500; round++) {
        if (flock(lock, LOCK_EX | LOCK_NB) == 0) return lock;
        struct json_object *record = control_read(control, CONTROL_PROCESS);
        bool alive = record != NULL && process_is_alive(record);
        json_object_put(record);
        if (alive) return close(lock), answer(status, "running"), -1;
        (void)poll(NULL, 0, 10);
    }
    if (lock >= 0) close(lock);
    answer(status, lock < 0 ? "revoked" : "error the lock of the workspace is held by somebody who does not say who it is");
    return -1;
}

static int background(int control, const char *operation, int status) {
    struct supervisor s = {.control = control, .log = -1, .phase = RUNNING};
    setsid();
    umask(022);
    s.null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (s.null < 0 || dup2(s.null, 0) < 0 || dup2(s.null, 1) < 0 || dup2(s.null, 2) < 0 || chdir("/") != 0)
        return answer(status, "error /dev/null cannot be opened"), 1;
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGHUP, SIG_IGN);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGUSR1);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &set, NULL);
    s.signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);

    if (take_lock(control, status) < 0) return 0;
    s.start = control_read(control, CONTROL_START);
    const char *wanted = berth_kit_text(s.start, "operation");
    if (wanted == NULL || strcmp(wanted, operation) != 0) return answer(status, "revoked"), 0;

    const char *directory = berth_kit_text(s.start, "directory");
    int output[2];
    s.directory = directory != NULL ? open(directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) : -1;
    s.argv = vector(berth_kit_get(s.start, "command"));
    s.environment = environment_with(berth_kit_get(s.start, "env"));
    s.policy = berth_kit_text(s.start, "policy");
    s.stop_ns = (uint64_t)json_object_get_int64(berth_kit_get(s.start, "stop_timeout_seconds")) * SECOND;
    s.delay_ns = s.delay_min_ns = (uint64_t)json_object_get_int64(berth_kit_get(s.start, "delay_seconds")) * SECOND;
    s.delay_max_ns = (uint64_t)json_object_get_int64(berth_kit_get(s.start, "delay_max_seconds")) * SECOND;
    s.log_max = (uint64_t)json_object_get_int64(berth_kit_get(s.start, "log_size_max_bytes"));
    if (s.directory < 0) return answer(status, "error the directory of the workspace cannot be opened"), 1;
    if (s.argv == NULL || s.argv[0] == NULL || s.environment == NULL || s.policy == NULL || s.signals < 0 || pipe2(output, O_CLOEXEC) != 0)
        return answer(status, "error the start file is damaged, or memory or descriptors are out"), 1;
    s.output = output[0];
    s.output_writer = output[1];
    (void)fcntl(s.output, F_SETFL, O_NONBLOCK);

    process_info self;
    char boot[64];
    process_boot(boot);
    s.record = json_object_new_object();
    if (s.record == NULL || !process_look(getpid(), &self)) return answer(status, "error /proc cannot be read"), 1;
    berth_kit_set(s.record, "operation", json_object_new_string(operation));
    berth_kit_set(s.record, "pid", json_object_new_int64(getpid()));
    berth_kit_set(s.record, "started", json_object_new_int64((int64_t)self.started));
    berth_kit_set(s.record, "boot", json_object_new_string(boot));
    berth_kit_set(s.record, "labels", json_object_get(berth_kit_get(s.start, "labels")));
    if (!record_write(&s, "starting")) return answer(status, "error process.json cannot be written: is the disk full?"), 1;
    unlinkat(control, CONTROL_START, 0); /* it may hold secrets, and must not start a second process */

    int error = start_command(&s);
    if (error != 0) {
        char text[512];
        snprintf(text, sizeof text, "error the command %.200s cannot be started: %s", s.argv[0], strerror(error));
        record_write(&s, "failed");
        return answer(status, text), 1;
    }
    record_write(&s, "running");
    answer(status, "ok");
    close(status);
    return supervise(&s);
}

int main(int argc, char **argv) {
    if (argc != 3) {
        fputs("usage: berth-localhost-supervisor CONTROL-DIRECTORY OPERATION\nStarted by the localhost plugin of Berth.\n", stderr);
        return 2;
    }
    for (int fd = 3; fd < 1024 && syscall(SYS_close_range, 3u, ~0u, 0u) != 0; fd++) close(fd);
    int control = open(argv[1], O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    int status[2];
    if (control < 0 || pipe2(status, O_CLOEXEC) != 0) {
        printf("error %s cannot be opened: %s\n", argv[1], strerror(errno));
        return 1;
    }
    pid_t pid = fork();
    if (pid == 0) {
        close(status[0]);
        _exit(background(control, argv[2], status[1]));
    }
    close(status[1]);
    if (pid < 0) {
        printf("error no process can be made: %s\n", strerror(errno));
        return 1;
    }
    char text[600];
    size_t used = 0;
    ssize_t count;
    while (used < sizeof text && ((count = read(status[0], text + used, sizeof text - used)) > 0 || (count < 0 && errno == EINTR)))
        used += count > 0 ? (size_t)count : 0;
    if (used == 0) used = (size_t)snprintf(text, sizeof text, "error the supervisor died early\n");
    return fwrite(text, 1, used, stdout) == used && strncmp(text, "error", 5) != 0 ? 0 : 1;
}
