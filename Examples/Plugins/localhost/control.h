/* control.h -- what the plugin and the supervisor both know: the files of a control directory and how
 * to name a process for longer than its number lives.
 *
 *   <root>/<workspace>/                 the workspace's own directory
 *   <root>/.berth/<workspace>/          its control directory, 0700
 *       labels.json     labels of the directory, written before it is made
 *       directory.json  device and inode of the directory, written before it gets its name
 *       lock            locked (flock) by a supervisor for as long as it lives
 *       start.json      what a supervisor is to start; whoever holds the lock may take it away
 *       process.json    the supervisor: operation, pid, start time; written before the command is started
 *       log, log.1      what the command wrote
 *       new, trash      a directory that is being made, and what is being removed
 */
#ifndef LOCALHOST_CONTROL_H
#define LOCALHOST_CONTROL_H

#include "berth_kit.h"

#define CONTROL_ROOT ".berth"
#define CONTROL_LABELS "labels.json"
#define CONTROL_DIRECTORY "directory.json"
#define CONTROL_LOCK "lock"
#define CONTROL_START "start.json"
#define CONTROL_PROCESS "process.json"
#define CONTROL_LOG "log"
#define CONTROL_LOG_OLD "log.1"
#define CONTROL_NEW "new"
#define CONTROL_TRASH "trash"

/* Environment variable of every process of a workspace: the path of its control directory. */
#define CONTROL_VARIABLE "BERTH_LOCALHOST_CONTROL"

/* Replaces a file as a whole: temporary file, fsync, rename, fsync of the directory. 0, or -1 and errno. */
int control_write(int directory, const char *name, struct json_object *value);

/* The JSON object in a file; NULL and errno (EBADMSG: not JSON). */
struct json_object *control_read(int directory, const char *name);

/* What /proc says about a process. */
typedef struct process_info {
    pid_t parent;
    char state;                 /* 'Z' and 'X' are dead                         */
    unsigned long long started; /* clock ticks after the boot: with the boot and the
                                   number it names one process for ever          */
} process_info;

/* False if there is no such process. */
bool process_look(pid_t pid, process_info *info);

/* The boot the machine is in; empty if it cannot be told. */
void process_boot(char boot[64]);

/* Is the process that process.json (or a handle) speaks of alive: same boot, number and start time? */
bool process_is_alive(struct json_object *record);

#endif
