/* Stands between a booth and the kernel: numbers every call that writes, syncs, renames or talks to the printer, notes
 * it, and at one number does what it was told.  Loaded with LD_PRELOAD; made and read by shim.py.
 *
 * strace's inject=...:when=N counts for each thread by itself, so it cannot name every point of a program with several
 * threads.  Here one atomic counter runs over all threads.  What is numbered lies in memory shared with the harness
 * (the file BILIK_SHIM): it outlives the process, can be armed at any instant, and noting a call makes no call.
 *
 * Only calls on paths below BILIK_SHIM_PATHS are numbered: "<class>=<prefix>" separated by ":".  A descriptor's path is
 * asked of /proc each time, so nothing has to be followed from open to close.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum call {
    WRITE, PWRITE, WRITEV, PWRITEV, FSYNC, FDATASYNC, FTRUNCATE, TRUNCATE, RENAME, LINK, SYMLINK, UNLINK, RMDIR, MKDIR,
    OPEN, CHMOD /* or chown */, SENDFILE, COPY, ALLOCATE,
    REOPEN /* for writing, what is there */
};
enum act { NOTHING, KILL_BEFORE, KILL_AFTER, TEAR, FAIL_ONCE, FAIL_ON, WAIT_ONCE, WAIT_ON };

#define RECORDS 65536
#define CLASSES 8

struct record {
    uint8_t call, class_, done, spare;
    uint32_t thread;
    char name[24]; /* the path's end */
};
struct control {
    uint32_t armed;   /* the harness: count from now on */
    uint32_t count;   /* calls so far while armed */
    uint32_t at;      /* the number that is hit */
    uint32_t act;
    uint32_t value;   /* errno, or milliseconds */
    uint32_t calls;   /* bits of the calls that are counted */
    uint32_t classes; /* bits of the path classes that are counted */
    uint32_t hit;     /* what was told has been done so often */
    struct record records[RECORDS];
};

static struct control *control;
static struct { uint32_t class_; size_t length; char path[PATH_MAX]; } prefixes[CLASSES];
static int prefix_count;

/* Also called by a booth that was forked and has its own environment only then. */
__attribute__((constructor)) void bilik_shim_begin(void);
void bilik_shim_begin(void) {
    const char *file = getenv("BILIK_SHIM"), *paths = getenv("BILIK_SHIM_PATHS");
    if (!file || !paths || control) return;
    int fd = syscall(SYS_openat, AT_FDCWD, file, O_RDWR | O_CLOEXEC, 0);
    if (fd < 0) { dprintf(2, "shim: %s: %s\n", file, strerror(errno)); _exit(97); }
    void *shared = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    syscall(SYS_close, fd);
    if (shared == MAP_FAILED) _exit(97);
    while (*paths && prefix_count < CLASSES) {
        const char *sign = strchr(paths, '='), *end = strchrnul(paths, ':');
        if (!sign || sign > end || end - sign > PATH_MAX) _exit(97);
        prefixes[prefix_count].class_ = (uint32_t)atoi(paths);
        prefixes[prefix_count].length = (size_t)(end - sign - 1);
        memcpy(prefixes[prefix_count].path, sign + 1, (size_t)(end - sign - 1));
        prefix_count++;
        paths = *end ? end + 1 : end;
    }
    control = shared;
}

/* The class of a path, -1 for one that nobody watches. */
static int class_of(const char *path) {
    for (int i = 0; i < prefix_count; i++) {
        size_t length = prefixes[i].length;
        if (!strncmp(path, prefixes[i].path, length) && (path[length] == '/' || !path[length]))
            return (int)prefixes[i].class_;
    }
    return -1;
}

static int path_of_fd(int fd, char *out) {
    char link[40];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = syscall(SYS_readlinkat, AT_FDCWD, link, out, PATH_MAX - 1);
    out[n > 0 ? n : 0] = 0;
    return n > 0;
}

static int path_at(int folder, const char *name, char *out) {
    char base[PATH_MAX];
    if (name[0] == '/') { snprintf(out, PATH_MAX, "%s", name); return 1; }
    if (folder == AT_FDCWD ? !getcwd(base, sizeof base) : !path_of_fd(folder, base)) return 0;
    return snprintf(out, PATH_MAX, "%s/%s", base, name) < PATH_MAX;
}

