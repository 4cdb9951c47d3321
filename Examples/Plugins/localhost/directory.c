/* directory.c -- the workspace's directory on disk: make, recognise, remove
 *
 * A directory gets its name only when it is complete and its device and inode are on disk in
 * directory.json: so after a crash it can always be told whether what has the name is ours. It is removed by
 * moving it into the control directory first, and every directory in it likewise: no path is ever
 * followed, nothing recurses, and a mount point below it (which cannot be moved) is never entered.
 */
#include "localhost.h"

#include <dirent.h>
#include <sys/file.h>
#include <sys/stat.h>

static berth_status trouble(const workspace *w, const char *code, const char *what, int error) {
    berth_kit_where where = {.resource = ADDRESS_DIRECTORY};
    if (error == ECANCELED) return BERTH_CANCELLED;
    berth_kit_diagnose(w->job, BERTH_ERROR, code, &where,
                       error == ENOSPC || error == EDQUOT        ? "Free space on the disk and try again."
                       : error == EACCES || error == EPERM       ? "Check owner, mode and attributes of the files, and the user the server runs as."
                       : error == EBUSY || error == EXDEV        ? "Something is mounted there: unmount it and try again."
                                                                 : "Look into the directory on the server and try again.",
                       "%s of workspace %s: %s", what, w->id, strerror(error));
    return BERTH_FAILED;
}

directory_presence directory_look(const workspace *w, struct json_object *handle) {
    struct stat about;
    if (fstatat(w->root, w->id, &about, AT_SYMLINK_NOFOLLOW) != 0) {
        if (errno != ENOENT) return DIRECTORY_FOREIGN;
        bool left = w->control >= 0 && faccessat(w->control, CONTROL_TRASH, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
        return left ? DIRECTORY_LEFT : DIRECTORY_ABSENT;
    }
    struct json_object *known = handle != NULL ? json_object_get(handle) : w->control >= 0 ? control_read(w->control, CONTROL_DIRECTORY) : NULL;
    bool ours = known != NULL && S_ISDIR(about.st_mode) &&
                json_object_get_int64(berth_kit_get(known, "device")) == (int64_t)about.st_dev &&
                json_object_get_int64(berth_kit_get(known, "inode")) == (int64_t)about.st_ino;
    json_object_put(known);
    return ours ? DIRECTORY_OURS : DIRECTORY_FOREIGN;
}

/* ---- removing */

/* Moves `name` into the trash under a free number; a directory one may not write to is made writable. */
static int discard(int from, const char *name, int trash, unsigned long *number) {
    char target[32];
    for (bool changed = false;;) {
        snprintf(target, sizeof target, "%lu", (*number)++);
        if (faccessat(trash, target, F_OK, AT_SYMLINK_NOFOLLOW) == 0) continue;
        if (renameat(from, name, trash, target) == 0) return 0;
        if (errno == EEXIST || errno == ENOTEMPTY) continue;
        if (changed || errno != EACCES || fchmodat(from, name, 0700, AT_SYMLINK_NOFOLLOW) != 0) return -1;
        changed = true;
    }
}

static bool is_dots(const char *name) { return strcmp(name, ".") == 0 || strcmp(name, "..") == 0; }

/* A stream over a new descriptor of directory `name`. */
static DIR *open_stream(int at, const char *name) {
    int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0 && errno == EACCES && fchmodat(at, name, 0700, AT_SYMLINK_NOFOLLOW) == 0)
        fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *stream = fd >= 0 ? fdopendir(fd) : NULL;
    if (stream == NULL && fd >= 0) close(fd);
    return stream;
}

/* Empties one directory of the trash: files go, directories move up into the trash. */
static int empty_one(int trash, const char *name, unsigned long *number) {
    DIR *stream = open_stream(trash, name);
    if (stream == NULL) return -1;
    int fd = dirfd(stream), result = fchmod(fd, 0700) != 0 && errno != EPERM ? -1 : 0;
    struct dirent *item;
    while (result == 0 && (errno = 0, item = readdir(stream)) != NULL) {
        if (is_dots(item->d_name) || unlinkat(fd, item->d_name, 0) == 0) continue;
        if (errno != EISDIR && errno != EPERM) {
            result = -1;
        } else if (unlinkat(fd, item->d_name, AT_REMOVEDIR) != 0) {
            result = discard(fd, item->d_name, trash, number);
        }
    }
    int error = errno;
    closedir(stream);
    errno = error;
    return result;
}

