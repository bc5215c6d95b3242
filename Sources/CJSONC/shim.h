// The whole of <json-c/json.h> would drag in pthread types under another module's name; these three are enough.
#include <json-c/json_object.h>
#include <json-c/json_object_iterator.h>
#include <json-c/json_tokener.h>
