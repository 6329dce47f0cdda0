// What a golden case gives, read as what it is; private to verify/analyses.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/rules/rule.h"

namespace capmarket::analyses {

/// The values of `given`, by name. The example must outlive it.
class ExampleGiven {
 public:
  explicit ExampleGiven(const rules::Example& example) : example_(example) {}

  /// Null where the example does not give it.
  const std::string* text(std::string_view name) const;
  bool has(std::string_view name) const { return text(name) != nullptr; }
  /// Whether it gives anything that only displacements have.
  bool of_victim() const;
  /// Whether it gives that boolean with that value.
  bool is(std::string_view name, bool value) const;
  // Empty where it is not given.
  std::optional<std::int64_t> integer(std::string_view name) const;
  std::optional<Money> money(std::string_view name) const;
  std::optional<Duration> duration(std::string_view name) const;
  std::optional<Instant> instant(std::string_view name) const;
  std::vector<std::string> names(std::string_view name) const;

 private:
  const rules::Example& example_;
};

}  // namespace capmarket::analyses
