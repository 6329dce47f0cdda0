// What is wrong with a text that is no YAML, as its author sees it; private to model/yaml.
#pragma once

#include <optional>
#include <string>

#include "model/yaml/document.h"

namespace capmarket::yaml {

// Lines and columns count from 0 over all origins of the document.

/// What the parser's `message` about a place of the text that begins at `first_line` means: an
/// indent that its neighbours have not, a tab, a `:` or a bracket that is missing, a value that
/// lacks quotes; else the message itself. The corrected text where there is one.
Problem syntax_problem(const YamlDocument& document, int first_line, int line, int column,
                       const std::string& message);

/// The first line at or just before `line` whose value needs quotes around all of it, or -1.
int line_needing_quotes(const YamlDocument& document, int line, int first_line);
/// What is expected there: the value in quotes.
std::string outer_quotes(const YamlDocument& document, int line);

/// A problem where the quote at that place is never closed.
std::optional<Problem> open_quote(const YamlDocument& document, int line, int column);

}  // namespace capmarket::yaml
