/* Its configuration schema is somewhere on the network. */
#define CONFIG_SCHEMA "{\"type\":\"object\",\"properties\":{\"root\":{\"$ref\":\"https://example.org/root.json\"}}}"
#include "base.h"
