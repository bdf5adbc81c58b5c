/* Preloaded: makes one call that would change a file below a folder fail, once.

   art_arm(folder, n, error): the n-th such call from now on fails; 0 fails none.
   art_calls(): how many there were since. art_failed(): the call that failed, or an empty text. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static char folder[PATH_MAX];
static char failed[2 * PATH_MAX];
static int number, error_number;
static atomic_int calls;

void art_arm(const char *where, int n, int error) {
    snprintf(folder, sizeof folder, "%s", where);
    failed[0] = 0;
    number = n;
    error_number = error;
    atomic_store(&calls, 0);
}

int art_calls(void) { return atomic_load(&calls); }

const char *art_failed(void) { return failed; }

static int fails(const char *name, const char *path) {
    size_t length = strlen(folder);
    if (length == 0 || strncmp(path, folder, length) != 0) return 0;
    int n = atomic_fetch_add(&calls, 1) + 1;
    if (n != number) return 0;
    snprintf(failed, sizeof failed, "%s %s", name, path + length);
    errno = error_number;
    return 1;
}

static int fails_fd(const char *name, int fd) {
    char link[64], path[PATH_MAX];
    if (folder[0] == 0) return 0;
    int kept = errno;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    errno = kept;
    if (length < 0) return 0;
    path[length] = 0;
    return fails(name, path);
}

static int fails_at(const char *name, int at, const char *path) {
    char whole[PATH_MAX], link[64];
    if (folder[0] == 0) return 0;
    if (path[0] == '/') return fails(name, path);
    int kept = errno;
    if (at == AT_FDCWD) snprintf(link, sizeof link, "/proc/self/cwd");
    else snprintf(link, sizeof link, "/proc/self/fd/%d", at);
    ssize_t length = readlink(link, whole, sizeof whole - 1);
    errno = kept;
    if (length < 0) return 0;
    snprintf(whole + length, sizeof whole - length, "/%s", path);
    return fails(name, whole);
}

#define REAL(name) \
    static __typeof__(name) *real; \
    if (!real) real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

#define WRITES(flags) ((flags) & (O_CREAT | O_WRONLY | O_RDWR | O_TRUNC))

#define OPEN(name) \
    int name(const char *path, int flags, ...) { \
        REAL(name); \
        va_list rest; \
        va_start(rest, flags); \
        mode_t mode = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(rest, mode_t) : 0; \
        va_end(rest); \
        if (WRITES(flags) && fails_at("open", AT_FDCWD, path)) return -1; \
        return real(path, flags, mode); \
    }
OPEN(open)
OPEN(open64)

#define OPENAT(name) \
    int name(int at, const char *path, int flags, ...) { \
        REAL(name); \
        va_list rest; \
        va_start(rest, flags); \
        mode_t mode = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(rest, mode_t) : 0; \
        va_end(rest); \
        if (WRITES(flags) && fails_at("open", at, path)) return -1; \
        return real(at, path, flags, mode); \
    }
OPENAT(openat)
OPENAT(openat64)

ssize_t write(int fd, const void *data, size_t size) {
    REAL(write);
    return fails_fd("write", fd) ? -1 : real(fd, data, size);
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
    REAL(writev);
    return fails_fd("writev", fd) ? -1 : real(fd, parts, count);
}

int fsync(int fd) {
    REAL(fsync);
    return fails_fd("fsync", fd) ? -1 : real(fd);
}

int fdatasync(int fd) {
    REAL(fdatasync);
    return fails_fd("fdatasync", fd) ? -1 : real(fd);
}

int ftruncate(int fd, off_t size) {
    REAL(ftruncate);
    return fails_fd("ftruncate", fd) ? -1 : real(fd, size);
}

int ftruncate64(int fd, off64_t size) {
    REAL(ftruncate64);
    return fails_fd("ftruncate", fd) ? -1 : real(fd, size);
}

int rename(const char *from, const char *to) {
    REAL(rename);
    return fails_at("rename", AT_FDCWD, to) ? -1 : real(from, to);
}

int renameat(int at, const char *from, int there, const char *to) {
    REAL(renameat);
    return fails_at("rename", there, to) ? -1 : real(at, from, there, to);
}

int mkdir(const char *path, mode_t mode) {
    REAL(mkdir);
    return fails_at("mkdir", AT_FDCWD, path) ? -1 : real(path, mode);
}

int mkdirat(int at, const char *path, mode_t mode) {
    REAL(mkdirat);
    return fails_at("mkdir", at, path) ? -1 : real(at, path, mode);
}

int chmod(const char *path, mode_t mode) {
    REAL(chmod);
    return fails_at("chmod", AT_FDCWD, path) ? -1 : real(path, mode);
}

int fchmodat(int at, const char *path, mode_t mode, int flags) {
    REAL(fchmodat);
    return fails_at("chmod", at, path) ? -1 : real(at, path, mode, flags);
}

int unlink(const char *path) {
    REAL(unlink);
    return fails_at("unlink", AT_FDCWD, path) ? -1 : real(path);
}

int unlinkat(int at, const char *path, int flags) {
    REAL(unlinkat);
    return fails_at("unlink", at, path) ? -1 : real(at, path, flags);
}
