#include "verify/analyses/flip_points.h"

#include <algorithm>
#include <map>

#include "model/base/text.h"
#include "model/yaml/yaml.h"
#include "verify/analyses/value_range.h"

namespace capmarket::analyses {
namespace {

/// What one value gives; empty where the file is no rule under it, or a golden case has no market.
using Point = std::optional<RuleReport>;

/// Same verdicts on the same subjects.
bool agree(const Point& a, const Point& b) {
  if (!a || !b) return a.has_value() == b.has_value();
  return std::equal(a->findings.begin(), a->findings.end(), b->findings.begin(), b->findings.end(),
                    [](const Finding& x, const Finding& y) {
                      return x.analysis == y.analysis && x.subject == y.subject &&
                             x.verdict == y.verdict;
                    });
}

class Sweep {
 public:
  Sweep(std::string file, std::string text, std::vector<question::RuleFile> earlier,
        ValueRange varied, const CheckOptions& options)
      : file_(std::move(file)),
        text_(std::move(text)),
        earlier_(std::move(earlier)),
        varied_(std::move(varied)),
        options_(options) {
    options_.scripted_scenarios = false;
  }

  Result<FlipReport> run(int samples) {
    const std::int64_t last = varied_.last();
    for (std::int64_t end : {std::int64_t{0}, last})
      if (!at(end)) return tl::unexpected(problems_);
    std::vector<std::int64_t> all;
    for (std::int64_t i = 0; i < samples; ++i)
      all.push_back(static_cast<std::int64_t>(Int128{last} * i / (samples - 1)));
    all.erase(std::unique(all.begin(), all.end()), all.end());
    for (std::size_t i = 1; i < all.size(); ++i) halve(all[i - 1], all[i]);
    return report();
  }

 private:
  const Point& at(std::int64_t n) {
    auto it = points_.find(n);
    if (it != points_.end()) return it->second;
    Point& out = points_[n];
    if (internal_) return out;
    auto file = question::rule_file_with(file_, text_, varied_.set(n));
    if (!file) {
      problems_ = file.error();
      return out;
    }
    std::vector<question::RuleFile> all = earlier_;
    all.insert(all.begin(), *file);
    out = check_rule(all.front(), all, options_);
    if (!out->problems.empty()) {
      problems_ = out->problems;
      out.reset();
      return out;
    }
    internal_ = out->internal_error;
    if (internal_) mismatch_ = varied_.value(n) + ": " + out->mismatch;
    return out;
  }

  void halve(std::int64_t low, std::int64_t high) {
    // References into a map stay good as it grows.
    const Point &a = at(low), &b = at(high);
    if (high - low <= 1 || agree(a, b) || internal_) return;
    std::int64_t middle = low + (high - low) / 2;
    halve(low, middle);
    halve(middle, high);
  }

  FlipReport report() {
    FlipReport out;
    out.file = file_;
    out.path = varied_.path();
    out.from = varied_.value(0), out.until = varied_.value(varied_.last());
    out.step = varied_.step();
    out.values = varied_.last() + 1;
    out.checked = static_cast<std::int64_t>(points_.size());
    out.internal_error = internal_;
    out.mismatch = mismatch_;
    for (const auto& [n, point] : points_) {
      if (!point) {
        out.unreadable.push_back(varied_.value(n));
        continue;
      }
      out.rule = point->rule;
      add(out, varied_.value(n), *point);
    }
    return out;
  }

  static void add(FlipReport& out, const std::string& value, const RuleReport& r) {
    AnalysisVerdict v = r.verdict();
    bool failed = v == AnalysisVerdict::refuted || v == AnalysisVerdict::vacuous;
    if (failed || (v == AnalysisVerdict::unknown && out.worst == AnalysisVerdict::proved))
      out.worst = failed ? AnalysisVerdict::refuted : v;
    out.warned = out.warned || r.warned();
    for (const Finding& f : r.findings) {
      FlipRow& row = row_of(out, f);
      if (row.stretches.empty() || row.stretches.back().verdict != f.verdict)
        row.stretches.push_back({value, value, f.verdict, f.sentence});
      row.stretches.back().until = value;
    }
  }

  static FlipRow& row_of(FlipReport& out, const Finding& f) {
    for (FlipRow& row : out.rows)
      if (row.analysis == f.analysis && row.subject == f.subject) return row;
    return out.rows.emplace_back(FlipRow{f.analysis, f.subject, f.severity, {}});
  }

  std::string file_, text_;
  std::vector<question::RuleFile> earlier_;
  ValueRange varied_;
  CheckOptions options_;
  std::map<std::int64_t, Point> points_;
  Problems problems_;
  bool internal_ = false;
  std::string mismatch_;
};

}  // namespace

std::vector<FlipPoint> FlipReport::flips() const {
  std::vector<FlipPoint> out;
  for (const FlipRow& row : rows)
    for (std::size_t i = 1; i < row.stretches.size(); ++i) {
      const Stretch &a = row.stretches[i - 1], &b = row.stretches[i];
      out.push_back({row.analysis, row.subject, a.until, b.from, a.verdict, b.verdict});
    }
  return out;
}

Result<FlipReport> check_over(const std::string& file, const std::string& argument, int samples,
                              const CheckOptions& options) {
  auto text = yaml::read_file(file);
  if (!text) return tl::unexpected(text.error());
  auto varied = ValueRange::of(argument, file, *text);
  if (!varied) return tl::unexpected(varied.error());
  auto files = question::load_rule_files(file);
  if (!files) return tl::unexpected(files.error());
  files->erase(files->begin());
  return Sweep(file, *text, *std::move(files), *varied, options).run(samples);
}

}  // namespace capmarket::analyses
