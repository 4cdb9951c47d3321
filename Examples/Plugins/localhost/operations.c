/* operations.c -- plan, apply, destroy, read, recover */
#include "localhost.h"

enum transition { START, STOP, DELETE };

/* What the inputs ask for; false and a diagnostic. */
static bool read_transition(const workspace *w, enum transition *transition) {
    const char *text = berth_kit_text(w->inputs, "transition");
    *transition = START;
    if (text == NULL || strcmp(text, "start") == 0) return true;
    *transition = strcmp(text, "stop") == 0 ? STOP : DELETE;
    if (*transition == STOP || strcmp(text, "delete") == 0) return true;
    berth_kit_where where = {.attribute = "/transition"};
    berth_kit_diagnose(w->job, BERTH_ERROR, "localhost.inputs.invalid", &where, "Known are start, stop and delete.", "transition \"%s\" is not known", text);
    return false;
}

static berth_status no_workspace(const berth_job *job) {
    return berth_kit_fail(job, BERTH_INVALID_ARGUMENT, "localhost.inputs.invalid", "Report this to the operator of the server.",
                          "the inputs name no workspace");
}

static bool has(const workspace *w, const char *key) { return berth_kit_get(berth_kit_get(w->state.root, "journal"), key) != NULL; }

/* Decides every intent without a handle by looking, and records the answer. Can be lost and run again. */
static berth_status settle_intents(workspace *w) {
    struct json_object *intent = berth_kit_intent(&w->state, KEY_PROCESS), *found = NULL;
    berth_status status = BERTH_OK;
    if (intent != NULL) {
        status = process_settle(w, &found);
        if (status != BERTH_OK) return status;
        struct json_object *spec = berth_kit_get(intent, "spec"), *handle = NULL;
        if (spec == NULL) spec = berth_kit_get(berth_kit_handle(&w->state, KEY_PROCESS), "spec");
        if (found != NULL) handle = process_handle(found, spec);
        json_object_put(found);
        if (handle == NULL) { /* nothing runs: sweep up what a killed supervisor left, and settle */
            status = process_stop(w);
            return status != BERTH_OK ? status : settle_intents(w);
        }
        status = berth_kit_settle(w->job, &w->state, KEY_PROCESS, handle);
        if (status != BERTH_OK) return status;
    }
    intent = berth_kit_intent(&w->state, KEY_DIRECTORY);
    if (intent == NULL) return BERTH_OK;
    struct json_object *handle = berth_kit_handle(&w->state, KEY_DIRECTORY);
    if (handle != NULL && directory_look(w, handle) == DIRECTORY_OURS) {
        handle = json_object_get(handle); /* it was to be removed and still is whole */
    } else if (handle != NULL) {
        status = directory_remove(w, handle); /* half of it is gone: finish */
        handle = NULL;
    } else {
        status = directory_settle(w, intent, &handle);
    }
    return status != BERTH_OK ? status : berth_kit_settle(w->job, &w->state, KEY_DIRECTORY, handle);
}

/* Ends with the graph of what exists, whatever happened before. */
static berth_status finish(const workspace *w, berth_status status, berth_change directory, berth_change process) {
    berth_status reported = workspace_report_existing(w, directory, process);
    return status != BERTH_OK ? status : reported;
}

static berth_status destroy(workspace *w) {
    berth_status status = settle_intents(w);
    if (status == BERTH_OK) status = berth_kit_cancelled(w->job) ? (berth_status)BERTH_CANCELLED : process_stop(w);
    if (status == BERTH_OK && berth_kit_cancelled(w->job) && has(w, KEY_DIRECTORY)) status = BERTH_CANCELLED;
    struct json_object *handle = berth_kit_handle(&w->state, KEY_DIRECTORY);
    if (status == BERTH_OK && handle != NULL) {
        struct json_object *intent = json_object_new_object();
        berth_kit_set(intent, "delete", json_object_new_boolean(1));
        status = berth_kit_intend(w->job, &w->state, KEY_DIRECTORY, intent);
        if (status == BERTH_OK) status = directory_remove(w, handle);
        if (status == BERTH_OK) status = berth_kit_settle(w->job, &w->state, KEY_DIRECTORY, NULL);
    }
    return status == BERTH_OK ? (berth_status)BERTH_OK : finish(w, status, BERTH_CHANGE_NONE, BERTH_CHANGE_NONE);
}

/* ---- plan */

static berth_status plan(workspace *w) {
    enum transition transition;
    report what = {.directory = 0};
    if (!read_transition(w, &transition)) return BERTH_INVALID_ARGUMENT;
    if (w->request->flags & BERTH_REQUEST_PLAN_DESTROY) transition = DELETE;
    struct json_object *directory = berth_kit_handle(&w->state, KEY_DIRECTORY), *process = berth_kit_handle(&w->state, KEY_PROCESS);
    directory_presence presence = directory != NULL ? directory_look(w, directory) : DIRECTORY_ABSENT;
    bool there = presence == DIRECTORY_OURS || (presence == DIRECTORY_LEFT && transition == DELETE), alive = process != NULL && process_is_alive(process);
    if (transition != START) {
        if (there) what.directory = transition == DELETE ? BERTH_CHANGE_DELETE : BERTH_CHANGE_NONE;
        if (alive) what.process = BERTH_CHANGE_DELETE;
        return workspace_report(w, &what);
    }
    struct json_object *template = template_load(w->job, w->request->source_dir);
    struct json_object *spec = template != NULL ? template_spec(w, template) : NULL;
    berth_status status = BERTH_INVALID_ARGUMENT;
    if (spec != NULL) {
        bool same = alive && json_object_equal(spec, berth_kit_get(process, "spec"));
        what.directory = there ? BERTH_CHANGE_NONE : BERTH_CHANGE_CREATE;
        what.process = same ? BERTH_CHANGE_NONE : alive ? BERTH_CHANGE_REPLACE : BERTH_CHANGE_CREATE;
        what.planned = !same;
        what.spec = spec;
        status = workspace_report(w, &what);
    }
    json_object_put(spec);
    json_object_put(template);
    return status;
}

