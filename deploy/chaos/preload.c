/* Preloaded in one container of a rehearsal: its clock is wrong, or its disk slow, by what a page says.
   The page /preload/told holds two 64-bit numbers of nanoseconds: added to the time of day, and
   waited before each sync. The machine's own clock is never touched. */
#include <fcntl.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define SECOND 1000000000L

static const volatile int64_t nothing[2];
static const volatile int64_t *told = nothing;

__attribute__((constructor)) static void look(void) {
  int page = open("/preload/told", O_RDONLY | O_CLOEXEC);
  if (page < 0) return;
  void *seen = mmap(0, sizeof nothing, PROT_READ, MAP_SHARED, page, 0);
  if (seen != MAP_FAILED) told = seen;
  close(page);
}

int clock_gettime(clockid_t clock, struct timespec *now) {
  int failed = syscall(SYS_clock_gettime, clock, now);
  if (failed || (clock != CLOCK_REALTIME && clock != CLOCK_REALTIME_COARSE)) return failed;
  int64_t moment = now->tv_sec * SECOND + now->tv_nsec + told[0];
  now->tv_sec = moment / SECOND;
  now->tv_nsec = moment % SECOND;
  return 0;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  struct timespec exact;
  (void)zone;
  clock_gettime(CLOCK_REALTIME, &exact);
  now->tv_sec = exact.tv_sec;
  now->tv_usec = exact.tv_nsec / 1000;
  return 0;
}

time_t time(time_t *kept) {
  struct timespec exact;
  clock_gettime(CLOCK_REALTIME, &exact);
  if (kept) *kept = exact.tv_sec;
  return exact.tv_sec;
}

static void wait_before_sync(void) {
  struct timespec pause = {told[1] / SECOND, told[1] % SECOND};
  if (told[1]) nanosleep(&pause, 0);
}

int fsync(int file) {
  wait_before_sync();
  return syscall(SYS_fsync, file);
}

int fdatasync(int file) {
  wait_before_sync();
  return syscall(SYS_fdatasync, file);
}
