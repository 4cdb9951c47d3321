/* process.c -- the supervised process: start, find, stop */
#include "localhost.h"

#include <dirent.h>
#include <sys/file.h>
#include <sys/syscall.h>

enum { SETTLE_TIMEOUT_MS = 15000, CANCEL_GRACE_MS = 5000 };

/* kill() with a value by pidfd, so that a number that has become somebody else's is never hit. */
bool process_signal(struct json_object *record, int number, int value) {
    pid_t pid = (pid_t)json_object_get_int64(berth_kit_get(record, "pid"));
    int fd = (int)syscall(SYS_pidfd_open, pid, 0u);
    bool done = false;
    if (fd >= 0 && process_is_alive(record)) {
        siginfo_t info;
        memset(&info, 0, sizeof info);
        info.si_signo = number;
        info.si_code = SI_QUEUE;
        info.si_pid = getpid();
        info.si_uid = getuid();
        info.si_value.sival_int = value;
        done = syscall(SYS_pidfd_send_signal, fd, number, &info, 0u) == 0;
    }
    if (fd >= 0) close(fd);
    return done;
}

/* Does the environment of a process name this control directory? */
static bool carries(pid_t pid, const char *control_path) {
    char path[64], buffer[16384], wanted[1400];
    int length = snprintf(wanted, sizeof wanted, CONTROL_VARIABLE "=%s", control_path);
    size_t size = length > 0 && (size_t)length < sizeof wanted ? (size_t)length + 1 : 0, kept = 0;
    snprintf(path, sizeof path, "/proc/%d/environ", (int)pid);
    int fd = size > 0 ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    bool found = false;
    ssize_t count;
    while (fd >= 0 && !found && (count = read(fd, buffer + kept, sizeof buffer - kept)) > 0) {
        size_t used = kept + (size_t)count;
        const char *hit = buffer;
        while (!found && (hit = memmem(hit, used - (size_t)(hit - buffer), wanted, size)) != NULL) {
            found = hit == buffer || hit[-1] == 0;
            hit++;
        }
        kept = used < size ? used : size; /* a match may lie across two reads, with the NUL before it */
        memmove(buffer, buffer + used - kept, kept);
    }
    if (fd >= 0) close(fd);
    return found;
}

size_t process_strays(const char *control_path, int number) {
    DIR *proc = opendir("/proc");
    struct dirent *item;
    size_t count = 0;
    while (proc != NULL && (item = readdir(proc)) != NULL) {
        pid_t pid = (pid_t)strtol(item->d_name, NULL, 10);
        if (pid <= 1 || pid == getpid()) continue;
        int fd = (int)syscall(SYS_pidfd_open, pid, 0u);
        process_info info;
        if (fd >= 0 && carries(pid, control_path) && process_look(pid, &info) && info.state != 'Z' && info.state != 'X') {
            count++;
            if (number != 0) syscall(SYS_pidfd_send_signal, fd, number, NULL, 0u);
        }
        if (fd >= 0) close(fd);
    }
    if (proc != NULL) closedir(proc);
    return count;
}

/* Kills what is left of a workspace whose supervisor is gone. */
static void sweep(const workspace *w) {
    for (int round = 0; round < 200 && process_strays(w->control_path, SIGKILL) > 0; round++) (void)poll(NULL, 0, 10);
}

