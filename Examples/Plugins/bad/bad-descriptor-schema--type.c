/* Its configuration schema asks for a type that does not exist. */
#define CONFIG_SCHEMA "{\"type\":\"object\",\"properties\":{\"root\":{\"type\":\"path\"}}}"
#include "base.h"
