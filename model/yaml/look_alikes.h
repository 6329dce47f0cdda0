// Names that look like others. Source: docs/spec/rules.md#names.
#pragma once

#include "model/base/result.h"
#include "model/yaml/yaml.h"

namespace capmarket::yaml {

/// Each scalar of the document, and each text in quotes inside one, that a reader may take for
/// another: one with hidden characters, with a letter and its mark apart (not the composed form),
/// with full-width letters, with letters of two alphabets in one word, and one that differs from an
/// earlier one in nothing that can be seen. Warnings, in the order of the file. O(n log n).
Problems look_alikes(const YamlNode& root);

}  // namespace capmarket::yaml
