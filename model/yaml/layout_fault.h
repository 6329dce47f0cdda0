// Which line of a text that is no YAML is laid out wrongly; private to model/yaml.
#pragma once

#include <optional>

#include "model/yaml/document.h"

namespace capmarket::yaml {

/// The first line from `first_line` to `last_line` that does not stand as the lines around it do: a
/// key without its `:`, an item without its `-`, no blank behind one of them, an indent of another
/// block. The parser notices many of these only at the line that follows. Nothing where no line is
/// known to be wrong. Lines count from 0 over all origins; linear in the text.
std::optional<Problem> layout_fault(const YamlDocument& document, int first_line, int last_line);

}  // namespace capmarket::yaml
