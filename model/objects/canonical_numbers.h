// The numbers that stand in canonical bytes, as a page: from the tables and lists of fields that
// encode them.
#pragma once

#include <string>

namespace capmarket::objects {

/// Markdown: the numbers of kinds and roles, the keys of a signature, of the canonical rule and of
/// each of its parts, and the values of every enumeration. Keys of other objects: schema_page().
/// Keys of leaves and numbers of clauses: log::leaf_numbers(). Deterministic.
std::string canonical_numbers();

}  // namespace capmarket::objects