berth_status process_settle(workspace *w, struct json_object **found) {
    *found = NULL;
    workspace_open_control(w);
    if (w->control < 0) return BERTH_OK;
    for (int waited = 0; waited < SETTLE_TIMEOUT_MS; waited += 10) {
        struct json_object *record = control_read(w->control, CONTROL_PROCESS);
        if (record != NULL && process_is_alive(record)) return *found = record, BERTH_OK;
        json_object_put(record);
        int lock = openat(w->control, CONTROL_LOCK, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
        if (lock < 0 && errno == ENOENT) return BERTH_OK;
        bool free_now = lock >= 0 && flock(lock, LOCK_EX | LOCK_NB) == 0;
        if (free_now) unlinkat(w->control, CONTROL_START, 0); /* a supervisor on its way finds nothing to start */
        if (lock >= 0) close(lock);
        if (free_now) return BERTH_OK;
        (void)poll(NULL, 0, 10); /* short, and the truth is needed also when cancelled */
    }
    berth_kit_where where = {.resource = ADDRESS_PROCESS};
    berth_kit_diagnose(w->job, BERTH_ERROR, "localhost.process.undecided", &where,
                       "A process holds the file \"lock\" there without saying who it is. End it and try again.",
                       "it cannot be found out whether %s has a process", w->control_path);
    return BERTH_FAILED;
}

struct json_object *process_handle(struct json_object *record, struct json_object *spec) {
    static const char *const names[] = {"pid", "started", "boot", "operation", NULL};
    struct json_object *handle = json_object_new_object();
    for (const char *const *name = names; *name != NULL; name++)
        berth_kit_set(handle, *name, json_object_get(berth_kit_get(record, *name)));
    berth_kit_set(handle, "spec", json_object_get(spec));
    return handle;
}

/* What the supervisor reads. */
static struct json_object *start_file(const workspace *w, struct json_object *spec, const char *operation) {
    struct json_object *start = json_object_new_object(), *restart = berth_kit_get(spec, "restart"), *env = NULL;
    const char *policy = berth_kit_text(restart, "policy");
    int64_t delay = json_object_get_int64(berth_kit_get(restart, "delay_seconds"));
    int64_t delay_max = json_object_get_int64(berth_kit_get(restart, "delay_max_seconds"));
    if (start == NULL || json_object_deep_copy(berth_kit_get(spec, "env"), &env, NULL) != 0) return start;
    if (delay == 0) delay = 1;
    if (delay_max == 0) delay_max = delay > 60 ? delay : 60;
    berth_kit_set(env, CONTROL_VARIABLE, json_object_new_string(w->control_path));
    berth_kit_set(start, "operation", json_object_new_string(operation));
    berth_kit_set(start, "directory", json_object_new_string(w->path));
    berth_kit_set(start, "command", json_object_get(berth_kit_get(spec, "command")));
    berth_kit_set(start, "env", env);
    berth_kit_set(start, "policy", json_object_new_string(policy != NULL ? policy : "always"));
    berth_kit_set(start, "delay_seconds", json_object_new_int64(delay));
    berth_kit_set(start, "delay_max_seconds", json_object_new_int64(delay_max));
    berth_kit_set(start, "stop_timeout_seconds", json_object_new_int64(w->self->stop_timeout_seconds));
    berth_kit_set(start, "log_size_max_bytes", json_object_new_int64(w->self->log_size_max_bytes));
    berth_kit_set(start, "labels", berth_kit_labels(w->request));
    return start;
}

static void keep_answer(void *data, berth_stream stream, const char *text, size_t length) {
    char *answer = data;
    if (stream == BERTH_STREAM_CHILD_STDOUT || answer[0] == 0) snprintf(answer, 512, "%.*s", (int)length, text);
}

/* The few variables of this process that a command may see; above all not BERTH_WORKER_ID, nor any secret. */
static void choose_environment(const char *chosen[16]) {
    static const char *const names[] = {"PATH=", "HOME=", "USER=", "LOGNAME=", "SHELL=", "LANG=", "LC_ALL=", "TZ=", "TMPDIR=", NULL};
    size_t used = 0;
    for (const char *const *name = names; *name != NULL; name++)
        for (char **variable = environ; *variable != NULL && used < 15; variable++)
            if (strncmp(*variable, *name, strlen(*name)) == 0) {
                chosen[used++] = *variable;
                break;
            }
    chosen[used] = NULL;
}

/* Runs the supervisor's first half; the second half puts itself into the background. */
static berth_status launch(const workspace *w, const char *operation, char answer[512]) {
    const char *const argv[] = {w->self->supervisor, w->control_path, operation, NULL};
    const char *environment[16];
    int exit_status;
    choose_environment(environment);
    berth_kit_command command = {.argv = argv, .environment = environment, .stage = "starting the process", .directory = "/",
                                 .timeout_ms = 30000, .line = keep_answer, .data = answer};
    answer[0] = 0;
    return berth_kit_run(w->job, &command, &exit_status);
}

berth_status process_start(workspace *w, struct json_object *spec) {
    char *operation = berth_kit_copy(w->request->operation_id), answer[512] = "";
    struct json_object *intent = json_object_new_object(), *record = NULL;
    if (operation == NULL || operation[0] == 0) {
        free(operation);
        json_object_put(intent);
        return berth_kit_fail(w->job, BERTH_INVALID_ARGUMENT, "localhost.inputs.invalid", "Report this to the operator of the server.",
                              "the request has no operation id");
    }
    berth_kit_set(intent, "operation", json_object_new_string(operation));
    berth_kit_set(intent, "spec", json_object_get(spec));
    berth_status status = berth_kit_intend(w->job, &w->state, KEY_PROCESS, intent);
    if (status != BERTH_OK) {
        free(operation);
        return status;
    }
    sweep(w); /* what a supervisor that was killed may have left: nothing else lives here, the caller has looked */
    struct json_object *start = start_file(w, spec, operation);
    if (control_write(w->control, CONTROL_START, start) != 0) {
        status = berth_kit_fail(w->job, BERTH_FAILED, "localhost.process.not-started", "Check space and permissions of the root directory.",
                                "cannot write %s/" CONTROL_START ": %s", w->control_path, strerror(errno));
    } else {
        status = launch(w, operation, answer);
    }
    json_object_put(start);
    free(operation);
    /* Whatever happened: look, and record what there is. */
    berth_status settled = process_settle(w, &record);
    if (settled != BERTH_OK) return settled; /* the intent stays: recover decides */
    settled = berth_kit_settle(w->job, &w->state, KEY_PROCESS, record != NULL ? process_handle(record, spec) : NULL);
    bool alive = record != NULL;
    json_object_put(record);
    if (settled != BERTH_OK || status != BERTH_OK) return settled != BERTH_OK ? settled : status;
    if (alive) {
        berth_kit_log(w->job, BERTH_INFO, "starting the process", "the process of workspace %s runs", w->id);
        return BERTH_OK;
    }
    berth_kit_where where = {.resource = ADDRESS_PROCESS, .attribute = "/command", .source_path = "workspace.json"};
    berth_kit_diagnose(w->job, BERTH_ERROR, "localhost.process.not-started", &where,
                       "Check that the template's command is installed on the server and may be executed by the server's user.",
                       "the process was not started: %s", strncmp(answer, "error ", 6) == 0 ? answer + 6 : answer[0] != 0 ? answer : "no answer");
    return BERTH_FAILED;
}

/* Waits until the process of a record is gone. */
static berth_kit_event wait_end(const workspace *w, struct json_object *record, int timeout_ms) {
    int fd = (int)syscall(SYS_pidfd_open, (pid_t)json_object_get_int64(berth_kit_get(record, "pid")), 0u);
    berth_kit_event event = process_is_alive(record) ? berth_kit_wait(w->job, fd, timeout_ms) : BERTH_KIT_READY;
    if (fd >= 0) close(fd);
    return event;
}

berth_status process_stop(workspace *w) {
    struct json_object *record = NULL, *intent;
    berth_status status = process_settle(w, &record);
    if (status != BERTH_OK) return status;
    if (record != NULL) {
        intent = json_object_new_object();
        berth_kit_set(intent, "delete", json_object_new_boolean(1));
        status = berth_kit_intend(w->job, &w->state, KEY_PROCESS, intent);
        berth_kit_progress(w->job, ADDRESS_PROCESS, 0, 0, "ending the process");
        berth_kit_event event = BERTH_KIT_READY;
        if (status == BERTH_OK && process_signal(record, SIGTERM, 0))
            event = wait_end(w, record, (int)(w->self->stop_timeout_seconds + 12) * 1000);
        /* It has been told to end: finish the step if it is a short one, so that what is reported stays true. */
        for (int waited = 0; event == BERTH_KIT_CANCELLED && waited < CANCEL_GRACE_MS && process_is_alive(record); waited += 10)
            (void)poll(NULL, 0, 10);
        if (status == BERTH_OK && event == BERTH_KIT_CANCELLED && process_is_alive(record)) status = BERTH_CANCELLED;
        if (status == BERTH_OK && process_is_alive(record)) {
            berth_kit_log(w->job, BERTH_WARNING, "ending the process", "the supervisor did not end in time and is killed");
            process_signal(record, SIGKILL, 0);
            (void)wait_end(w, record, 5000);
        }
        if (status == BERTH_OK && process_is_alive(record))
            status = berth_kit_fail(w->job, BERTH_FAILED, "localhost.process.not-ended",
                                    "It cannot be killed: it hangs in the kernel, or belongs to another user.", "process %lld does not end",
                                    (long long)json_object_get_int64(berth_kit_get(record, "pid")));
        json_object_put(record);
        if (status != BERTH_OK) return status;
    }
    if (w->control >= 0) sweep(w);
    if (berth_kit_get(berth_kit_get(w->state.root, "journal"), KEY_PROCESS) == NULL) return BERTH_OK;
    berth_kit_log(w->job, BERTH_INFO, "ending the process", "the process of workspace %s has ended", w->id);
    return berth_kit_settle(w->job, &w->state, KEY_PROCESS, NULL);
}
