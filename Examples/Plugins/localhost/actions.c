/* actions.c -- berth.actions/1 (restart, logs, disk-usage, orphans) and berth.inventory/1 */
#include "localhost.h"

#include <dirent.h>
#include <fts.h>
#include <sys/stat.h>

#define LOG_OUTPUT_SIZE_MAX 1048576

static berth_status open_existing(workspace *w, berth_instance *self, const berth_job *job, const berth_request *request) {
    berth_status status = workspace_open(w, self, job, request);
    if (status == BERTH_NOT_FOUND || (status == BERTH_OK && w->control < 0))
        return berth_kit_fail(job, BERTH_INVALID_ARGUMENT, "localhost.workspace.unknown", "Start the workspace first.",
                              "the workspace does not exist on this server");
    return status;
}

/* ---- restart */

static int64_t starts_of(const workspace *w, bool *running) {
    struct json_object *record = control_read(w->control, CONTROL_PROCESS);
    const char *state = berth_kit_text(record, "state");
    int64_t starts = json_object_get_int64(berth_kit_get(record, "starts"));
    *running = state != NULL && strcmp(state, "running") == 0 && process_is_alive(record);
    json_object_put(record);
    return starts;
}

static berth_status restart(workspace *w, uint64_t timeout) {
    const berth_job *job = w->job;
    bool running;
    int64_t before = starts_of(w, &running);
    struct json_object *record = control_read(w->control, CONTROL_PROCESS);
    bool told = record != NULL && process_signal(record, SIGUSR1, (int)timeout);
    json_object_put(record);
    if (!told)
        return berth_kit_fail(job, BERTH_FAILED, "localhost.process.gone", "Start the workspace.", "workspace %s has no process", w->id);
    int64_t limit_ms = ((timeout > 0 ? (int64_t)timeout : w->self->stop_timeout_seconds) + 15) * 1000;
    for (int64_t waited = 0; waited < limit_ms; waited += 20) {
        if (starts_of(w, &running) > before && running)
            return berth_kit_add_output(job, "starts", 0, json_object_new_int64(starts_of(w, &running)));
        if (berth_kit_wait(job, -1, 20) == BERTH_KIT_CANCELLED) return BERTH_CANCELLED;
    }
    return berth_kit_fail(job, BERTH_FAILED, "localhost.process.not-restarted", "Read the action \"logs\".",
                          "the command of workspace %s did not start again", w->id);
}

static berth_status action_restart(berth_instance *self, const berth_job *job, const berth_request *request, uint64_t timeout) {
    workspace w;
    berth_status status = open_existing(&w, self, job, request);
    if (status == BERTH_OK && timeout > 300)
        status = berth_kit_fail(job, BERTH_INVALID_ARGUMENT, "localhost.action.invalid", "Give 0 to 300.", "timeout %llu is too long",
                                (unsigned long long)timeout);
    if (status == BERTH_OK) status = restart(&w, timeout);
    workspace_close(&w);
    return status;
}

/* ---- logs */

