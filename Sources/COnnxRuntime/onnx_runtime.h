// ONNX Runtime's C API without its header: the library hands out one table of functions, to which new versions only
// append. Each function below is one slot of that table, called as its type says, so that no cast is left to Swift.
//
// A function that returns a status gives NULL where all went well; a status that is given is the caller's to release.
// All slots are in API version 17 and later.

#ifndef MICA_ONNX_RUNTIME_H
#define MICA_ONNX_RUNTIME_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// The table of functions.
typedef struct ort_api ort_api;
typedef struct ort_status ort_status;
typedef struct ort_environment ort_environment;
typedef struct ort_session_options ort_session_options;
typedef struct ort_session ort_session;
typedef struct ort_run_options ort_run_options;
typedef struct ort_value ort_value;
typedef struct ort_type_info ort_type_info;
typedef struct ort_tensor_info ort_tensor_info;
typedef struct ort_allocator ort_allocator;

typedef ort_status *_Nullable ort_result;
typedef void (*ort_function)(void);

#define ORT_SLOT(api, slot, result, ...) ((result(*)(__VA_ARGS__))((const ort_function *)(api))[slot])

/// The table of a version, from the address of `OrtGetApiBase`; NULL where the library has no such version.
static inline const ort_api *_Nullable ort_get_api(void *get_api_base, uint32_t version) {
  const ort_function *base = ((const ort_function *(*)(void))(ort_function)get_api_base)();
  return ((const ort_api *_Nullable (*)(uint32_t))base[0])(version);
}

/// The library's version, such as "1.32.0".
static inline const char *ort_version(void *get_api_base) {
  const ort_function *base = ((const ort_function *(*)(void))(ort_function)get_api_base)();
  return ((const char *(*)(void))base[1])();
}

// Statuses

static inline int ort_status_code(const ort_api *api, const ort_status *status) {
  return ORT_SLOT(api, 1, int, const ort_status *)(status);
}

static inline const char *ort_status_message(const ort_api *api, const ort_status *status) {
  return ORT_SLOT(api, 2, const char *, const ort_status *)(status);
}

static inline void ort_release_status(const ort_api *api, ort_status *status) {
  ORT_SLOT(api, 93, void, ort_status *)(status);
}

// Environments

static inline ort_result ort_create_environment(
    const ort_api *api, int severity, const char *name, ort_environment *_Nullable *_Nonnull out) {
  return ORT_SLOT(api, 3, ort_result, int, const char *, ort_environment **)(severity, name, out);
}

static inline void ort_release_environment(const ort_api *api, ort_environment *environment) {
  ORT_SLOT(api, 92, void, ort_environment *)(environment);
}

/// The allocator of the library, which nobody releases.
static inline ort_result ort_default_allocator(const ort_api *api, ort_allocator *_Nullable *_Nonnull out) {
  return ORT_SLOT(api, 78, ort_result, ort_allocator **)(out);
}

static inline ort_result ort_allocator_free(const ort_api *api, ort_allocator *allocator, void *memory) {
  return ORT_SLOT(api, 76, ort_result, ort_allocator *, void *)(allocator, memory);
}

// Options of sessions

static inline ort_result ort_create_session_options(
    const ort_api *api, ort_session_options *_Nullable *_Nonnull out) {
  return ORT_SLOT(api, 10, ort_result, ort_session_options **)(out);
}

static inline void ort_release_session_options(const ort_api *api, ort_session_options *options) {
  ORT_SLOT(api, 100, void, ort_session_options *)(options);
}

static inline ort_result ort_set_optimization_level(const ort_api *api, ort_session_options *options, int level) {
  return ORT_SLOT(api, 23, ort_result, ort_session_options *, int)(options, level);
}

static inline ort_result ort_set_threads(const ort_api *api, ort_session_options *options, int count) {
  return ORT_SLOT(api, 24, ort_result, ort_session_options *, int)(options, count);
}

static inline ort_result ort_disable_memory_pattern(const ort_api *api, ort_session_options *options) {
  return ORT_SLOT(api, 17, ort_result, ort_session_options *)(options);
}

static inline ort_result ort_disable_memory_arena(const ort_api *api, ort_session_options *options) {
  return ORT_SLOT(api, 19, ort_result, ort_session_options *)(options);
}