berth_status operation_plan(berth_instance *self, const berth_job *job, const berth_request *request) {
    workspace w;
    berth_status status = workspace_open(&w, self, job, request);
    if (status == BERTH_NOT_FOUND) status = no_workspace(job);
    else if (status == BERTH_OK) status = plan(&w);
    workspace_close(&w);
    return status;
}

/* ---- apply */

static berth_status start(workspace *w, struct json_object *template, struct json_object *spec) {
    berth_change directory = BERTH_CHANGE_NONE, change = BERTH_CHANGE_NONE;
    berth_status status = settle_intents(w);
    if (status == BERTH_OK) status = berth_kit_cancelled(w->job) ? (berth_status)BERTH_CANCELLED : directory_ensure(w, template, &directory);
    struct json_object *handle = berth_kit_handle(&w->state, KEY_PROCESS), *record = NULL;
    bool alive = handle != NULL && process_is_alive(handle);
    /* In a new directory an old process would still stand in the old one. */
    if (status == BERTH_OK && alive && (directory != BERTH_CHANGE_NONE || !json_object_equal(spec, berth_kit_get(handle, "spec")))) {
        status = berth_kit_cancelled(w->job) ? (berth_status)BERTH_CANCELLED : process_stop(w);
        change = BERTH_CHANGE_REPLACE;
        alive = false;
    }
    if (status == BERTH_OK && !alive) {
        if (change == BERTH_CHANGE_NONE) change = BERTH_CHANGE_CREATE;
        status = berth_kit_cancelled(w->job) ? (berth_status)BERTH_CANCELLED : process_settle(w, &record);
        if (status == BERTH_OK && record == NULL) {
            status = process_start(w, spec);
        } else if (status == BERTH_OK && berth_kit_equals(w->request->operation_id, berth_kit_text(record, "operation"))) {
            status = berth_kit_settle(w->job, &w->state, KEY_PROCESS, process_handle(record, spec)); /* its state did not come back */
        } else if (status == BERTH_OK) {
            berth_kit_where where = {.resource = ADDRESS_PROCESS};
            berth_kit_diagnose(w->job, BERTH_ERROR, "localhost.process.conflict", &where,
                               "Its state is lost. End the process by hand, or delete the workspace, and start it again.",
                               "workspace %s has a process already that another operation started", w->id);
            status = BERTH_FAILED;
        }
        json_object_put(record);
    }
    return finish(w, status, directory, change);
}

static berth_status apply(workspace *w) {
    enum transition transition;
    if (!read_transition(w, &transition)) return BERTH_INVALID_ARGUMENT;
    if (transition == DELETE) return destroy(w);
    if (transition == STOP) {
        berth_status status = settle_intents(w);
        if (status == BERTH_OK) status = berth_kit_cancelled(w->job) ? (berth_status)BERTH_CANCELLED : process_stop(w);
        return finish(w, status, BERTH_CHANGE_NONE, BERTH_CHANGE_NONE);
    }
    struct json_object *template = template_load(w->job, w->request->source_dir);
    struct json_object *spec = template != NULL ? template_spec(w, template) : NULL;
    /* "nothing was touched", but what exists is reported all the same. */
    berth_status status = spec != NULL ? start(w, template, spec) : finish(w, BERTH_INVALID_ARGUMENT, BERTH_CHANGE_NONE, BERTH_CHANGE_NONE);
    json_object_put(spec);
    json_object_put(template);
    return status;
}

berth_status operation_apply(berth_instance *self, const berth_job *job, const berth_request *request) {
    workspace w;
    berth_status status = workspace_open(&w, self, job, request);
    if (status == BERTH_NOT_FOUND) status = no_workspace(job);
    else if (status == BERTH_OK) status = apply(&w);
    workspace_close(&w);
    return status;
}

/* ---- destroy, read, recover: from the state alone; without one there is nothing */

berth_status operation_destroy(berth_instance *self, const berth_job *job, const berth_request *request) {
    workspace w;
    berth_status status = workspace_open(&w, self, job, request);
    if (status == BERTH_NOT_FOUND) status = BERTH_OK;
    else if (status == BERTH_OK && berth_kit_get(w.state.root, "journal") != NULL) status = destroy(&w);
    workspace_close(&w);
    return status;
}

berth_status operation_read(berth_instance *self, const berth_job *job, const berth_request *request) {
    workspace w;
    berth_status status = workspace_open(&w, self, job, request);
    if (status == BERTH_NOT_FOUND) status = BERTH_OK;
    else if (status == BERTH_OK) status = workspace_report_existing(&w, BERTH_CHANGE_NONE, BERTH_CHANGE_NONE);
    workspace_close(&w);
    return status;
}

berth_status operation_recover(berth_instance *self, const berth_job *job, const berth_request *request) {
    workspace w;
    berth_status status = workspace_open(&w, self, job, request);
    if (status == BERTH_NOT_FOUND) status = BERTH_OK;
    else if (status == BERTH_OK) status = finish(&w, settle_intents(&w), BERTH_CHANGE_NONE, BERTH_CHANGE_NONE);
    workspace_close(&w);
    return status;
}