static void __attribute__((noreturn)) die(void) {
    for (;;) { syscall(SYS_kill, getpid(), SIGKILL); pause(); }
}

static void wait_ms(uint32_t ms) {
    struct timespec left = {ms / 1000, (long)(ms % 1000) * 1000000};
    while (nanosleep(&left, &left) && errno == EINTR) {}
}

struct point { enum act act; struct record *record; };

/* Numbers a call, and says what is to be done with it; waiting and dying before it are done here already. */
static struct point number(enum call call, const char *path) {
    struct point point = {NOTHING, NULL};
    if (!control || !__atomic_load_n(&control->armed, __ATOMIC_ACQUIRE)) return point;
    int class_ = class_of(path);
    if (class_ < 0 || !(control->calls >> call & 1) || !(control->classes >> class_ & 1)) return point;
    int kept = errno;
    uint32_t n = __atomic_add_fetch(&control->count, 1, __ATOMIC_ACQ_REL);
    if (n <= RECORDS) {
        struct record *record = point.record = &control->records[n - 1];
        size_t length = strlen(path), most = sizeof record->name - 1;
        record->call = (uint8_t)call;
        record->class_ = (uint8_t)class_;
        record->thread = (uint32_t)syscall(SYS_gettid);
        memcpy(record->name, path + (length > most ? length - most : 0), length > most ? most : length);
    }
    enum act act = (enum act)control->act;
    int on = act == FAIL_ON || act == WAIT_ON;
    if (act != NOTHING && control->at && (on ? n >= control->at : n == control->at)) {
        __atomic_add_fetch(&control->hit, 1, __ATOMIC_ACQ_REL);
        if (act == KILL_BEFORE) die();
        if (act == WAIT_ONCE || act == WAIT_ON) wait_ms(control->value);
        point.act = act;
    }
    errno = kept;
    return point;
}

static struct point number_fd(enum call call, int fd) {
    char path[PATH_MAX];
    int kept = errno;
    struct point point = {NOTHING, NULL};
    if (control && control->armed && path_of_fd(fd, path)) point = number(call, path);
    errno = kept;
    return point;
}

static struct point number_at(enum call call, int folder, const char *name) {
    char path[PATH_MAX];
    int kept = errno;
    struct point point = {NOTHING, NULL};
    if (control && control->armed && name && path_at(folder, name, path)) point = number(call, path);
    errno = kept;
    return point;
}

static int fails(struct point point) { return point.act == FAIL_ONCE || point.act == FAIL_ON; }

/* After the call: whether it was made, and dying after it. */
static void done(struct point point) {
    if (point.record) point.record->done = 1;
    if (point.act == KILL_AFTER || point.act == TEAR) die();
}

#define REAL(name) __typeof__(&name) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)
#define AROUND(numbered, type, expression)                                                                              \
    do {                                                                                                               \
        struct point at = (numbered);                                                                                  \
        if (fails(at)) { errno = (int)control->value; return (type)-1; }                                               \
        type result = (expression);                                                                                    \
        int kept = errno;                                                                                              \
        done(at);                                                                                                      \
        errno = kept;                                                                                                  \
        return result;                                                                                                 \
    } while (0)

/* A torn write: the first half of the bytes. */
static size_t part(struct point at, size_t size) { return at.act == TEAR && size > 1 ? size / 2 : size; }

ssize_t write(int fd, const void *data, size_t size) {
    REAL(write);
    struct point now = number_fd(WRITE, fd);
    AROUND(now, ssize_t, real(fd, data, part(now, size)));
}

#define PWRITE_AS(name, offset_type)                                                                                   \
    ssize_t name(int fd, const void *data, size_t size, offset_type where) {                                           \
        REAL(name);                                                                                                    \
        struct point now = number_fd(PWRITE, fd);                                                                      \
        AROUND(now, ssize_t, real(fd, data, part(now, size), where));                                                  \
    }
PWRITE_AS(pwrite, off_t)
PWRITE_AS(pwrite64, off64_t)

/* A torn vector: its first element only, or half of that. */
static ssize_t torn_vector(int fd, const struct iovec *data) {
    return syscall(SYS_write, fd, data->iov_base, data->iov_len > 1 ? data->iov_len / 2 : data->iov_len);
}

