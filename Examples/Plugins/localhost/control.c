/* control.c -- see control.h */
#include "control.h"

#include <inttypes.h>
#include <sys/stat.h>

int control_write(int directory, const char *name, struct json_object *value) {
    char temporary[64];
    snprintf(temporary, sizeof temporary, "%s.tmp", name);
    berth_str text = berth_kit_json(value);
    if (text.ptr == NULL) return errno = ENOMEM, -1;
    int fd = openat(directory, temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0) return -1;
    size_t done = 0;
    while (done < text.len) {
        ssize_t count = write(fd, text.ptr + done, text.len - done);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) break;
        done += (size_t)count;
    }
    int error = done < text.len || fsync(fd) != 0 ? (errno != 0 ? errno : EIO) : 0;
    close(fd);
    if (error == 0 && renameat(directory, temporary, directory, name) != 0) error = errno;
    if (error == 0) {
        if (fsync(directory) == 0) return 0;
        error = errno;
    }
    unlinkat(directory, temporary, 0);
    return errno = error, -1;
}

struct json_object *control_read(int directory, const char *name) {
    int fd = openat(directory, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) return NULL;
    struct stat about;
    if (fstat(fd, &about) != 0 || !S_ISREG(about.st_mode) || about.st_size > (off_t)BERTH_JSON_SIZE_MAX) {
        close(fd);
        return errno = EBADMSG, NULL;
    }
    size_t size = (size_t)about.st_size, used = 0;
    char *text = malloc(size + 1);
    while (text != NULL && used < size) {
        ssize_t count = read(fd, text + used, size - used);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) break;
        used += (size_t)count;
    }
    close(fd);
    struct json_object *value = NULL;
    char error[128];
    bool good = text != NULL && berth_kit_parse_object((berth_str){text, used}, &value, error, sizeof error);
    free(text);
    if (!good) errno = EBADMSG;
    return value;
}

bool process_look(pid_t pid, process_info *info) {
    char path[64], text[1024];
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return false;
    ssize_t count;
    do count = read(fd, text, sizeof text - 1);
    while (count < 0 && errno == EINTR);
    close(fd);
    if (count <= 0) return false;
    text[count] = 0;
    const char *rest = strrchr(text, ')'); /* the name before it may contain anything */
    int parent = 0;
    if (rest == NULL) return false;
    /* After the name: state (3), ppid (4), … starttime (22). */
    if (sscanf(rest + 1, " %c %d %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %llu", &info->state, &parent,
               &info->started) != 3)
        return false;
    info->parent = (pid_t)parent;
    return true;
}

void process_boot(char boot[64]) {
    boot[0] = 0;
    int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    if (fd < 0) return;
    ssize_t count = read(fd, boot, 63);
    close(fd);
    boot[count > 0 ? count : 0] = 0;
    boot[strcspn(boot, "\n")] = 0;
}

bool process_is_alive(struct json_object *record) {
    char boot[64];
    process_info info;
    const char *recorded = berth_kit_text(record, "boot");
    pid_t pid = (pid_t)json_object_get_int64(berth_kit_get(record, "pid"));
    int64_t started = json_object_get_int64(berth_kit_get(record, "started"));
    if (recorded == NULL || pid <= 1) return false;
    process_boot(boot);
    return strcmp(boot, recorded) == 0 && process_look(pid, &info) && info.state != 'Z' && info.state != 'X' &&
           info.started == (unsigned long long)started;
}