/* Appends a file's last `size_max` bytes to `text`. */
static size_t append_tail(int control, const char *name, char *text, size_t used, size_t size_max) {
    int fd = openat(control, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    struct stat about;
    if (fd < 0) return used;
    if (fstat(fd, &about) == 0 && S_ISREG(about.st_mode)) {
        off_t offset = about.st_size > (off_t)size_max ? about.st_size - (off_t)size_max : 0;
        ssize_t count;
        size_t end = used + size_max;
        while (used < end && (count = pread(fd, text + used, end - used, offset)) > 0) {
            used += (size_t)count;
            offset += count;
        }
    }
    close(fd);
    return used;
}

/* Writes stars over the values of secret variables. */
static void redact(const workspace *w, char *text, size_t size) {
    struct json_object *spec = berth_kit_get(berth_kit_handle(&w->state, KEY_PROCESS), "spec");
    struct json_object *pointers = berth_kit_get(spec, "sensitive");
    for (size_t i = 0; pointers != NULL && i < json_object_array_length(pointers); i++) {
        const char *pointer = json_object_get_string(json_object_array_get_idx(pointers, i));
        const char *value = strncmp(pointer, "/env/", 5) == 0 ? berth_kit_text(berth_kit_get(spec, "env"), pointer + 5) : NULL;
        size_t length = value != NULL ? strlen(value) : 0;
        char *hit = text;
        while (length >= 4 && (hit = memmem(hit, size - (size_t)(hit - text), value, length)) != NULL) {
            memset(hit, '*', length);
            hit += length;
        }
    }
}

static berth_status action_logs(berth_instance *self, const berth_job *job, const berth_request *request, uint64_t lines) {
    workspace w;
    berth_status status = open_existing(&w, self, job, request);
    char *text = status == BERTH_OK ? malloc(2 * LOG_OUTPUT_SIZE_MAX) : NULL;
    if (status == BERTH_OK && text == NULL) status = berth_kit_out_of_memory(job);
    if (status == BERTH_OK) {
        size_t size = append_tail(w.control, CONTROL_LOG_OLD, text, 0, LOG_OUTPUT_SIZE_MAX), start;
        size = append_tail(w.control, CONTROL_LOG, text, size, LOG_OUTPUT_SIZE_MAX);
        redact(&w, text, size);
        size_t floor = size > LOG_OUTPUT_SIZE_MAX ? size - LOG_OUTPUT_SIZE_MAX : 0;
        for (start = size; start > floor; start--)
            if (text[start - 1] == '\n' && start < size && lines-- <= 1) break;
        berth_kit_repair(text + start, size - start);
        status = berth_kit_add_output(job, "log", 0, json_object_new_string_len(text + start, (int)(size - start)));
    }
    free(text);
    workspace_close(&w);
    return status;
}

/* ---- disk-usage */

static berth_status disk_usage(const workspace *w) {
    char *const paths[] = {w->path, NULL};
    FTS *tree = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR | FTS_XDEV, NULL);
    uint64_t bytes = 0, files = 0, unreadable = 0;
    FTSENT *entry;
    bool cancelled = false;
    while (tree != NULL && !cancelled && (entry = fts_read(tree)) != NULL) {
        if (entry->fts_info == FTS_DP) continue;
        if (entry->fts_info == FTS_DNR || entry->fts_info == FTS_ERR || entry->fts_info == FTS_NS) {
            unreadable++;
            continue;
        }
        bytes += (uint64_t)entry->fts_statp->st_blocks * 512u;
        files++;
        cancelled = files % 256 == 0 && berth_kit_cancelled(w->job);
    }
    if (tree != NULL) fts_close(tree);
    if (cancelled) return BERTH_CANCELLED;
    berth_status status = berth_kit_add_output(w->job, "bytes", 0, json_object_new_uint64(bytes));
    if (status == BERTH_OK) status = berth_kit_add_output(w->job, "files", 0, json_object_new_uint64(files));
    if (status == BERTH_OK) status = berth_kit_add_output(w->job, "unreadable", 0, json_object_new_uint64(unreadable));
    return status;
}

static berth_status action_disk_usage(berth_instance *self, const berth_job *job, const berth_request *request) {
    workspace w;
    berth_status status = open_existing(&w, self, job, request);
    if (status == BERTH_OK) status = disk_usage(&w);
    workspace_close(&w);
    return status;
}

/* ---- every workspace below the root: orphans and inventory */

typedef berth_status (*visitor)(workspace *w, void *data);