ssize_t writev(int fd, const struct iovec *data, int count) {
    REAL(writev);
    struct point now = number_fd(WRITEV, fd);
    AROUND(now, ssize_t, now.act == TEAR && count ? torn_vector(fd, data) : real(fd, data, count));
}

#define PWRITEV_AS(name, offset_type)                                                                                  \
    ssize_t name(int fd, const struct iovec *data, int count, offset_type where) {                                     \
        REAL(name);                                                                                                    \
        AROUND(number_fd(PWRITEV, fd), ssize_t, real(fd, data, count, where));                                         \
    }
PWRITEV_AS(pwritev, off_t)
PWRITEV_AS(pwritev64, off64_t)

int fsync(int fd) { REAL(fsync); AROUND(number_fd(FSYNC, fd), int, real(fd)); }
int fdatasync(int fd) { REAL(fdatasync); AROUND(number_fd(FDATASYNC, fd), int, real(fd)); }
int ftruncate(int fd, off_t size) { REAL(ftruncate); AROUND(number_fd(FTRUNCATE, fd), int, real(fd, size)); }
int ftruncate64(int fd, off64_t size) { REAL(ftruncate64); AROUND(number_fd(FTRUNCATE, fd), int, real(fd, size)); }
int truncate(const char *path, off_t size) {
    REAL(truncate);
    AROUND(number_at(TRUNCATE, AT_FDCWD, path), int, real(path, size));
}
int truncate64(const char *path, off64_t size) {
    REAL(truncate64);
    AROUND(number_at(TRUNCATE, AT_FDCWD, path), int, real(path, size));
}
int fallocate(int fd, int mode, off_t where, off_t size) {
    REAL(fallocate);
    AROUND(number_fd(ALLOCATE, fd), int, real(fd, mode, where, size));
}
int fallocate64(int fd, int mode, off64_t where, off64_t size) {
    REAL(fallocate64);
    AROUND(number_fd(ALLOCATE, fd), int, real(fd, mode, where, size));
}

/* These two tell what failed by what they return. */
static int allocate(int fd, off64_t where, off64_t size, int (*real)(int, off64_t, off64_t)) {
    int code = real(fd, where, size);
    errno = code;
    return code ? -1 : 0;
}
#define POSIX_ALLOCATE_AS(name, offset_type)                                                                           \
    static int around_##name(int fd, offset_type where, offset_type size) {                                            \
        REAL(name);                                                                                                    \
        AROUND(number_fd(ALLOCATE, fd), int, allocate(fd, where, size, real));                                         \
    }                                                                                                                  \
    int name(int fd, offset_type where, offset_type size) {                                                            \
        int before = errno, code = around_##name(fd, where, size) ? errno : 0;                                         \
        errno = before;                                                                                                \
        return code;                                                                                                   \
    }
POSIX_ALLOCATE_AS(posix_fallocate, off_t)
POSIX_ALLOCATE_AS(posix_fallocate64, off64_t)

/* Names: what a name is given to counts, which for a rename is the new name's folder as well as the old one's. */
static struct point number_two(enum call call, int a, const char *from, int b, const char *to) {
    char path[PATH_MAX];
    if (control && control->armed && to && path_at(b, to, path) && class_of(path) >= 0) return number(call, path);
    return number_at(call, a, from);
}

