/* Loaded into the program before the C library (LD_PRELOAD): writes down every call that changes a
   file under RECORD_FOLDER, in the order in which the calls took effect, each with its data.

   RECORD_TO      where to write it down; recorder.py reads it
   RECORD_CALLS   kill the process right after so many calls
   AILING         while this file exists, a part of the folder is on a file system that is read-only
                  or full: the file's first letter says which, r or f, the others how paths there begin

   A call and its note are one step under a lock, so that the notes are never out of order and never
   one short. What is not caught here shows: the folder is compared with the notes afterwards. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define REAL(type, name, ...) \
    static type (*real)(__VA_ARGS__); \
    if (!real) real = (type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;

/* The path from the folder on, or NULL for what lies elsewhere. */
static const char *within(const char *path)
{
    const char *folder = getenv("RECORD_FOLDER");
    size_t length = folder ? strlen(folder) : 0;
    if (!folder || strncmp(path, folder, length)) return NULL;
    if (path[length] == '\0') return "";
    return path[length] == '/' ? path + length + 1 : NULL;
}

static const char *opened(int file, char *path)
{
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    if (length < 0) return NULL;
    path[length] = '\0';
    return within(path);
}

/* Whether a call is refused. On a full disk only content is: there is always a little room for names. */
static int refused(const char *path, int content)
{
    const char *mark = getenv("AILING");
    int file = mark ? (int)syscall(SYS_openat, AT_FDCWD, mark, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0) return 0;
    char ailment[PATH_MAX];
    ssize_t length = syscall(SYS_read, file, ailment, sizeof ailment);
    syscall(SYS_close, file);
    if (length < 1 || strncmp(path, ailment + 1, (size_t)length - 1)) return 0;
    errno = *ailment == 'r' ? EROFS : ENOSPC;
    return *ailment == 'r' || content;
}

static void note(char what, const char *path, int64_t offset, const void *data, size_t length)
{
    static int notes = -1;
    static long calls;
    if (notes < 0) {
        const char *to = getenv("RECORD_TO");
        if (!to) return;
        notes = (int)syscall(SYS_openat, AT_FDCWD, to, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        calls = atol(getenv("RECORD_CALLS"));
    }
    struct __attribute__((packed)) {
        char what;
        uint16_t path;
        uint32_t data;
        int64_t offset;
    } head = {what, (uint16_t)strlen(path), (uint32_t)length, offset};
    struct iovec parts[] = {{&head, sizeof head}, {(void *)path, head.path}, {(void *)data, length}};
    if (notes < 0 || writev(notes, parts, 3) != (ssize_t)(sizeof head + head.path + length)) abort();
    if (--calls == 0) kill(getpid(), SIGKILL);
}

static int noted_open(int (*real)(int, const char *, int, ...), int at, const char *path, int flags, mode_t mode)
{
    int writes = (flags & O_ACCMODE) != O_RDONLY || flags & (O_CREAT | O_TRUNC);
    if (!writes || !within(path)) return real(at, path, flags, mode);
    if (refused(within(path), 0)) return -1;
    pthread_mutex_lock(&turn);
    int file = real(at, path, flags, mode);
    if (file >= 0 && flags & O_CREAT) note('c', within(path), 0, NULL, 0);
    if (file >= 0 && flags & O_TRUNC) note('t', within(path), 0, NULL, 0);
    pthread_mutex_unlock(&turn);
    return file;
}

#define OPEN(name, before, at)                                            \
    int name(before const char *path, int flags, ...)                     \
    {                                                                     \
        REAL(int, "openat", int, const char *, int, ...);                 \
        va_list rest;                                                     \
        va_start(rest, flags);                                            \
        mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;         \
        va_end(rest);                                                     \
        return noted_open(real, at, path, flags, mode);                   \
    }
#define FROM int from,
OPEN(open, , AT_FDCWD)
OPEN(open64, , AT_FDCWD)
OPEN(openat, FROM, from)
OPEN(openat64, FROM, from)

ssize_t write(int file, const void *data, size_t length)
{
    REAL(ssize_t, "write", int, const void *, size_t);
    char buffer[PATH_MAX];
    const char *path = opened(file, buffer);
    if (!path) return real(file, data, length);
    if (refused(path, 1)) return -1;
    pthread_mutex_lock(&turn);
    ssize_t done = real(file, data, length);
    if (done > 0) note('w', path, lseek(file, 0, SEEK_CUR) - done, data, (size_t)done);
    pthread_mutex_unlock(&turn);
    return done;
}

static ssize_t noted_pwrite(int file, const void *data, size_t length, off_t offset)
{
    REAL(ssize_t, "pwrite", int, const void *, size_t, off_t);
    char buffer[PATH_MAX];
    const char *path = opened(file, buffer);
    if (!path) return real(file, data, length, offset);
    if (refused(path, 1)) return -1;
    pthread_mutex_lock(&turn);
    ssize_t done = real(file, data, length, offset);
    if (done > 0) note('w', path, offset, data, (size_t)done);
    pthread_mutex_unlock(&turn);
    return done;
}
ssize_t pwrite(int file, const void *data, size_t n, off_t at) { return noted_pwrite(file, data, n, at); }
ssize_t pwrite64(int file, const void *data, size_t n, off_t at) { return noted_pwrite(file, data, n, at); }

static int noted_ftruncate(int file, off_t length)
{
    REAL(int, "ftruncate", int, off_t);
    char buffer[PATH_MAX];
    const char *path = opened(file, buffer);
    if (!path) return real(file, length);
    if (refused(path, 0)) return -1;
    pthread_mutex_lock(&turn);
    int failed = real(file, length);
    if (!failed) note('t', path, length, NULL, 0);
    pthread_mutex_unlock(&turn);
    return failed;
}
int ftruncate(int file, off_t length) { return noted_ftruncate(file, length); }
int ftruncate64(int file, off_t length) { return noted_ftruncate(file, length); }

#define SYNC(name)                                   \
    int name(int file)                               \
    {                                                \
        REAL(int, #name, int);                       \
        char buffer[PATH_MAX];                       \
        const char *path = opened(file, buffer);     \
        if (!path) return real(file);                \
        pthread_mutex_lock(&turn);                   \
        int failed = real(file);                     \
        if (!failed) note('s', path, 0, NULL, 0);    \
        pthread_mutex_unlock(&turn);                 \
        return failed;                               \
    }
SYNC(fsync)
SYNC(fdatasync)

int unlink(const char *path)
{
    REAL(int, "unlink", const char *);
    if (!within(path)) return real(path);
    if (refused(within(path), 0)) return -1;
    pthread_mutex_lock(&turn);
    int failed = real(path);
    if (!failed) note('u', within(path), 0, NULL, 0);
    pthread_mutex_unlock(&turn);
    return failed;
}

/* The new name lies where data of a write would. */
int rename(const char *path, const char *to)
{
    REAL(int, "rename", const char *, const char *);
    if (!within(path) || !within(to)) return real(path, to);
    if (refused(within(path), 0)) return -1;
    pthread_mutex_lock(&turn);
    int failed = real(path, to);
    if (!failed) note('r', within(path), 0, within(to), strlen(within(to)));
    pthread_mutex_unlock(&turn);
    return failed;
}

int mkdir(const char *path, mode_t mode)
{
    REAL(int, "mkdir", const char *, mode_t);
    if (!within(path)) return real(path, mode);
    if (refused(within(path), 0)) return -1;
    pthread_mutex_lock(&turn);
    int failed = real(path, mode);
    if (!failed) note('d', within(path), 0, NULL, 0);
    pthread_mutex_unlock(&turn);
    return failed;
}