static inline ort_result ort_override_dimension(
    const ort_api *api, ort_session_options *options, const char *name, int64_t size) {
  return ORT_SLOT(api, 124, ort_result, ort_session_options *, const char *, int64_t)(options, name, size);
}

static inline ort_result ort_set_session_entry(
    const ort_api *api, ort_session_options *options, const char *key, const char *value) {
  return ORT_SLOT(api, 130, ort_result, ort_session_options *, const char *, const char *)(options, key, value);
}

// Sessions

static inline ort_result ort_create_session(
    const ort_api *api, const ort_environment *environment, const char *path, const ort_session_options *options,
    ort_session *_Nullable *_Nonnull out) {
  return ORT_SLOT(
      api, 7, ort_result, const ort_environment *, const char *, const ort_session_options *, ort_session **)(
      environment, path, options, out);
}

static inline ort_result ort_create_session_from_bytes(
    const ort_api *api, const ort_environment *environment, const void *bytes, size_t count,
    const ort_session_options *options, ort_session *_Nullable *_Nonnull out) {
  return ORT_SLOT(
      api, 8, ort_result, const ort_environment *, const void *, size_t, const ort_session_options *, ort_session **)(
      environment, bytes, count, options, out);
}

static inline void ort_release_session(const ort_api *api, ort_session *session) {
  ORT_SLOT(api, 95, void, ort_session *)(session);
}

static inline ort_result ort_input_count(const ort_api *api, const ort_session *session, size_t *out) {
  return ORT_SLOT(api, 30, ort_result, const ort_session *, size_t *)(session, out);
}

static inline ort_result ort_output_count(const ort_api *api, const ort_session *session, size_t *out) {
  return ORT_SLOT(api, 31, ort_result, const ort_session *, size_t *)(session, out);
}

/// The name of an input, in memory of the allocator.
static inline ort_result ort_input_name(
    const ort_api *api, const ort_session *session, size_t index, ort_allocator *allocator,
    char *_Nullable *_Nonnull out) {
  return ORT_SLOT(api, 36, ort_result, const ort_session *, size_t, ort_allocator *, char **)(
      session, index, allocator, out);
}

/// The name of an output, in memory of the allocator.
static inline ort_result ort_output_name(
    const ort_api *api, const ort_session *session, size_t index, ort_allocator *allocator,
    char *_Nullable *_Nonnull out) {
  return ORT_SLOT(api, 37, ort_result, const ort_session *, size_t, ort_allocator *, char **)(
      session, index, allocator, out);
}

static inline ort_result ort_input_type(
    const ort_api *api, const ort_session *session, size_t index, ort_type_info *_Nullable *_Nonnull out) {
  return ORT_SLOT(api, 33, ort_result, const ort_session *, size_t, ort_type_info **)(session, index, out);
}

static inline ort_result ort_output_type(
    const ort_api *api, const ort_session *session, size_t index, ort_type_info *_Nullable *_Nonnull out) {
  return ORT_SLOT(api, 34, ort_result, const ort_session *, size_t, ort_type_info **)(session, index, out);
}

// Types

static inline void ort_release_type_info(const ort_api *api, ort_type_info *info) {
  ORT_SLOT(api, 98, void, ort_type_info *)(info);
}

/// The part of a type that a tensor has, owned by it; NULL of other types.
static inline ort_result ort_tensor_part(
    const ort_api *api, const ort_type_info *info, const ort_tensor_info *_Nullable *_Nonnull out) {
  return ORT_SLOT(api, 55, ort_result, const ort_type_info *, const ort_tensor_info **)(info, out);
}

static inline void ort_release_tensor_info(const ort_api *api, ort_tensor_info *info) {
  ORT_SLOT(api, 99, void, ort_tensor_info *)(info);
}

static inline ort_result ort_element_type(const ort_api *api, const ort_tensor_info *info, int *out) {
  return ORT_SLOT(api, 60, ort_result, const ort_tensor_info *, int *)(info, out);
}

static inline ort_result ort_rank(const ort_api *api, const ort_tensor_info *info, size_t *out) {
  return ORT_SLOT(api, 61, ort_result, const ort_tensor_info *, size_t *)(info, out);
}