int rename(const char *from, const char *to) {
    REAL(rename);
    AROUND(number_two(RENAME, AT_FDCWD, from, AT_FDCWD, to), int, real(from, to));
}
int renameat(int a, const char *from, int b, const char *to) {
    REAL(renameat);
    AROUND(number_two(RENAME, a, from, b, to), int, real(a, from, b, to));
}
int renameat2(int a, const char *from, int b, const char *to, unsigned flags) {
    REAL(renameat2);
    AROUND(number_two(RENAME, a, from, b, to), int, real(a, from, b, to, flags));
}
int link(const char *from, const char *to) {
    REAL(link);
    AROUND(number_two(LINK, AT_FDCWD, from, AT_FDCWD, to), int, real(from, to));
}
int linkat(int a, const char *from, int b, const char *to, int flags) {
    REAL(linkat);
    AROUND(number_two(LINK, a, from, b, to), int, real(a, from, b, to, flags));
}
int symlink(const char *what, const char *to) {
    REAL(symlink);
    AROUND(number_at(SYMLINK, AT_FDCWD, to), int, real(what, to));
}
int symlinkat(const char *what, int folder, const char *to) {
    REAL(symlinkat);
    AROUND(number_at(SYMLINK, folder, to), int, real(what, folder, to));
}
int unlink(const char *path) { REAL(unlink); AROUND(number_at(UNLINK, AT_FDCWD, path), int, real(path)); }
int unlinkat(int folder, const char *path, int flags) {
    REAL(unlinkat);
    AROUND(number_at(flags & AT_REMOVEDIR ? RMDIR : UNLINK, folder, path), int, real(folder, path, flags));
}
int remove(const char *path) { REAL(remove); AROUND(number_at(UNLINK, AT_FDCWD, path), int, real(path)); }
int rmdir(const char *path) { REAL(rmdir); AROUND(number_at(RMDIR, AT_FDCWD, path), int, real(path)); }
int mkdir(const char *path, mode_t mode) {
    REAL(mkdir);
    AROUND(number_at(MKDIR, AT_FDCWD, path), int, real(path, mode));
}
int mkdirat(int folder, const char *path, mode_t mode) {
    REAL(mkdirat);
    AROUND(number_at(MKDIR, folder, path), int, real(folder, path, mode));
}
int fchmod(int fd, mode_t mode) { REAL(fchmod); AROUND(number_fd(CHMOD, fd), int, real(fd, mode)); }
int chmod(const char *path, mode_t mode) {
    REAL(chmod);
    AROUND(number_at(CHMOD, AT_FDCWD, path), int, real(path, mode));
}
int fchown(int fd, uid_t user, gid_t group) {
    REAL(fchown);
    AROUND(number_fd(CHMOD, fd), int, real(fd, user, group));
}
int chown(const char *path, uid_t user, gid_t group) {
    REAL(chown);
    AROUND(number_at(CHMOD, AT_FDCWD, path), int, real(path, user, group));
}

/* Opening counts when it may make or empty a file. */
static int makes(int flags) { return (flags & (O_CREAT | O_TRUNC)) != 0; }

#define OPEN_AS(name, folder, parameters, arguments)                                                                   \
    int name parameters {                                                                                              \
        REAL(name);                                                                                                    \
        mode_t mode = 0;                                                                                               \
        if (makes(flags) || (flags & O_TMPFILE) == O_TMPFILE) {                                                        \
            va_list more;                                                                                              \
            va_start(more, flags);                                                                                     \
            mode = va_arg(more, mode_t);                                                                               \
            va_end(more);                                                                                              \
        }                                                                                                              \
        struct point none = {NOTHING, NULL};                                                                           \
        enum call call = makes(flags) ? OPEN : REOPEN;                                                                 \
        int counts = makes(flags) || (flags & O_ACCMODE) != O_RDONLY;                                                  \
        AROUND(counts ? number_at(call, folder, path) : none, int, real arguments);                                    \
    }
OPEN_AS(open, AT_FDCWD, (const char *path, int flags, ...), (path, flags, mode))
OPEN_AS(open64, AT_FDCWD, (const char *path, int flags, ...), (path, flags, mode))
OPEN_AS(openat, folder, (int folder, const char *path, int flags, ...), (folder, path, flags, mode))
OPEN_AS(openat64, folder, (int folder, const char *path, int flags, ...), (folder, path, flags, mode))
int creat(const char *path, mode_t mode) {
    REAL(creat);
    AROUND(number_at(OPEN, AT_FDCWD, path), int, real(path, mode));
}

ssize_t sendfile(int to, int from, off_t *where, size_t size) {
    REAL(sendfile);
    struct point now = number_fd(SENDFILE, to);
    AROUND(now, ssize_t, real(to, from, where, part(now, size)));
}
ssize_t sendfile64(int to, int from, off64_t *where, size_t size) {
    REAL(sendfile64);
    struct point now = number_fd(SENDFILE, to);
    AROUND(now, ssize_t, real(to, from, where, part(now, size)));
}
ssize_t copy_file_range(int from, off64_t *a, int to, off64_t *b, size_t size, unsigned flags) {
    REAL(copy_file_range);
    struct point now = number_fd(COPY, to);
    AROUND(now, ssize_t, real(from, a, to, b, part(now, size), flags));
}
