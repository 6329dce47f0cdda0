#include "scenarios/load_vocabulary.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "model/base/nearest.h"

namespace capmarket::scenarios {
namespace {

class VocabularyCheck {
 public:
  VocabularyCheck(const yaml::YamlNode& root, const Scenario& s) : root_(root), s_(s) {}

  void run() const {
    for (std::size_t i = 0; i < s_.holders.size(); ++i)
      party(fmt::format("holders.{}", i), s_.holders[i], {s_.holders[i].class_name});
    for (std::size_t i = 0; i < s_.users.size(); ++i) {
      std::vector<std::string> classes{s_.users[i].class_name};
      for (const BundlePart& part : s_.users[i].bundle) classes.push_back(part.class_name);
      party(fmt::format("users.{}", i), s_.users[i], classes);
    }
    if (s_.trace) rows();
  }

 private:
  template <class Group>
  void party(const std::string& at, const Group& g, const std::vector<std::string>& classes) const {
    for (const ScenarioRule& r : s_.rules) {
      if (!r.rule.vocabulary ||
          std::find(classes.begin(), classes.end(), r.rule.class_name) == classes.end())
        continue;
      expect(at, ".kind", "kind", g.kind, r.rule.name, r.rule.vocabulary->kinds);
      for (const std::string& group : g.groups)
        expect(at, ".groups", "group", group, r.rule.name, r.rule.vocabulary->groups);
    }
  }

  void rows() const {
    std::set<std::pair<std::string, std::string>> told;
    for (std::size_t i = 0; i < s_.trace->requests.size(); ++i) {
      const TraceRequest& row = s_.trace->requests[i];
      for (const ScenarioRule& r : s_.rules)
        if (r.rule.vocabulary && r.rule.class_name == row.class_name &&
            told.emplace(row.kind, r.rule.name).second)
          expect("trace", ".requests", fmt::format("row {}: kind", i + 1), row.kind, r.rule.name,
                 r.rule.vocabulary->kinds);
    }
  }

  void expect(const std::string& at, const char* key, std::string_view what,
              const std::string& name, const std::string& rule,
              const std::vector<std::string>& known) const {
    if (std::find(known.begin(), known.end(), name) != known.end()) return;
    auto node = yaml::node_at(root_, at + key);
    if (!node) node = yaml::node_at(root_, at);
    (node ? *node : root_)
        .complain(fmt::format("{} `{}` is not in the vocabulary of rule `{}`", what, name, rule),
                  known.empty() ? "none: the rule's vocabulary has no such names"
                                : expected_one_of(name, {known.begin(), known.end()}));
  }

  const yaml::YamlNode& root_;
  const Scenario& s_;
};

}  // namespace

void expect_vocabulary(const yaml::YamlNode& root, const Scenario& scenario) {
  VocabularyCheck(root, scenario).run();
}

}  // namespace capmarket::scenarios
