#pragma once
#include <ffi.h>

/* libffi's type descriptions are global variables, which Swift 6 rightly distrusts; these hand out
 * their addresses. */
static inline ffi_type *cffi_pointer(void) { return &ffi_type_pointer; }
static inline ffi_type *cffi_sint64(void) { return &ffi_type_sint64; }
static inline ffi_type *cffi_uint64(void) { return &ffi_type_uint64; }
static inline ffi_type *cffi_double(void) { return &ffi_type_double; }
static inline ffi_type *cffi_uint32(void) { return &ffi_type_uint32; }
