#pragma once

#include <stdbool.h>
#include <stddef.h>

/// A mapping of a file that a process outlives when another one shortens the file.
typedef struct mica_mapping mica_mapping;

/// Watches a mapping from now on. NULL where there is no memory for it.
///
/// Where a page of it cannot be read, because the file was shortened or its disk fails, zeros take the place of that page
/// and all behind it, and the mapping is damaged from then on. Any thread may read it.
mica_mapping *_Nullable mica_mapping_watch(const void *_Nonnull start, size_t count);

/// Ends the watch, before the mapping is unmapped.
void mica_mapping_forget(mica_mapping *_Nonnull mapping);

/// Whether zeros stand for some of the file.
bool mica_mapping_is_damaged(const mica_mapping *_Nonnull mapping);
