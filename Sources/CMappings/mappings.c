#define _GNU_SOURCE
#include "CMappings.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

// The handler of a signal may run at any instruction of any thread, and may neither lock nor allocate. So the watched
// mappings are a list that only grows: entries are used again and never freed. `version` is odd while an entry is being
// changed; the entry of the mapping that a thread reads does not change meanwhile.
struct mica_mapping {
  atomic_uint version;
  _Atomic(uintptr_t) start;
  _Atomic(size_t) count;
  atomic_bool is_damaged;
  bool is_taken;
  struct mica_mapping *next;
};

static _Atomic(mica_mapping *) first;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct sigaction previous;
static uintptr_t page_size;

/// Puts zeros for the page of an address and all behind it; false where no watched mapping has it.
static bool replace(uintptr_t address) {
  for (mica_mapping *entry = atomic_load(&first); entry; entry = entry->next) {
    unsigned version = atomic_load(&entry->version);
    uintptr_t start = atomic_load(&entry->start);
    size_t count = atomic_load(&entry->count);
    if (version % 2 != 0 || version != atomic_load(&entry->version)) continue;
    if (address < start || address - start >= count) continue;
    uintptr_t page = address / page_size * page_size;
    void *zeros = mmap((void *)page, start + count - page, PROT_READ,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
    if (zeros == MAP_FAILED) return false;
    atomic_store(&entry->is_damaged, true);
    return true;
  }
  return false;
}

static void handle(int number, siginfo_t *info, void *context) {
  int saved = errno;
  bool is_replaced = info->si_code == BUS_ADRERR && replace((uintptr_t)info->si_addr);
  errno = saved;
  if (is_replaced) return;
  if (previous.sa_flags & SA_SIGINFO) {
    previous.sa_sigaction(number, info, context);
  } else if (previous.sa_handler != SIG_DFL && previous.sa_handler != SIG_IGN) {
    previous.sa_handler(number);
  } else {
    // The instruction is run again, and ends the process as if this had not been here.
    signal(number, SIG_DFL);
  }
}

static void install(void) {
  page_size = (uintptr_t)sysconf(_SC_PAGESIZE);
  struct sigaction action = {0};
  action.sa_sigaction = handle;
  action.sa_flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  sigaction(SIGBUS, &action, &previous);
}

static void change(mica_mapping *entry, uintptr_t start, size_t count) {
  atomic_fetch_add(&entry->version, 1);
  atomic_store(&entry->start, start);
  atomic_store(&entry->count, count);
  atomic_store(&entry->is_damaged, false);
  atomic_fetch_add(&entry->version, 1);
}

mica_mapping *mica_mapping_watch(const void *start, size_t count) {
  pthread_once(&once, install);
  pthread_mutex_lock(&lock);
  mica_mapping *entry = atomic_load(&first);
  while (entry && entry->is_taken) entry = entry->next;
  if (!entry && (entry = calloc(1, sizeof *entry))) {
    entry->next = atomic_load(&first);
    atomic_store(&first, entry);
  }
  if (entry) {
    entry->is_taken = true;
    change(entry, (uintptr_t)start, (count + page_size - 1) / page_size * page_size);
  }
  pthread_mutex_unlock(&lock);
  return entry;
}

void mica_mapping_forget(mica_mapping *mapping) {
  pthread_mutex_lock(&lock);
  change(mapping, 0, 0);
  mapping->is_taken = false;
  pthread_mutex_unlock(&lock);
}

bool mica_mapping_is_damaged(const mica_mapping *mapping) { return atomic_load(&mapping->is_damaged); }
