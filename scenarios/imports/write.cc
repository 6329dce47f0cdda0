#include <fmt/format.h>

#include <filesystem>

#include "model/base/output.h"
#include "model/base/text.h"
#include "scenarios/csv.h"
#include "scenarios/imports/imported.h"
#include "scenarios/trace.h"

namespace capmarket::imports {
namespace {

constexpr std::int64_t kDay = 24 * kNanosPerHour;
constexpr Duration kSkew{10 * kNanosPerSecond};
constexpr Duration kLeadSlack{60 * kNanosPerSecond};  // for clocks that are off

/// A double-quoted YAML scalar of printable ASCII.
std::string yaml_text(std::string_view text) {
  std::string out = "\"";
  for (char c : scenarios::printable(text)) {
    if (c == '"' || c == '\\') out += '\\';
    out += c == '\t' ? ' ' : c;
  }
  return out + "\"";
}

std::string base_name(const std::string& path) {
  return std::filesystem::path(path).filename().string();
}

std::string rule_text(const Imported& in) {
  std::int64_t quantity = 1;
  Duration length = in.granularity;
  for (const scenarios::TraceRequest& r : in.requests) {
    quantity = std::max(quantity, r.quantity.value);
    length = std::max(length, r.window.length());
  }
  for (const scenarios::TraceHolder& h : in.holders) quantity = std::max(quantity, h.quantity.value);
  std::string out = fmt::format(
      "# Written by `capmarket import`: allows everything that the trace contains.\n"
      "rule: {}\nversion: 1\nauthority: {}\nclass: {}\nscope: {}\n"
      "effective: {{ from: {}, until: {} }}\n"
      "granularity: {}\nunit: {}\nretention: {}\ncurrency: EUR\n\n"
      "limits:\n  quantity: 1 .. {}\n  price: 0.00 .. {}\n  length: {} .. {}\n"
      "  lead: 0s .. {}\n  skew: {}\n\n"
      "coordination: {{ mode: none }}\npricing: {{ mode: fixed, tariff: {} }}\n\ntiers:\n",
      yaml_text(in.class_name), yaml_text(in.authority), yaml_text(in.class_name),
      yaml_text(in.place.path), to_text(in.start()), to_text(in.end() + Duration(kDay)),
      to_text(in.granularity), yaml_text(in.unit), to_text(in.retention), quantity,
      to_text(in.price_max), to_text(in.granularity), to_text(length),
      to_text(in.lead + kLeadSlack), to_text(kSkew), to_text(in.tariff));
  for (const ImportTier& t : in.tiers)
    out += fmt::format("  - {{ name: {}, rank: {}, eligible: true }}\n", yaml_text(t.name), t.rank);
  // A trace says nothing of failures: what is not delivered is refunded.
  out +=
      "\nfallback:\n  - { name: refund, substitution: none, notify_within: 1h, refund: 100%, "
      "penalty: 0% }\n";
  return out;
}

std::string scenario_text(const Imported& in, const ImportFiles& paths) {
  std::string out = "# Written by `capmarket import`.\n";
  for (const std::string& note : in.notes) out += "# " + scenarios::printable(note) + "\n";
  out += fmt::format(
      "scenario: {}\nabout: {}\nstudy: terminating\nstart: {}\nduration: {}\n"
      "seed: {{ population: 1, dynamics: 1 }}\nsignatures: ed25519\n\nlocations:\n",
      yaml_text(in.name), yaml_text(in.about), to_text(in.start()), to_text(in.end() - in.start()));
  for (const scenarios::TraceHolder& h : in.holders) out += "  - " + yaml_text(h.location.path) + "\n";
  out += fmt::format(
      "authorities:\n  - {{ name: {}, scope: {}, classes: [{}] }}\n"
      "classes:\n  - {{ name: {}, unit: {}, retention: {}, granularity: {} }}\nrules: [{}]\n\n"
      "discovery: {{ mode: prepublished, directories: 1, lag: 1s }}\n"
      "network: {{ latency: lognormal(20ms, 10ms) }}\n"
      "chain: {{ interval: 1s, clock_error: 0s }}\n\n",
      yaml_text(in.authority), yaml_text(in.place.path), yaml_text(in.class_name),
      yaml_text(in.class_name), yaml_text(in.unit), to_text(in.retention), to_text(in.granularity),
      yaml_text(base_name(paths.rule)));
  if (in.tier_inflation > 0)
    out += fmt::format("adversaries:\n  - {{ attack: tier-inflation, count: {} }}\n",
                       in.tier_inflation);
  std::string skipped;
  for (const auto& [reason, count] : in.counts.skipped)
    skipped += fmt::format("{}{}: {}", skipped.empty() ? " " : ", ", yaml_text(reason), count);
  out += fmt::format(
      "trace:\n  requests: {}\n  holders: {}\n"
      "  import: {{ rows: {}, requests: {}, skipped: {{{}}} }}\n",
      yaml_text(base_name(paths.requests)), yaml_text(base_name(paths.holders)), in.counts.rows,
      in.counts.requests, skipped + (skipped.empty() ? "" : " "));
  return out;
}

/// An earlier scenario goes away before its tables change: a mixture of old and new never loads.
class EarlierScenario {
 public:
  EarlierScenario(const std::string& path, const OutputFile& next, bool force)
      : kept_(next.aside() + "-old") {
    if (!force) return;
    if (auto place = linked_place(path)) place_ = *place;
    std::error_code error;
    std::filesystem::rename(place_, kept_, error);
    there_ = !error;
  }
  ~EarlierScenario() {
    std::error_code ignored;
    if (there_) std::filesystem::rename(kept_, place_, ignored);
  }
  EarlierScenario(const EarlierScenario&) = delete;
  EarlierScenario& operator=(const EarlierScenario&) = delete;
  /// The new one stands in its place.
  void drop() {
    std::error_code ignored;
    if (there_) std::filesystem::remove(kept_, ignored);
    there_ = false;
  }

