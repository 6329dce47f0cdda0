// What a rule file may say and its author hardly means: told, and refused nowhere.
#pragma once

#include "model/base/result.h"
#include "model/yaml/yaml.h"

namespace capmarket::rules {

/// Names that look like others, and ratios above 100 % that are written without a sign: `refund:
/// 100` pays a hundred times the value. In the order of the file's keys; O(size of the file).
Problems file_warnings(const yaml::YamlNode& root);

}  // namespace capmarket::rules
