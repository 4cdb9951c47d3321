/* workspace.c -- one job's view of one workspace: identity, state, graph */
#include "localhost.h"

bool workspace_id_is_valid(const char *id) {
    size_t length = strlen(id);
    return length > 0 && length <= ID_SIZE_MAX && strcmp(id, ".") != 0 && strcmp(id, "..") != 0 && strcmp(id, CONTROL_ROOT) != 0 &&
           strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-") == length;
}

static berth_status identify(workspace *w) {
    const berth_job *job = w->job;
    struct json_object *wanted = berth_kit_get(berth_kit_get(w->inputs, "workspace"), "id");
    const char *asked = berth_kit_text(berth_kit_get(w->inputs, "workspace"), "id");
    const char *recorded = berth_kit_text(w->state.root, "workspace");
    const char *path = berth_kit_text(w->state.root, "path");
    bool has_state = json_object_object_length(w->state.root) > 0;
    if (!has_state && wanted == NULL) return BERTH_NOT_FOUND;
    berth_kit_where where = {.attribute = "/workspace/id"};
    if ((wanted != NULL && (asked == NULL || !workspace_id_is_valid(asked)))) {
        berth_kit_diagnose(job, BERTH_ERROR, "localhost.workspace.invalid-id", &where,
                           "An id is 1 to 64 of A-Z, a-z, 0-9, '.', '_' and '-', because it becomes the name of a directory.",
                           "the workspace's id is not one this plugin can use");
        return BERTH_INVALID_ARGUMENT;
    }
    if (has_state && (recorded == NULL || path == NULL || !workspace_id_is_valid(recorded)))
        return berth_kit_fail(job, BERTH_INVALID_ARGUMENT, "localhost.state.invalid", "Restore the state from a backup.",
                              "the recorded state names no workspace");
    if (has_state && asked != NULL && strcmp(asked, recorded) != 0)
        return berth_kit_fail(job, BERTH_INVALID_ARGUMENT, "localhost.state.other-workspace", "Report this to the operator of the server.",
                              "the recorded state belongs to workspace %s, not to %s", recorded, asked);
    snprintf(w->id, sizeof w->id, "%s", has_state ? recorded : asked);
    w->path = berth_kit_format("%s/%s", w->self->root, w->id);
    w->control_path = berth_kit_format("%s/" CONTROL_ROOT "/%s", w->self->root, w->id);
    if (w->path == NULL || w->control_path == NULL) return berth_kit_out_of_memory(job);
    if (has_state && strcmp(path, w->path) != 0)
        return berth_kit_fail(job, BERTH_INVALID_ARGUMENT, "localhost.state.outside-root",
                              "Set the configuration's \"root\" back to the directory the workspace was made in.",
                              "the recorded directory %s is not the workspace's place %s", path, w->path);
    if (has_state) return BERTH_OK;
    berth_kit_set(w->state.root, "workspace", json_object_new_string(w->id));
    berth_kit_set(w->state.root, "path", json_object_new_string(w->path));
    return BERTH_OK;
}