 private:
  std::string place_, kept_;
  bool there_ = false;
};

}  // namespace

Result<ImportFiles> import_paths(const std::string& out) {
  std::filesystem::path path(out);
  if ((path.extension() != ".yaml" && path.extension() != ".yml") || path.stem().empty())
    return fail(fmt::format("`{}` is no name for a scenario", out), "a name that ends in .yaml");
  std::string base = (path.parent_path() / path.stem()).string();
  return ImportFiles{out, base + ".rule.yaml", base + ".requests.csv", base + ".holders.csv"};
}

ImportFiles render_import(const Imported& imported, const ImportFiles& paths) {
  return {scenario_text(imported, paths), rule_text(imported),
          scenarios::format_trace_requests(imported.requests), scenarios::format_trace_holders(imported.holders)};
}

Result<ImportFiles> write_import(const Imported& imported, const std::string& out, bool force) {
  auto paths = import_paths(out);
  if (!paths) return paths;
  ImportFiles texts = render_import(imported, *paths);
  std::vector<OutputFile> files;
  // The scenario comes last: where it stands, everything that it names stands.
  for (auto member : {&ImportFiles::rule, &ImportFiles::requests, &ImportFiles::holders,
                      &ImportFiles::scenario}) {
    auto file = OutputFile::begin((*paths).*member, force);
    if (!file) return tl::unexpected(file.error());
    if (auto written = file->write(texts.*member); !written) return tl::unexpected(written.error());
    files.push_back(*std::move(file));
  }
  EarlierScenario earlier(paths->scenario, files.back(), force);
  for (OutputFile& file : files)
    if (auto put = file.publish(); !put) return tl::unexpected(put.error());
  earlier.drop();
  return paths;
}

}  // namespace capmarket::imports
