#pragma once
// Debian keeps it in a directory that only pkg-config names; without that it is found all the same.
#if __has_include(<libpq-fe.h>)
#include <libpq-fe.h>
#else
#include <postgresql/libpq-fe.h>
#endif
