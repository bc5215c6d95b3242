#define _GNU_SOURCE
#include "CTemporaries.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

// The handler of a signal may run at any instruction of any thread, and may neither lock nor allocate. So the files are
// a list that only grows. Whoever takes a path out of its entry owns it: no path is freed while the handler reads it.
struct mica_temporary {
  _Atomic(char *) path;
  bool is_taken;
  struct mica_temporary *next;
};

static _Atomic(mica_temporary *) first;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;

// An entry of a folder as getdents64 gives it: opendir allocates, and no handler may.
struct folder_entry {
  uint64_t inode;
  int64_t offset;
  unsigned short length;
  unsigned char type;
  char name[];
};

enum { maximum_depth = 8 };

static void remove_all(int parent, const char *path, int depth) {
  if (unlinkat(parent, path, 0) == 0 || errno != EISDIR || depth == maximum_depth) return;
  int folder = openat(parent, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (folder < 0) return;
  _Alignas(struct folder_entry) char entries[2048];
  long length;
  while ((length = syscall(SYS_getdents64, folder, entries, sizeof entries)) > 0) {
    for (long place = 0; place < length;) {
      const struct folder_entry *entry = (const struct folder_entry *)(entries + place);
      if (strcmp(entry->name, ".") != 0 && strcmp(entry->name, "..") != 0) remove_all(folder, entry->name, depth + 1);
      place += entry->length;
    }
  }
  close(folder);
  unlinkat(parent, path, AT_REMOVEDIR);
}

static void handle(int number) {
  int saved = errno;
  for (mica_temporary *entry = atomic_load(&first); entry; entry = entry->next) {
    const char *path = atomic_exchange(&entry->path, NULL);
    if (path) remove_all(AT_FDCWD, path, 0);
  }
  // It arrives again when this returns, and does what it would have done without.
  signal(number, SIG_DFL);
  raise(number);
  errno = saved;
}

static void replace_default(int number, void (*handler)(int)) {
  struct sigaction action;
  if (sigaction(number, NULL, &action) != 0 || action.sa_flags & SA_SIGINFO || action.sa_handler != SIG_DFL) return;
  action = (struct sigaction){.sa_handler = handler, .sa_flags = SA_RESTART | SA_ONSTACK};
  sigemptyset(&action.sa_mask);
  sigaction(number, &action, NULL);
}

static void install(void) {
  replace_default(SIGTERM, handle);
  replace_default(SIGINT, handle);
  replace_default(SIGHUP, handle);
  replace_default(SIGXFSZ, SIG_IGN);
}

mica_temporary *mica_temporary_watch(const char *path) {
  pthread_once(&once, install);
  char *copy = strdup(path);
  if (!copy) return NULL;
  pthread_mutex_lock(&lock);
  mica_temporary *entry = atomic_load(&first);
  while (entry && entry->is_taken) entry = entry->next;
  if (!entry && (entry = calloc(1, sizeof *entry))) {
    entry->next = atomic_load(&first);
    atomic_store(&first, entry);
  }
  if (entry) {
    entry->is_taken = true;
    atomic_store(&entry->path, copy);
  } else {
    free(copy);
  }
  pthread_mutex_unlock(&lock);
  return entry;
}

void mica_temporary_forget(mica_temporary *temporary) {
  pthread_mutex_lock(&lock);
  free(atomic_exchange(&temporary->path, NULL));
  temporary->is_taken = false;
  pthread_mutex_unlock(&lock);
}