/* Calls `visit` for each control directory. */
static berth_status each_workspace(berth_instance *self, const berth_job *job, const berth_request *request, visitor visit, void *data) {
    int root = open(self->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (root < 0)
        return berth_kit_fail(job, BERTH_UNAVAILABLE, "localhost.root.unavailable",
                              "Make the directory that \"root\" of the configuration names, or mount its disk.", "%s cannot be opened: %s",
                              self->root, strerror(errno));
    int parent = openat(root, CONTROL_ROOT, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *stream = parent >= 0 ? fdopendir(parent) : NULL;
    struct dirent *item;
    berth_status status = BERTH_OK;
    while (stream != NULL && status == BERTH_OK && (item = readdir(stream)) != NULL) {
        if (!workspace_id_is_valid(item->d_name)) continue;
        workspace w = {.self = self, .job = job, .request = request, .root = fcntl(root, F_DUPFD_CLOEXEC, 3), .control = -1};
        snprintf(w.id, sizeof w.id, "%.*s", ID_SIZE_MAX, item->d_name);
        w.path = berth_kit_format("%s/%s", self->root, w.id);
        w.control_path = berth_kit_format("%s/" CONTROL_ROOT "/%s", self->root, w.id);
        workspace_open_control(&w);
        if (berth_kit_cancelled(job)) status = BERTH_CANCELLED;
        else if (w.path != NULL && w.control_path != NULL && w.control >= 0) status = visit(&w, data);
        workspace_close(&w);
    }
    if (stream != NULL) closedir(stream);
    close(root);
    return status;
}

static bool has_entry(const workspace *w, const char *name) { return faccessat(w->control, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0; }

static berth_status find_orphan(workspace *w, void *data) {
    struct json_object *record = control_read(w->control, CONTROL_PROCESS);
    bool alive = record != NULL && process_is_alive(record);
    size_t strays = alive ? 0 : process_strays(w->control_path, 0);
    directory_presence presence = directory_look(w, NULL);
    const char *reason = presence == DIRECTORY_FOREIGN                          ? "the directory was replaced"
                         : strays > 0                                           ? "processes without a supervisor"
                         : presence == DIRECTORY_OURS                           ? NULL
                         : has_entry(w, CONTROL_TRASH) || has_entry(w, CONTROL_NEW) ? "half made or half removed"
                                                                                : "the directory is gone";
    json_object_put(record);
    if (reason == NULL) return BERTH_OK;
    struct json_object *found = json_object_new_object();
    berth_kit_set(found, "workspace", json_object_new_string(w->id));
    berth_kit_set(found, "path", json_object_new_string(w->path));
    berth_kit_set(found, "reason", json_object_new_string(reason));
    berth_kit_set(found, "processes", json_object_new_uint64(strays));
    json_object_array_add(data, found);
    return BERTH_OK;
}

static berth_status action_orphans(berth_instance *self, const berth_job *job, const berth_request *request) {
    struct json_object *found = json_object_new_array();
    berth_status status = each_workspace(self, job, request, find_orphan, found);
    if (status == BERTH_OK) return berth_kit_add_output(job, "orphans", 0, found);
    json_object_put(found);
    return status;
}

static berth_status list_one(const workspace *w, const char *type, const char *remote_id, struct json_object *labels) {
    char address[128];
    struct json_object *attributes = json_object_new_object();
    snprintf(address, sizeof address, "%s.workspace[\"%s\"]", type, w->id);
    berth_kit_set(attributes, "labels", json_object_get(labels));
    berth_kit_set(attributes, "path", json_object_new_string(w->path));
    berth_kit_resource resource = {.kind = BERTH_KIND_MANAGED, .address = address, .type = type, .name = w->id, .remote_id = remote_id, .attributes = attributes};
    berth_status status = berth_kit_add_resource(w->job, &resource);
    json_object_put(attributes);
    return status;
}

static berth_status list_workspace(workspace *w, void *data) {
    struct json_object *labels = control_read(w->control, CONTROL_LABELS), *record = control_read(w->control, CONTROL_PROCESS);
    struct json_object *process_labels = berth_kit_get(record, "labels");
    berth_status status = BERTH_OK;
    (void)data;
    bool there = directory_look(w, NULL) == DIRECTORY_OURS || has_entry(w, CONTROL_TRASH) || has_entry(w, CONTROL_NEW);
    if (there && labels != NULL && berth_kit_has_labels(labels, w->request)) status = list_one(w, TYPE_DIRECTORY, w->path, labels);
    if (status == BERTH_OK && record != NULL && process_is_alive(record) && berth_kit_has_labels(process_labels, w->request)) {
        char remote_id[64];
        snprintf(remote_id, sizeof remote_id, "%lld:%lld", (long long)json_object_get_int64(berth_kit_get(record, "pid")),
                 (long long)json_object_get_int64(berth_kit_get(record, "started")));
        status = list_one(w, TYPE_PROCESS, remote_id, process_labels);
    }
    json_object_put(labels);
    json_object_put(record);
    return status;
}

static berth_status inventory(berth_instance *self, const berth_job *job, const berth_request *request) {
    return each_workspace(self, job, request, list_workspace, NULL);
}

/* ---- the declarations */

static const berth_param restart_params[] = {
    {.size = sizeof(berth_param), .type = BERTH_T_U64, .name = BERTH_STR_INIT("timeout"),
     .doc = BERTH_STR_INIT("Seconds the command may take to end before it is killed; 0: what the configuration says."),
     .constraint_json = BERTH_STR_INIT("{\"type\":\"integer\",\"minimum\":0,\"maximum\":300}"), .default_json = BERTH_STR_INIT("0")},
};

static const berth_param logs_params[] = {
    {.size = sizeof(berth_param), .type = BERTH_T_U64, .name = BERTH_STR_INIT("lines"), .doc = BERTH_STR_INIT("How many lines, counted from the end."),
     .constraint_json = BERTH_STR_INIT("{\"type\":\"integer\",\"minimum\":1,\"maximum\":10000}"), .default_json = BERTH_STR_INIT("100")},
};

static const berth_action list[] = {
    {.size = sizeof(berth_action), .flags = BERTH_ACTION_MUTATES, .id = BERTH_STR_INIT("restart"), .title = BERTH_STR_INIT("Restart"),
     .doc = BERTH_STR_INIT("Ends the command of the workspace and starts it again."), .applies_to = BERTH_STR_INIT(TYPE_PROCESS),
     .params = BERTH_KIT_ARRAY_INIT(restart_params), .signature = BERTH_STR_INIT("restart(u64)"), .entry = (void (*)(void))action_restart},
    {.size = sizeof(berth_action), .flags = BERTH_ACTION_IDEMPOTENT, .id = BERTH_STR_INIT("logs"), .title = BERTH_STR_INIT("Logs"),
     .doc = BERTH_STR_INIT("Shows the last lines that the command wrote."), .params = BERTH_KIT_ARRAY_INIT(logs_params),
     .signature = BERTH_STR_INIT("logs(u64)"), .entry = (void (*)(void))action_logs},
    {.size = sizeof(berth_action), .flags = BERTH_ACTION_IDEMPOTENT, .id = BERTH_STR_INIT("disk-usage"), .title = BERTH_STR_INIT("Disk usage"),
     .doc = BERTH_STR_INIT("Measures the directory of the workspace."), .params = {NULL, 0, sizeof(berth_param)},
     .signature = BERTH_STR_INIT("disk-usage()"), .entry = (void (*)(void))action_disk_usage},
    {.size = sizeof(berth_action), .flags = BERTH_ACTION_IDEMPOTENT, .id = BERTH_STR_INIT("orphans"), .title = BERTH_STR_INIT("Orphans"),
     .doc = BERTH_STR_INIT("Lists workspaces on this server that are damaged or only half there."), .applies_to = BERTH_STR_INIT("*"),
     .params = {NULL, 0, sizeof(berth_param)}, .signature = BERTH_STR_INIT("orphans()"), .entry = (void (*)(void))action_orphans},
};

const void *localhost_extension(const berth_plugin *plugin, berth_str id) {
    static const berth_actions actions = {.size = sizeof(berth_actions), .actions = BERTH_KIT_ARRAY_INIT(list)};
    static const berth_inventory inventories = {.size = sizeof(berth_inventory), .list = inventory};
    (void)plugin;
    if (berth_kit_equals(id, BERTH_EXT_ACTIONS)) return &actions;
    if (berth_kit_equals(id, BERTH_EXT_INVENTORY)) return &inventories;
    return NULL;
}