/// The sizes; -1 for open ones.
static inline ort_result ort_sizes(const ort_api *api, const ort_tensor_info *info, int64_t *out, size_t rank) {
  return ORT_SLOT(api, 62, ort_result, const ort_tensor_info *, int64_t *, size_t)(info, out, rank);
}

/// The names of open sizes, owned by the type; empty for other sizes.
static inline ort_result ort_size_names(
    const ort_api *api, const ort_tensor_info *info, const char *_Nullable *_Nonnull out, size_t rank) {
  return ORT_SLOT(api, 63, ort_result, const ort_tensor_info *, const char **, size_t)(info, out, rank);
}

// Values

static inline ort_result ort_create_tensor(
    const ort_api *api, ort_allocator *allocator, const int64_t *sizes, size_t rank, int element,
    ort_value *_Nullable *_Nonnull out) {
  return ORT_SLOT(api, 48, ort_result, ort_allocator *, const int64_t *, size_t, int, ort_value **)(
      allocator, sizes, rank, element, out);
}

static inline void ort_release_value(const ort_api *api, ort_value *value) {
  ORT_SLOT(api, 96, void, ort_value *)(value);
}

static inline ort_result ort_is_tensor(const ort_api *api, const ort_value *value, int *out) {
  return ORT_SLOT(api, 50, ort_result, const ort_value *, int *)(value, out);
}

static inline ort_result ort_tensor_data(const ort_api *api, ort_value *value, void *_Nullable *_Nonnull out) {
  return ORT_SLOT(api, 51, ort_result, ort_value *, void **)(value, out);
}

/// The type of a tensor, which the caller owns.
static inline ort_result ort_tensor_type(
    const ort_api *api, const ort_value *value, ort_tensor_info *_Nullable *_Nonnull out) {
  return ORT_SLOT(api, 65, ort_result, const ort_value *, ort_tensor_info **)(value, out);
}

static inline ort_result ort_fill_strings(
    const ort_api *api, ort_value *value, const char *_Nullable const *_Nonnull strings, size_t count) {
  return ORT_SLOT(api, 52, ort_result, ort_value *, const char *const *, size_t)(
      value, (const char *const *)strings, count);
}

static inline ort_result ort_strings_length(const ort_api *api, const ort_value *value, size_t *out) {
  return ORT_SLOT(api, 53, ort_result, const ort_value *, size_t *)(value, out);
}

/// The bytes of all strings one after another, and where each begins.
static inline ort_result ort_strings(
    const ort_api *api, const ort_value *value, void *bytes, size_t byte_count, size_t *offsets, size_t count) {
  return ORT_SLOT(api, 54, ort_result, const ort_value *, void *, size_t, size_t *, size_t)(
      value, bytes, byte_count, offsets, count);
}

// Runs

static inline ort_result ort_create_run_options(const ort_api *api, ort_run_options *_Nullable *_Nonnull out) {
  return ORT_SLOT(api, 39, ort_result, ort_run_options **)(out);
}

static inline void ort_release_run_options(const ort_api *api, ort_run_options *options) {
  ORT_SLOT(api, 97, void, ort_run_options *)(options);
}

/// Ends the runs that have these options, with an error, from any thread.
static inline ort_result ort_terminate(const ort_api *api, ort_run_options *options) {
  return ORT_SLOT(api, 46, ort_result, ort_run_options *)(options);
}

static inline ort_result ort_run(
    const ort_api *api, ort_session *session, const ort_run_options *_Nullable options,
    const char *_Nullable const *_Nonnull input_names, ort_value *_Nullable const *_Nonnull inputs, size_t input_count,
    const char *_Nullable const *_Nonnull output_names, size_t output_count,
    ort_value *_Nullable *_Nonnull outputs) {
  return ORT_SLOT(
      api, 9, ort_result, ort_session *, const ort_run_options *, const char *const *, const ort_value *const *, size_t,
      const char *const *, size_t, ort_value **)(
      session, options, (const char *const *)input_names, (const ort_value *const *)inputs, input_count,
      (const char *const *)output_names, output_count, outputs);
}

#pragma clang assume_nonnull end

#endif
