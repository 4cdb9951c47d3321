/* localhost.h -- the parts of the localhost plugin and how they fit
 *
 *   localhost.c   who the plugin is: descriptor, configuration, instance, entry point
 *   template.c    workspace.json: parse, check, and what it asks for with given inputs (the "spec")
 *   workspace.c   one job's view of one workspace: identity, state, graph
 *   directory.c   the workspace's directory on disk: make, recognise, remove
 *   process.c     the supervised process: start, find, stop
 *   operations.c  plan, apply, destroy, read, recover
 *   actions.c     berth.actions/1 and berth.inventory/1
 *   supervisor.c  the program that keeps the command running (an executable of its own)
 *   control.c     the files and process names that plugin and supervisor share
 *
 * The state of a workspace:
 *
 *   {"workspace": id, "path": "/srv/ws/<id>",
 *    "journal": {"directory": {"handle": {"path", "device", "inode", "operation"}},
 *                "process":   {"handle": {"pid", "started", "boot", "operation", "spec"}}}}
 */
#ifndef LOCALHOST_H
#define LOCALHOST_H

#include "control.h"

#define KEY_DIRECTORY "directory"
#define KEY_PROCESS "process"
#define ADDRESS_DIRECTORY "localhost_directory.workspace"
#define ADDRESS_PROCESS "localhost_process.workspace"
#define TYPE_DIRECTORY "localhost_directory"
#define TYPE_PROCESS "localhost_process"

struct berth_instance {
    char *root; /* absolute, no slash at the end */
    char *supervisor;
    int64_t stop_timeout_seconds;
    int64_t log_size_max_bytes;
};

enum { ID_SIZE_MAX = 64 };

/* Everything one job knows about its workspace. */
typedef struct workspace {
    berth_instance *self;
    const berth_job *job;
    const berth_request *request;
    struct json_object *inputs;
    berth_kit_state state;
    char id[ID_SIZE_MAX + 1]; /* checked: safe as a file name */
    char *path;               /* root/id                      */
    char *control_path;       /* root/.berth/id               */
    int root;                 /* descriptor                   */
    int control;              /* descriptor, -1: there is none */
} workspace;

/* ---- template.c */

/* workspace.json of source_dir, checked; NULL and diagnostics. */
struct json_object *template_load(const berth_job *job, berth_str source_dir);

berth_status template_parse(berth_instance *self, const berth_job *job, const berth_request *request);

/* What the template asks for with these inputs: {"command", "env", "sensitive", "restart", "agent", "apps"}. Two
 * equal specs need no new process. NULL and diagnostics. */
struct json_object *template_spec(const workspace *w, struct json_object *template);

/* ---- workspace.c */

bool workspace_id_is_valid(const char *id);

/* Reads state and inputs and checks whose they are. BERTH_NOT_FOUND, without diagnostic: there is no state
 * and nobody said which workspace it is. Always followed by workspace_close. */
berth_status workspace_open(workspace *w, berth_instance *self, const berth_job *job, const berth_request *request);
void workspace_close(workspace *w);

/* Opens the control directory into w->control if there is one. */
void workspace_open_control(workspace *w);

/* What report() says beside the state. */
typedef struct report {
    berth_change directory, process; /* 0: leave it out                                   */
    struct json_object *spec;        /* of the process that will be; NULL: the handle's    */
    bool planned;                    /* the process is not there yet: pid and start unknown */
} report;

berth_status workspace_report(const workspace *w, const report *what);

/* Reports what the state records; gone things are left out with a warning. */
berth_status workspace_report_existing(const workspace *w, berth_change directory, berth_change process);

/* ---- directory.c */

typedef enum directory_presence {
    DIRECTORY_OURS,   /* there, and the one that was made  */
    DIRECTORY_ABSENT, /* nothing of that name              */
    DIRECTORY_LEFT,   /* likewise, but its removal is not complete: some of it lies in the trash */
    DIRECTORY_FOREIGN /* something else has the name       */
} directory_presence;

/* Compares what has the name with device and inode in `handle` (or in directory.json, if NULL). */
directory_presence directory_look(const workspace *w, struct json_object *handle);

/* Makes sure the directory is there. *change says what was done. */
berth_status directory_ensure(workspace *w, struct json_object *template, berth_change *change);

/* Removes the directory, if `handle` is it, and the control directory. The journal is the caller's. */
berth_status directory_remove(workspace *w, struct json_object *handle);

/* The handle of a directory that was made for the intent, or NULL after what was begun has been undone. */
berth_status directory_settle(workspace *w, struct json_object *intent, struct json_object **handle);

/* ---- process.c */

/* What the journal keeps of a process.json and the spec it was started from. New. */
struct json_object *process_handle(struct json_object *record, struct json_object *spec);

/* Starts the process of `spec` and journals it. process_settle must have found none. */
berth_status process_start(workspace *w, struct json_object *spec);

/* The living process of the workspace, as process.json has it, to json_object_put(). If there is none, *found is NULL
 * and nothing that is still on its way can start one. */
berth_status process_settle(workspace *w, struct json_object **found);

/* Ends whatever process the workspace has and journals it. */
berth_status process_stop(workspace *w);

/* Sends `number` with a value to the process of a record. False if it is gone. */
bool process_signal(struct json_object *record, int number, int value);

/* Counts the living processes that carry the workspace's variable, and sends each `number`, if that is not 0. */
size_t process_strays(const char *control_path, int number);

/* ---- operations.c and actions.c */

berth_status operation_plan(berth_instance *self, const berth_job *job, const berth_request *request);
berth_status operation_apply(berth_instance *self, const berth_job *job, const berth_request *request);
berth_status operation_destroy(berth_instance *self, const berth_job *job, const berth_request *request);
berth_status operation_read(berth_instance *self, const berth_job *job, const berth_request *request);
berth_status operation_recover(berth_instance *self, const berth_job *job, const berth_request *request);
const void *localhost_extension(const berth_plugin *plugin, berth_str id);

#endif
