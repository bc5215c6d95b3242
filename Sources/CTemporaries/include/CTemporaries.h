#pragma once

/// A file, or a folder with all that is in it, that is removed where a signal ends the process.
typedef struct mica_temporary mica_temporary;

/// Keeps the path of a file or folder that was just made, to remove it at SIGTERM, SIGINT and SIGHUP. NULL where there is no memory.
///
/// A signal that is ignored, or that somebody else handles, stays so. From the first file on, SIGXFSZ is ignored: writing
/// fails with EFBIG instead.
mica_temporary *_Nullable mica_temporary_watch(const char *_Nonnull path);

/// Forgets what was removed or renamed. Any thread may call it, once.
void mica_temporary_forget(mica_temporary *_Nonnull temporary);
