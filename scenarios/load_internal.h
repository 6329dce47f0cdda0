// Pieces of the scenario loader, shared by its files only.
#pragma once

#include <initializer_list>
#include <set>
#include <string>
#include <string_view>

#include "model/yaml/yaml.h"
#include "scenarios/scenario.h"

namespace capmarket {

/// Most members of a group, and most of the whole population.
inline constexpr std::int64_t kPopulationMax = 10'000'000;

/// `value` into `target` where there is one.
template <class T, class U>
void assign(T& target, const std::optional<U>& value) {
  if (value) target = *value;
}

/// A name of a group, class or authority: what a location's path may have, so that names can be
/// put together with `/` and `-`. Complains and gives nothing otherwise.
std::optional<std::string> read_name(const YamlNode& node);

/// The name, when no other has it in `seen`; complains otherwise.
std::string read_unique_name(const YamlNode& node, std::set<std::string>& seen,
                             std::string_view what);

std::vector<std::string> read_names(const YamlNode& node);

/// A duration of at least `least`.
std::optional<Duration> read_duration(const YamlNode& node, Duration least);

/// Complains at `node` when `name` is not one of `known`.
void expect_known(const YamlNode& node, std::string_view what, const std::string& name,
                  const std::vector<std::string>& known);

LocationSpec read_locations(const YamlNode& node);

/// holders, users, adversaries. Reads `scenario.locations`, `.classes` and `.rules`.
void read_holders(const YamlNode& node, Scenario& scenario);
void read_users(const YamlNode& node, Scenario& scenario);
void read_adversaries(const YamlNode& node, Scenario& scenario);

/// The class of a group: the one named at `key`, or the only one.
std::string read_class_name(const YamlMap& group, const YamlNode& at, const Scenario& scenario);

/// Names of the tiers that some rule of the class has, best first, each once.
std::vector<std::string> tiers_of_class(const Scenario& scenario, std::string_view class_name);

/// trace: reads the files into `scenario.trace`; their problems are appended to `problems`.
void read_trace(const YamlNode& node, Scenario& scenario, Problems& problems);

/// `path` as seen from the folder of `file`.
std::string beside(const std::string& file, const std::string& path);

}  // namespace capmarket
