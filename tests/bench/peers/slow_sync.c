/* Preloaded: every sync takes as much longer as SLOWER_BY says, in microseconds.
 *
 * What is opened with O_SYNC or O_DSYNC is synced by its writes and passes by here; neither
 * PostgreSQL on Linux nor UmaDB opens its log so.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <sys/mman.h>
#include <time.h>

static void wait_longer(void) {
    struct timespec left = {SLOWER_BY / 1000000, SLOWER_BY % 1000000 * 1000};
    while (nanosleep(&left, &left)) {
    }
}

int fsync(int file) {
    int (*real)(int) = dlsym(RTLD_NEXT, "fsync");
    wait_longer();
    return real(file);
}

int fdatasync(int file) {
    int (*real)(int) = dlsym(RTLD_NEXT, "fdatasync");
    wait_longer();
    return real(file);
}

int msync(void *from, size_t length, int how) {
    int (*real)(void *, size_t, int) = dlsym(RTLD_NEXT, "msync");
    if (how & MS_SYNC) {
        wait_longer();
    }
    return real(from, length, how);
}
