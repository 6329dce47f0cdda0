// One value of a rule file that varies over a range: `PATH=A..B`. Private to verify/analyses.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "model/base/result.h"

namespace capmarket::analyses {

/// How the values are written.
enum class ValueForm : std::uint8_t { integer, decimal, ratio, duration };

/// The values are from + n * step, n from 0 to last.
class ValueRange {
 public:
  /// PATH is that of `--set`; after an interval `.min` or `.max` names a side; after an expression
  /// `@LITERAL` names a literal that stands in it once. A and B are written alike; the step is the
  /// last place that either is written to (`1.50`: 0.01; `90s`: 1s). Problems: `argument` is no
  /// such thing, or not of the file `text`.
  static Result<ValueRange> of(const std::string& argument, const std::string& file,
                               const std::string& text);

  const std::string& path() const { return path_; }
  std::int64_t last() const { return last_; }
  std::string step() const { return shown(step_); }
  /// The value as text.
  std::string value(std::int64_t n) const { return shown(from_ + n * step_); }
  /// What puts it into the file.
  std::vector<std::pair<std::string, std::string>> set(std::int64_t n) const {
    return {{set_path_, before_ + value(n) + after_}};
  }

 private:
  Result<void> range(const std::string& text);
  Result<void> place(const std::string& file, const std::string& text);
  Result<void> side(const std::string& current, bool least);
  Result<void> literal(const std::string& current, const std::string& wanted);
  std::string shown(std::int64_t value) const;

  std::string path_, set_path_, before_, after_;
  ValueForm form_ = ValueForm::integer;
  std::int64_t from_ = 0, step_ = 1, last_ = 0;
};

}  // namespace capmarket::analyses
