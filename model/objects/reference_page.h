// The reference page of objects, from the schema tables themselves.
#pragma once

#include <string>

namespace capmarket::objects {

/// Markdown: kinds with their numbers, fields with key, name and type, and the parts of objects.
std::string schema_page();

}  // namespace capmarket::objects