/* Removes everything in the trash of the control directory. 0, or -1 and errno (ECANCELED: the job was cancelled). */
static int empty_trash(const workspace *w) {
    unsigned long number = 0;
    for (bool again = true; again;) {
        DIR *stream = open_stream(w->control, CONTROL_TRASH);
        if (stream == NULL) return errno == ENOENT ? 0 : -1;
        int trash = dirfd(stream), result = 0;
        struct dirent *item;
        again = false;
        while (result == 0 && (item = readdir(stream)) != NULL) {
            if (is_dots(item->d_name) || unlinkat(trash, item->d_name, 0) == 0) continue;
            again = true;
            if (berth_kit_cancelled(w->job)) {
                errno = ECANCELED;
                result = -1;
            } else {
                result = empty_one(trash, item->d_name, &number);
                if (result == 0 && unlinkat(trash, item->d_name, AT_REMOVEDIR) != 0 && errno != ENOTEMPTY && errno != EEXIST) result = -1;
            }
        }
        int error = errno;
        closedir(stream);
        errno = error;
        if (result != 0) return -1;
    }
    return unlinkat(w->control, CONTROL_TRASH, AT_REMOVEDIR) != 0 && errno != ENOENT ? -1 : 0;
}

/* Moves `name` below `from` into the trash and removes it; fine if it is not there. */
static int remove_tree(const workspace *w, int from, const char *name) {
    unsigned long number = 0;
    if (mkdirat(w->control, CONTROL_TRASH, 0700) != 0 && errno != EEXIST) return -1;
    int trash = openat(w->control, CONTROL_TRASH, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (trash < 0) return -1;
    int result = discard(from, name, trash, &number), error = errno;
    close(trash);
    errno = error;
    return result != 0 && errno != ENOENT ? -1 : empty_trash(w);
}

/* Removes the control directory; labels last, so that inventory finds a half removed workspace. */
static int remove_control(workspace *w) {
    if (w->control < 0) { /* perhaps only .berth was made; it goes if it is empty */
        (void)unlinkat(w->root, CONTROL_ROOT, AT_REMOVEDIR);
        return 0;
    }
    unlinkat(w->control, CONTROL_START, 0);
    if (remove_tree(w, w->control, CONTROL_NEW) != 0) return -1;
    DIR *stream = open_stream(w->control, ".");
    struct dirent *item;
    if (stream == NULL) return -1;
    while ((item = readdir(stream)) != NULL)
        if (!is_dots(item->d_name) && strcmp(item->d_name, CONTROL_LABELS) != 0) unlinkat(w->control, item->d_name, 0);
    closedir(stream);
    unlinkat(w->control, CONTROL_LABELS, 0);
    close(w->control);
    w->control = -1;
    int parent = openat(w->root, CONTROL_ROOT, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (parent < 0) return errno == ENOENT ? 0 : -1;
    int result = unlinkat(parent, w->id, AT_REMOVEDIR) != 0 && errno != ENOENT ? -1 : 0, error = errno;
    close(parent);
    if (result == 0) (void)unlinkat(w->root, CONTROL_ROOT, AT_REMOVEDIR); /* the last one out; others may still be in */
    errno = error;
    return result;
}

/* ---- making */

/* <root>/.berth/<id> into w->control. */
static int make_control(workspace *w) {
    workspace_open_control(w);
    for (int round = 0; w->control < 0 && round < 10; round++) { /* another job may just remove an empty .berth */
        if (mkdirat(w->root, CONTROL_ROOT, 0700) != 0 && errno != EEXIST) return -1;
        int parent = openat(w->root, CONTROL_ROOT, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (parent < 0 && errno != ENOENT) return -1;
        if (parent >= 0 && mkdirat(parent, w->id, 0700) != 0 && errno != EEXIST && errno != ENOENT) {
            int error = errno;
            close(parent);
            return errno = error, -1;
        }
        if (parent >= 0) close(parent);
        workspace_open_control(w);
    }
    struct stat about;
    if (w->control < 0 || fstat(w->control, &about) != 0) return -1;
    if (about.st_uid != geteuid()) return errno = EPERM, -1;
    int lock = openat(w->control, CONTROL_LOCK, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (lock >= 0) close(lock);
    return lock >= 0 ? 0 : -1;
}

/* Writes one file of the template; `path` has been checked to have no "..". */
static int seed(int directory, const char *path, struct json_object *content) {
    int at = fcntl(directory, F_DUPFD_CLOEXEC, 3), error = 0;
    char part[256];
    while (at >= 0 && strchr(path, '/') != NULL) {
        size_t length = strcspn(path, "/");
        memcpy(part, path, length);
        part[length] = 0;
        path += length + 1;
        int next = mkdirat(at, part, 0755) != 0 && errno != EEXIST ? -1 : openat(at, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        error = errno;
        close(at);
        errno = error;
        at = next;
    }
    if (at < 0) return -1;
    int fd = openat(at, path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
    error = errno;
    close(at);
    if (fd < 0) return errno = error, -1;
    const char *text = json_object_get_string(content);
    size_t size = (size_t)json_object_get_string_len(content), done = 0;
    error = 0;
    while (done < size && error == 0) {
        ssize_t count = write(fd, text + done, size - done);
        if (count > 0) done += (size_t)count;
        if (count < 0 && errno != EINTR) error = errno;
    }
    close(fd);
    return error == 0 ? 0 : (errno = error, -1);
}

/* Gives `new` its name, unless something has it. */
static int publish(const workspace *w) {
    if (renameat2(w->control, CONTROL_NEW, w->root, w->id, RENAME_NOREPLACE) == 0) return 0;
    if (errno != EINVAL && errno != ENOSYS) return -1; /* some file systems do not know the flag */
    if (faccessat(w->root, w->id, F_OK, AT_SYMLINK_NOFOLLOW) == 0) return errno = EEXIST, -1;
    return renameat(w->control, CONTROL_NEW, w->root, w->id);
}

static struct json_object *handle_of(const workspace *w, const struct stat *about, const char *operation) {
    struct json_object *handle = json_object_new_object();
    berth_kit_set(handle, "path", json_object_new_string(w->path));
    berth_kit_set(handle, "device", json_object_new_int64((int64_t)about->st_dev));
    berth_kit_set(handle, "inode", json_object_new_int64((int64_t)about->st_ino));
    berth_kit_set(handle, "operation", json_object_new_string(operation));
    return handle;
}

static int make(workspace *w, struct json_object *template, const char *operation, struct json_object **handle) {
    struct json_object *labels = berth_kit_labels(w->request), *files = berth_kit_get(template, "files");
    int result = control_write(w->control, CONTROL_LABELS, labels);
    json_object_put(labels);
    if (result != 0 || remove_tree(w, w->control, CONTROL_NEW) != 0 || mkdirat(w->control, CONTROL_NEW, 0755) != 0) return -1;
    int fd = openat(w->control, CONTROL_NEW, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    struct stat about;
    if (fd < 0) return -1;
    result = fstat(fd, &about);
    if (files != NULL) {
        json_object_object_foreach(files, path, content) {
            if (result == 0) result = seed(fd, path, content);
        }
    }
    if (result == 0) result = fsync(fd);
    int error = errno;
    close(fd);
    if (result != 0) return errno = error, -1;
    *handle = handle_of(w, &about, operation);
    if (control_write(w->control, CONTROL_DIRECTORY, *handle) != 0 || publish(w) != 0 || fsync(w->root) != 0) {
        error = errno;
        json_object_put(*handle);
        *handle = NULL;
        return errno = error, -1;
    }
    return 0;
}

static berth_status conflict(const workspace *w, const char *why) {
    berth_kit_where where = {.resource = ADDRESS_DIRECTORY};
    berth_kit_diagnose(w->job, BERTH_ERROR, "localhost.directory.conflict", &where,
                       "Look what it holds, then move it away or remove it by hand: this plugin does not touch what it did not make.", "%s %s",
                       w->path, why);
    return BERTH_FAILED;
}

/* Is the control directory that of another deployment? */
static bool belongs_to_others(const workspace *w) {
    struct json_object *labels = w->control >= 0 ? control_read(w->control, CONTROL_LABELS) : NULL, *mine = berth_kit_labels(w->request);
    const char *theirs = berth_kit_text(labels, "berth.deployment"), *ours = berth_kit_text(mine, "berth.deployment");
    bool others = theirs != NULL && ours != NULL && strcmp(theirs, ours) != 0;
    json_object_put(labels);
    json_object_put(mine);
    return others;
}

berth_status directory_ensure(workspace *w, struct json_object *template, berth_change *change) {
    struct json_object *handle = berth_kit_handle(&w->state, KEY_DIRECTORY), *made = NULL;
    directory_presence presence = directory_look(w, handle);
    *change = BERTH_CHANGE_NONE;
    if (handle != NULL && presence == DIRECTORY_OURS) return BERTH_OK;
    *change = BERTH_CHANGE_CREATE;
    if (presence == DIRECTORY_FOREIGN) return conflict(w, "exists already and was not made by this plugin for this workspace");
    if (belongs_to_others(w)) return conflict(w, "belongs to another deployment of Berth");
    char *operation = berth_kit_copy(w->request->operation_id);
    if (operation == NULL) return berth_kit_out_of_memory(w->job);
    berth_status status;
    if (presence == DIRECTORY_OURS) { /* without a handle: the same operation made it and its state did not come back */
        struct json_object *recorded = control_read(w->control, CONTROL_DIRECTORY);
        const char *by = berth_kit_text(recorded, "operation");
        status = by != NULL && strcmp(by, operation) == 0 ? berth_kit_settle(w->job, &w->state, KEY_DIRECTORY, json_object_get(recorded))
                                                          : conflict(w, "was made by an earlier operation whose state is lost");
        json_object_put(recorded);
        free(operation);
        return status;
    }
    struct json_object *intent = json_object_new_object();
    berth_kit_set(intent, "path", json_object_new_string(w->path));
    berth_kit_set(intent, "operation", json_object_new_string(operation));
    if (berth_kit_journal(&w->state) != NULL) json_object_object_del(berth_kit_journal(&w->state), KEY_DIRECTORY); /* of one that is gone */
    status = berth_kit_intend(w->job, &w->state, KEY_DIRECTORY, intent);
    if (status == BERTH_OK && (make_control(w) != 0 || make(w, template, operation, &made) != 0)) {
        int error = errno;
        struct json_object *left = NULL;
        status = trouble(w, "localhost.directory.not-made", "cannot make the directory", error);
        if (directory_settle(w, intent, &left) == BERTH_OK) (void)!berth_kit_settle(w->job, &w->state, KEY_DIRECTORY, left);
    } else if (status == BERTH_OK) {
        status = berth_kit_settle(w->job, &w->state, KEY_DIRECTORY, made);
        berth_kit_log(w->job, BERTH_INFO, "making the directory", "made %s", w->path);
    }
    free(operation);
    return status;
}

berth_status directory_settle(workspace *w, struct json_object *intent, struct json_object **handle) {
    (void)intent;
    *handle = NULL;
    workspace_open_control(w);
    if (directory_look(w, NULL) == DIRECTORY_OURS) {
        *handle = control_read(w->control, CONTROL_DIRECTORY);
        return BERTH_OK;
    }
    if (remove_control(w) != 0) return trouble(w, "localhost.directory.not-undone", "cannot undo the making of the directory", errno);
    return BERTH_OK;
}

berth_status directory_remove(workspace *w, struct json_object *handle) {
    directory_presence presence = directory_look(w, handle);
    if (presence == DIRECTORY_FOREIGN) return conflict(w, "is no longer the directory that was made for the workspace");
    if (presence == DIRECTORY_OURS) {
        if (make_control(w) != 0 || remove_tree(w, w->root, w->id) != 0)
            return trouble(w, "localhost.directory.not-removed", "cannot remove the directory", errno);
        berth_kit_log(w->job, BERTH_INFO, "removing the directory", "removed %s", w->path);
    }
    if (remove_control(w) != 0) return trouble(w, "localhost.directory.not-removed", "cannot remove the control directory", errno);
    return BERTH_OK;
}
