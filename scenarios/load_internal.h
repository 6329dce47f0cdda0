// Pieces of the scenario loader, shared by its files only.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/yaml/yaml.h"
#include "scenarios/scenario.h"

namespace capmarket::scenarios {

class KeyedMap;


/// Most members of a group, and most of the whole population.
inline constexpr std::int64_t kPopulationMax = 10'000'000;
/// Most items of lists that become parts of one object, so that its body stays within 64 KiB
/// (docs/spec/chain.md#canonical-bytes).
inline constexpr std::int64_t kGroupsMax = 256;         // names of 64 bytes
inline constexpr std::int64_t kTiersMax = 64;           // memberships of three names
inline constexpr std::int64_t kPlacesOfScopeMax = 128;  // paths of 255 bytes
inline constexpr std::int64_t kClassesMax = 128;        // names of 64 bytes
inline constexpr std::int64_t kScheduleMax = 1024;      // steps of two numbers
inline constexpr std::int64_t kNamedMax = 1024;         // ids
/// Its authorities sign a policy, and one of them its envelope.
inline constexpr std::int64_t kJurisdictionsMax = 31;
/// Most places of a location tree.
inline constexpr std::int64_t kPlacesMax = 1'000'000;

/// `value` into `target` where there is one.
template <class T, class U>
void assign(T& target, const std::optional<U>& value) {
  if (value) target = *value;
}

/// A name of a group, class or authority: what a location's path may have, so that names can be
/// put together with `/` and `-`. Complains and gives nothing otherwise.
std::optional<std::string> read_name(const yaml::YamlNode& node);

/// The name, when no other has it in `seen`; complains otherwise. `of_rules`: a name that rule
/// files have too (a class, an authority), which may be any that those may have.
std::string read_unique_name(const yaml::YamlNode& node, std::set<std::string>& seen,
                             std::string_view what, bool of_rules = false);

/// A kind or group, as credentials carry them and rules may ask for: any name of a rule's.
std::optional<std::string> read_kind(const yaml::YamlNode& node);
std::vector<std::string> read_groups(const yaml::YamlNode& node);

/// A duration of at least `least`.
std::optional<Duration> read_duration(const yaml::YamlNode& node, Duration least);

/// Complains at `node` when `name` is not one of `known`.
void expect_known(const yaml::YamlNode& node, std::string_view what, const std::string& name,
                  const std::vector<std::string>& known);

/// A ratio of 0% to 100%, in ten-thousandths.
std::optional<std::int64_t> read_share(const yaml::YamlNode& node);
/// A ratio from 0% to kMarginMax.
inline constexpr std::int64_t kMarginMax = 100 * kFullRatio;
std::optional<std::int64_t> read_margin(const yaml::YamlNode& node);

/// Failures per hour, `0.01/h`, in ten-thousandths, more than 0.
std::optional<std::int64_t> read_rate(const yaml::YamlNode& node);
/// `0.5/h` in ten-thousandths, more than 0; nothing where `text` is something else.
std::optional<std::int64_t> parse_rate(std::string_view text);

/// Money, which may be negative.
std::optional<Money> read_any_money(const yaml::YamlNode& node);
/// Money that is not negative.
std::optional<Money> read_sum(const yaml::YamlNode& node);

/// A credential's weight, `80%` or `8000`, in basis points.
std::optional<std::int64_t> read_weight(const yaml::YamlNode& node);

/// A path, or a list of at least one, each a place of the scenario; sorted, unique.
std::vector<location::Location> read_places(const yaml::YamlNode& node,
                                            const LocationSpec& locations);

/// The location of `node` when the scenario knows it; complains otherwise.
std::optional<location::Location> read_location(const yaml::YamlNode& node,
                                                const LocationSpec& locations);

/// A name of a list that others may refer to; complains where it is not in `known`.
std::optional<std::string> read_reference(const yaml::YamlNode& node, std::string_view what,
                                          const std::vector<std::string>& known);

/// These three: the names in the order of the file, for references.
std::vector<std::string> class_names(const Scenario& scenario);
std::vector<std::string> authority_names(const Scenario& scenario);
std::vector<std::string> rule_names(const Scenario& scenario);

/// `plants.17` as (`plants`, 17); a group's name may have dots too.
std::optional<std::pair<std::string, std::int64_t>> parse_member(std::string_view text);

/// The key `locations`; problems go to its document.
LocationSpec read_locations(const yaml::YamlNode& node);

/// classes, authorities, reconciliation.
void read_classes(const yaml::YamlNode& node, Scenario& scenario);
void read_authorities(const yaml::YamlNode& node, Scenario& scenario);
void read_reconciliation(const yaml::YamlNode& node, Scenario& scenario);

/// Reads the rule files too, whose problems are appended to `problems`. Each of `replacements`
/// stands in for the rule of its name. Reads classes, authorities and locations of `scenario`.
void read_rules(const yaml::YamlNode& node, Scenario& scenario,
                std::vector<ScenarioRule> replacements, Problems& problems);
std::optional<ScenarioRule> load_rule(const std::string& file, Problems& problems);

/// discovery, network: absent where the file has none. The partitions name groups and coordinators
/// that have been read.
void read_discovery(const std::optional<yaml::YamlNode>& node, Scenario& scenario);
void read_network(const std::optional<yaml::YamlNode>& node, Scenario& scenario);

/// Reads holders and trace of `scenario`: an edge names two of them.
void read_infrastructure(const yaml::YamlNode& node, Scenario& scenario);

/// The parties. They read `scenario.locations`, `.classes`, `.authorities` and `.rules`.
void read_holders(const yaml::YamlNode& node, Scenario& scenario);
void read_users(const yaml::YamlNode& node, Scenario& scenario);
void read_coordinators(const yaml::YamlNode& node, Scenario& scenario);
void read_auditors(const yaml::YamlNode& node, Scenario& scenario);
void read_publishers(const yaml::YamlNode& node, Scenario& scenario);

/// What is done to the parties, who have been read: adversaries, revocations.
void read_revocations(const yaml::YamlNode& node, Scenario& scenario);

/// steps, watch; null where the file has none. They name parties, which have been read.
void read_script(const yaml::YamlNode* steps, const yaml::YamlNode* watch, Scenario& scenario);

/// Complains at `node` about each rule whose coordination needs a coordinator where there is none.
void expect_coordinators(const yaml::YamlNode& node, const Scenario& scenario);

/// The class of a group: the one named at `key`, or the only one.
std::string read_class_name(const KeyedMap& group, const yaml::YamlNode& at,
                            const Scenario& scenario);

/// A tier of some rule of the class.
std::optional<std::string> read_tier(const yaml::YamlNode& node, const Scenario& scenario,
                                     std::string_view class_name);

/// The authority that stands for the class at all of `places`: the one named at `authority`, or the
/// first that governs them; empty, with a complaint at `at`, where there is none.
std::string read_governing(const KeyedMap& map, const yaml::YamlNode& at, const Scenario& scenario,
                           const std::string& class_name,
                           const std::vector<location::Location>& places);

/// Complains when all of `groups` have too many members together.
template <class Group>
void expect_population(const yaml::YamlNode& node, const std::vector<Group>& groups) {
  std::int64_t total = 0;
  for (const Group& g : groups) total += g.count;
  if (total > kPopulationMax)
    node.complain(std::to_string(total) + " members altogether",
                  "at most " + std::to_string(kPopulationMax));
}

/// Names of the tiers that some rule of the class has, best first, each once.
std::vector<std::string> tiers_of_class(const Scenario& scenario, std::string_view class_name);

/// trace: reads the files into `scenario.trace`; their problems are appended to `problems`.
void read_trace(const yaml::YamlNode& node, Scenario& scenario, Problems& problems);

/// `path` as seen from the folder of `file`.
std::string beside(const std::string& file, const std::string& path);

}  // namespace capmarket::scenarios
