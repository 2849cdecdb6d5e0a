// Loaded before a program: of the calls that change what lies under a folder, one or all fail.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static char under[PATH_MAX];
static long left, fired;
static int full;  // whether all that grows fails from then on (ENOSPC), or one call only (EIO)

void disk_fails(const char *folder, long after, int is_full) {
    strncpy(under, folder, sizeof under - 1);
    left = after;
    full = is_full;
    fired = 0;
}

long disk_failed(void) {
    under[0] = 0;
    return fired;
}

static int fails(int grows) {
    if (full && !grows) return 0;
    if (left-- > 0 || (!full && fired)) return 0;
    fired++;
    errno = full ? ENOSPC : EIO;
    return 1;
}

static int concerns(int fd) {
    char link[64], path[PATH_MAX];
    if (!under[0]) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path - 1);
    if (n <= 0) return 0;
    path[n] = 0;
    return strncmp(path, under, strlen(under)) == 0;
}

static int beyond(int fd, off_t end) {
    struct stat found;
    return fstat(fd, &found) != 0 || end > found.st_size;
}

#define REAL(name) static __typeof__(name) *real; if (!real) real = dlsym(RTLD_NEXT, #name)

ssize_t write(int fd, const void *data, size_t n) {
    REAL(write);
    if (concerns(fd) && fails(beyond(fd, lseek(fd, 0, SEEK_CUR) + (off_t)n))) return -1;
    return real(fd, data, n);
}

ssize_t writev(int fd, const struct iovec *data, int n) {
    REAL(writev);
    if (concerns(fd) && fails(1)) return -1;
    return real(fd, data, n);
}

ssize_t pwrite(int fd, const void *data, size_t n, off_t at) {
    REAL(pwrite);
    if (concerns(fd) && fails(beyond(fd, at + (off_t)n))) return -1;
    return real(fd, data, n, at);
}

ssize_t pwrite64(int fd, const void *data, size_t n, off64_t at) {
    REAL(pwrite64);
    if (concerns(fd) && fails(beyond(fd, at + (off_t)n))) return -1;
    return real(fd, data, n, at);
}

int ftruncate(int fd, off_t size) {
    REAL(ftruncate);
    if (concerns(fd) && fails(beyond(fd, size))) return -1;
    return real(fd, size);
}

int ftruncate64(int fd, off64_t size) {
    REAL(ftruncate64);
    if (concerns(fd) && fails(beyond(fd, size))) return -1;
    return real(fd, size);
}

int fsync(int fd) {
    REAL(fsync);
    if (concerns(fd) && fails(0)) return -1;
    return real(fd);
}

int fdatasync(int fd) {
    REAL(fdatasync);
    if (concerns(fd) && fails(0)) return -1;
    return real(fd);
}

int rename(const char *from, const char *to) {
    REAL(rename);
    if (under[0] && strncmp(to, under, strlen(under)) == 0 && fails(0)) return -1;
    return real(from, to);
}

int renameat(int a, const char *from, int b, const char *to) {
    REAL(renameat);
    if (under[0] && strncmp(to, under, strlen(under)) == 0 && fails(0)) return -1;
    return real(a, from, b, to);
}

static int makes(const char *path, int flags) {
    return (flags & O_CREAT) && under[0] && strncmp(path, under, strlen(under)) == 0 && fails(1);
}

#define OPENING(name)                                                     \
    int name(const char *path, int flags, ...) {                          \
        REAL(name);                                                       \
        va_list more;                                                     \
        va_start(more, flags);                                            \
        mode_t mode = va_arg(more, mode_t);                               \
        va_end(more);                                                     \
        return makes(path, flags) ? -1 : real(path, flags, mode);         \
    }

OPENING(open)
OPENING(open64)
