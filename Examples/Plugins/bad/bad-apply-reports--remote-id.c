/* Reports things without their identity in the backend. */
#define SIN_REMOTE_ID(id) ((void)(id), NO_STR)
#include "base.h"