void workspace_open_control(workspace *w) {
    if (w->control >= 0) return;
    int parent = openat(w->root, CONTROL_ROOT, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (parent < 0) return;
    w->control = openat(parent, w->id, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    close(parent);
}

berth_status workspace_open(workspace *w, berth_instance *self, const berth_job *job, const berth_request *request) {
    char error[256];
    *w = (workspace){.self = self, .job = job, .request = request, .root = -1, .control = -1};
    if (!berth_kit_parse_object(request->inputs_json, &w->inputs, error, sizeof error))
        return berth_kit_fail(job, BERTH_INVALID_ARGUMENT, "localhost.inputs.invalid", "Report this to the operator of the server.",
                              "the inputs cannot be read: %s", error);
    berth_status status = berth_kit_state_load(job, request, &w->state);
    if (status == BERTH_OK) status = identify(w);
    if (status != BERTH_OK) return status;
    w->root = open(self->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (w->root < 0)
        return berth_kit_fail(job, BERTH_UNAVAILABLE, "localhost.root.unavailable",
                              "Make the directory that \"root\" of the configuration names, or mount its disk.", "%s cannot be opened: %s",
                              self->root, strerror(errno));
    workspace_open_control(w);
    return BERTH_OK;
}

void workspace_close(workspace *w) {
    json_object_put(w->inputs);
    berth_kit_state_free(&w->state);
    free(w->path);
    free(w->control_path);
    if (w->control >= 0) close(w->control);
    if (w->root >= 0) close(w->root);
}

static berth_status report_directory(const workspace *w, berth_change change) {
    struct json_object *attributes = json_object_new_object();
    berth_kit_set(attributes, "path", json_object_new_string(w->path));
    berth_kit_resource resource = {.kind = BERTH_KIND_MANAGED, .change = change, .address = ADDRESS_DIRECTORY, .type = TYPE_DIRECTORY, .name = w->id,
                                   .remote_id = w->path, .attributes = attributes};
    berth_status status = berth_kit_add_resource(w->job, &resource);
    json_object_put(attributes);
    return status;
}

/* The agent and its apps, which come and go with the process. */
static berth_status report_agent(const workspace *w, struct json_object *spec, berth_change change) {
    struct json_object *agent = berth_kit_get(spec, "agent"), *apps = berth_kit_get(spec, "apps");
    if (agent == NULL) return BERTH_OK;
    const char *name = berth_kit_text(agent, "name");
    char address[160], app_address[160];
    snprintf(address, sizeof address, "coder_agent.%s", name);
    berth_kit_resource node = {.kind = BERTH_KIND_AGENT, .change = change, .address = address, .type = "coder_agent", .name = name, .attributes = agent};
    berth_status status = berth_kit_add_resource(w->job, &node);
    if (status == BERTH_OK) status = berth_kit_add_edge(w->job, BERTH_EDGE_RUNS_ON, address, ADDRESS_PROCESS);
    for (size_t i = 0; status == BERTH_OK && apps != NULL && i < json_object_array_length(apps); i++) {
        struct json_object *app = json_object_array_get_idx(apps, i);
        const char *slug = berth_kit_text(app, "slug");
        snprintf(app_address, sizeof app_address, "coder_app.%s", slug);
        node = (berth_kit_resource){.kind = BERTH_KIND_APP, .change = change, .address = app_address, .type = "coder_app", .name = slug, .attributes = app};
        status = berth_kit_add_resource(w->job, &node);
        if (status == BERTH_OK) status = berth_kit_add_edge(w->job, BERTH_EDGE_PART_OF, app_address, address);
    }
    return status;
}

static berth_status report_process(const workspace *w, const report *what) {
    static const char *const found_out[] = {"pid", "started", "state", NULL};
    struct json_object *handle = berth_kit_handle(&w->state, KEY_PROCESS), *attributes = json_object_new_object();
    struct json_object *spec = what->spec != NULL ? what->spec : berth_kit_get(handle, "spec");
    struct json_object *unknown = what->planned ? json_object_new_array() : NULL;
    struct json_object *record = !what->planned && w->control >= 0 ? control_read(w->control, CONTROL_PROCESS) : NULL;
    const char *state = berth_kit_text(record, "state");
    char remote_id[64] = "", pointer[64];
    if (handle != NULL && !what->planned)
        snprintf(remote_id, sizeof remote_id, "%lld:%lld", (long long)json_object_get_int64(berth_kit_get(handle, "pid")),
                 (long long)json_object_get_int64(berth_kit_get(handle, "started")));
    berth_kit_set(attributes, "command", json_object_get(berth_kit_get(spec, "command")));
    berth_kit_set(attributes, "directory", json_object_new_string(w->path));
    berth_kit_set(attributes, "env", json_object_get(berth_kit_get(spec, "env")));
    berth_kit_set(attributes, "restart", json_object_get(berth_kit_get(spec, "restart")));
    for (const char *const *name = found_out; *name != NULL; name++) {
        struct json_object *value = what->planned ? NULL : json_object_get(berth_kit_get(handle, *name));
        if (value == NULL && !what->planned) value = json_object_new_string(state != NULL ? state : "unknown");
        berth_kit_set(attributes, *name, value);
        berth_kit_pointer(pointer, sizeof pointer, "", *name);
        if (unknown != NULL) json_object_array_add(unknown, json_object_new_string(pointer));
    }
    berth_kit_resource resource = {.kind = BERTH_KIND_MANAGED, .change = what->process, .address = ADDRESS_PROCESS, .type = TYPE_PROCESS, .name = w->id,
                                   .remote_id = remote_id[0] != 0 ? remote_id : NULL, .attributes = attributes,
                                   .sensitive = berth_kit_get(spec, "sensitive"), .unknown = unknown};
    berth_status status = berth_kit_add_resource(w->job, &resource);
    if (status == BERTH_OK && what->directory != 0) status = berth_kit_add_edge(w->job, BERTH_EDGE_DEPENDS_ON, ADDRESS_PROCESS, ADDRESS_DIRECTORY);
    if (status == BERTH_OK) status = report_agent(w, spec, what->process);
    json_object_put(attributes);
    json_object_put(unknown);
    json_object_put(record);
    return status;
}

berth_status workspace_report(const workspace *w, const report *what) {
    berth_status status = what->directory != 0 ? report_directory(w, what->directory) : (berth_status)BERTH_OK;
    if (status == BERTH_OK && what->process != 0) status = report_process(w, what);
    return status;
}

berth_status workspace_report_existing(const workspace *w, berth_change directory, berth_change process) {
    struct json_object *directory_handle = berth_kit_handle(&w->state, KEY_DIRECTORY);
    struct json_object *process_handle = berth_kit_handle(&w->state, KEY_PROCESS);
    report what = {.directory = directory, .process = process};
    directory_presence presence = directory_handle != NULL ? directory_look(w, directory_handle) : DIRECTORY_ABSENT;
    if (presence != DIRECTORY_OURS && presence != DIRECTORY_LEFT) {
        berth_kit_where where = {.resource = ADDRESS_DIRECTORY};
        if (directory_handle != NULL)
            berth_kit_diagnose(w->job, BERTH_WARNING, "localhost.directory.gone", &where,
                               "Somebody removed or replaced it. Starting the workspace makes a new one, if the name is free.",
                               "the directory %s is gone", w->path);
        what.directory = 0;
    }
    if (process_handle == NULL || !process_is_alive(process_handle)) {
        berth_kit_where where = {.resource = ADDRESS_PROCESS};
        if (process_handle != NULL)
            berth_kit_diagnose(w->job, BERTH_WARNING, "localhost.process.gone", &where,
                               "It was ended from outside, or the machine was restarted. Start the workspace to start it again.",
                               "the process of workspace %s is gone", w->id);
        what.process = 0;
    }
    return workspace_report(w, &what);
}
