#include "verify/audit/receipt.h"

#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>

#include "model/base/read_file.h"
#include "model/crypto/hash.h"
#include "model/crypto/sign.h"
#include "verify/audit/canonical_hex.h"

namespace capmarket::audit {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kFormat = "capmarket/run/2";
constexpr const char* kReceipt = "run.json";
constexpr const char* kSummary = "summary.json";
constexpr std::array<const char*, 3> kFiles = {"scenario.json", kSummary, "series.csv"};
constexpr const char* kPromises = "promises";        // of a run that gives any
constexpr const char* kStatement = "statement.csv";  // which earlier versions do not write

std::string text_at(const Json& json, const char* key) {
  return json.is_object() && json.contains(key) && json[key].is_string()
             ? json[key].get<std::string>()
             : std::string();
}

std::optional<std::int64_t> number_at(const Json& json, const char* key) {
  if (!json.is_object() || !json.contains(key) || !json[key].is_number_integer())
    return std::nullopt;
  return json[key].get<std::int64_t>();
}

/// Goes through a text and keeps nothing: stops at what is nested deeper than any JSON of ours
/// (dumping recurses) or has more values (a byte of text can be a value of dozens in memory).
class Extent final : public nlohmann::json_sax<Json> {
 public:
  bool null() override { return one(); }
  bool boolean(bool) override { return one(); }
  bool number_integer(number_integer_t) override { return one(); }
  bool number_unsigned(number_unsigned_t) override { return one(); }
  bool number_float(number_float_t, const string_t&) override { return one(); }
  bool string(string_t&) override { return one(); }
  bool binary(binary_t&) override { return one(); }
  bool key(string_t&) override { return one(); }
  bool start_object(std::size_t) override { return one() && ++depth_ <= kDepthMax; }
  bool end_object() override { return --depth_ >= 0; }
  bool start_array(std::size_t) override { return one() && ++depth_ <= kDepthMax; }
  bool end_array() override { return --depth_ >= 0; }
  bool parse_error(std::size_t, const std::string&, const Json::exception&) override {
    return false;
  }

 private:
  static constexpr int kDepthMax = 32;
  static constexpr std::int64_t kValuesMax = 1'000'000;
  bool one() { return ++values_ <= kValuesMax; }

  int depth_ = 0;
  std::int64_t values_ = 0;
};

/// What stands in the text; null where it is no JSON, or of another extent than any of ours.
Json parsed(const std::string& text) {
  Extent extent;
  return Json::sax_parse(text, &extent) ? Json::parse(text, nullptr, false) : Json();
}

/// The whole numbers of an object, by key.
std::map<std::string, std::int64_t> numbers_of(const Json& json, const char* key) {
  std::map<std::string, std::int64_t> out;
  if (!json.is_object() || !json.contains(key) || !json[key].is_object()) return out;
  for (const auto& [name, count] : json[key].items())
    if (count.is_number_integer()) out[name] = count.get<std::int64_t>();
  return out;
}

/// The value at a key; null where there is none.
Json value_at(const Json& json, const char* key) {
  return json.is_object() && json.contains(key) ? json[key] : Json();
}

std::string hash_of(std::string_view text) { return to_hex(crypto::sha256(as_bytes(text))); }

/// The receipt as it was signed: compact, in its own order, without the signature.
bool is_signed(Json receipt, const PublicKey& key) {
  SignatureBytes signature;
  if (!canonical_hex(text_at(receipt, "signature"), signature)) return false;
  receipt.erase("signature");
  Bytes message;
  for (const std::string& part : {std::string("capmarket/v1"), std::string("run-receipt"),
                                  receipt.dump(-1, ' ', false, Json::error_handler_t::replace)})
    crypto::append_prefixed(message, as_bytes(part));
  return crypto::verify(crypto::Signing{}, key, message, signature);
}

/// The file of a receipt: readers that take another of two values for a key, or another spacing,
/// must not see another receipt than the one that was signed.
std::string written(const Json& receipt) {
  return receipt.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

/// What of the summary is a function of scenario and seed.
std::string result_of(Json summary) {
  summary.erase("threads");
  summary.erase("wall_seconds");
  return hash_of(summary.dump(-1, ' ', false, Json::error_handler_t::replace));
}

class ReceiptReader {
 public:
  explicit ReceiptReader(std::string dir) : dir_(std::move(dir)) {}

  Result<std::optional<RunReceipt>> run() {
    if (audit_directory(dir_) == dir_) return std::optional<RunReceipt>();
    auto text = read(kReceipt);
    if (!text) return tl::unexpected(text.error());
    if (!*text) return without_receipt();
    out_.there = true;
    Json json = parsed(**text);
    const std::string format = text_at(json, "format");
    if (format.starts_with("capmarket/run/") && format != kFormat)
      return fail(Problem{dir_ + "/" + kReceipt, 0, 0, fmt::format("a receipt of `{}`", format),
                          fmt::format("`{}`, as this version writes it", kFormat), ""});
    if (format != kFormat || !read_claims(json)) {
      add(kReceipt, "is no receipt");
      return illegible();
    }
    out_.legible = true;
    if (!is_signed(json, out_.key))
      add(kReceipt, "was altered: its signature does not verify");
    else if (**text != written(json))
      add(kReceipt,
          "was altered: not the bytes that its JSON is written as (each key once, indented by two)");
    if (out_.size < 1) add(kReceipt, "names the root of no entry: not even the genesis is signed");
    for (const char* file : kFiles)
      if (auto r = check_file(file, json); !r) return tl::unexpected(r.error());
    if (auto r = check_named(kPromises, json, out_.promises); !r) return tl::unexpected(r.error());
    if (auto r = check_named(kStatement, json, out_.statement); !r)
      return tl::unexpected(r.error());
    return std::optional(std::move(out_));
  }

 private:
  void add(const std::string& file, std::string what) {
    out_.faults.push_back({file, std::move(what)});
  }

  /// Its text; empty where there is none.
  Result<std::optional<std::string>> read(const std::string& file) const {
    auto text = read_input(dir_ + "/" + file, file.ends_with(".csv") || file == kPromises
                                                  ? InputKind::table
                                                  : InputKind::receipt);
    if (text) return std::optional(*std::move(text));
    if (text.error().fault == ReadFault::absent) return std::optional<std::string>();
    return fail(text.error().problem);
  }

  /// Which of the other files are not there.
  Result<std::vector<std::string>> missing() const {
    std::vector<std::string> out;
    for (const char* file : kFiles) {
      auto text = read(file);
      if (!text) return tl::unexpected(text.error());
      if (!*text) out.emplace_back(file);
    }
    return out;
  }

  /// It is written last: where one of the other files stands, all of them were there, and it too.
  Result<std::optional<RunReceipt>> without_receipt() {
    auto absent = missing();
    if (!absent) return tl::unexpected(absent.error());
    if (absent->size() == kFiles.size()) return std::optional(std::move(out_));
    add(kReceipt, "is missing");
    for (const std::string& file : *absent) add(file, "is missing");
    return std::optional(std::move(out_));
  }

  /// What stands there names no file: which are those of the run cannot be told, only that some are gone.
  Result<std::optional<RunReceipt>> illegible() {
    auto absent = missing();
    if (!absent) return tl::unexpected(absent.error());
    for (const std::string& file : *absent) add(file, "is missing");
    out_.not_compared = {"any file with the chain: run.json is no receipt"};
    return std::optional(std::move(out_));
  }

  bool read_claims(const Json& json) {
    auto scheme = crypto::parse_scheme(text_at(json, "signatures"));
    if (!scheme || !json.contains("chain") || !json.contains("files")) return false;
    out_.scheme = *scheme;
    out_.interrupted = json.contains("interrupted") && json["interrupted"] == true;
    if (!read_rules(json)) return false;
    const Json& chain = json["chain"];
    auto size = number_at(chain, "size");
    out_.size = size.value_or(0);
    return size && canonical_hex(text_at(chain, "id"), out_.chain) &&
           canonical_hex(text_at(chain, "root"), out_.root) &&
           canonical_hex(text_at(json, "key"), out_.key);
  }

  bool read_rules(const Json& json) {
    if (!json.contains("rules") || !json["rules"].is_array()) return false;
    for (const Json& rule : json["rules"]) {
      ContentId id;
      if (!canonical_hex(text_at(rule, "id"), id)) return false;
      out_.rules.push_back(id);
    }
    return true;
  }

  Result<void> check_file(const std::string& file, const Json& receipt) {
    auto text = read(file);
    if (!text) return tl::unexpected(text.error());
    const bool is_summary = file == kSummary;
    if (!*text) {
      add(file, "is missing");
      if (is_summary) out_.no_summary = "it is missing";
      return {};
    }
    // Which of the two was altered, the hash does not say.
    const std::string hash = hash_of(**text);
    if (hash != text_at(receipt["files"], file.c_str())) {
      add(file, "is not the file that run.json names: its hash is another");
      if (is_summary) out_.no_summary = "it is not the file that run.json names";
      return {};
    }
    if (file == "scenario.json" && hash != text_at(receipt, "scenario_hash"))
      add(file, "is another than `scenario_hash` of run.json");
    if (is_summary) check_summary(**text, receipt);
    return {};
  }

  /// It stands there where the receipt names it, and nowhere else.
  Result<void> check_named(const char* file, const Json& receipt, bool& named) {
    const Json files = value_at(receipt, "files");
    named = files.is_object() && files.contains(file);
    if (named) return check_file(file, receipt);
    auto text = read(file);
    if (!text) return tl::unexpected(text.error());
    if (*text) add(file, "is not named by run.json");
    return {};
  }

  void check_summary(const std::string& text, const Json& receipt) {
    Json summary = parsed(text);
    if (!summary.is_object() || result_of(summary) != text_at(receipt, "result_hash"))
      add(kSummary, "is another than `result_hash` of run.json");
    if (!summary.is_object()) {
      out_.no_summary = "it is no summary";
      return;
    }
    const Json chain = value_at(summary, "chain"), run = value_at(receipt, "chain");
    const std::array<std::pair<const char*, bool>, 6> same = {{
        {"scenario", value_at(summary, "scenario") == value_at(receipt, "scenario")},
        {"seed", value_at(summary, "seed") == value_at(value_at(receipt, "seed"), "dynamics")},
        {"signatures", value_at(summary, "signatures") == value_at(receipt, "signatures")},
        {"interrupted", value_at(summary, "interrupted") == value_at(receipt, "interrupted")},
        {"chain.size", value_at(chain, "size") == value_at(run, "size")},
        {"chain.root", value_at(chain, "root") == value_at(run, "root")},
    }};
    for (const auto& [key, holds] : same)
      if (!holds) add(kSummary, fmt::format("says another `{}` than run.json", key));
    out_.compared.push_back(
        "scenario, seed, scheme, interruption, size and root: summary.json with run.json");
    out_.refused = number_at(summary, "refused");
    out_.rejections = numbers_of(summary, "rejections");
    out_.settlements = number_at(summary, "settlements");
    out_.signatures = number_at(chain, "signatures");
    out_.entries_of_kind = numbers_of(summary, "objects_by_kind");
  }

  std::string dir_;
  RunReceipt out_;
};

}  // namespace

Result<std::optional<RunReceipt>> read_receipt(const std::string& dir) {
  return ReceiptReader(dir).run();
}

namespace {

/// What the summary counts of the run's entries, where they are all there are.
class CountedBySummary {
 public:
  CountedBySummary(RunReceipt& receipt, const AuditReport& audit)
      : receipt_(receipt), audit_(audit) {}

  void compare() {
    if (receipt_.refused && *receipt_.refused != audit_.refused)
      add(fmt::format("counts {} refusals, {} are on the chain (INV-9)", *receipt_.refused,
                      audit_.refused));
    else if (receipt_.refused && receipt_.rejections != audit_.refused_by)
      add("counts other reasons of refusals than are on the chain (INV-9)");
    number("settlements", receipt_.settlements, audit_.settlements_admitted);
    number("signatures", receipt_.signatures,
           audit_.signatures_verified + audit_.signatures_invalid);
    if (receipt_.entries_of_kind != audit_.entries_of_kind)
      add("counts other entries of some kind (`objects_by_kind`) than are on the chain");
    receipt_.compared.push_back(
        "refusals and their clauses, settlements, signatures, entries of each kind: summary.json "
        "with the chain");
  }

 private:
  void add(std::string what) { receipt_.faults.push_back({kSummary, std::move(what)}); }
  void number(const char* what, const std::optional<std::int64_t>& counted, std::int64_t there) {
    if (counted != there)
      add(fmt::format("counts {} {}, {} are on the chain",
                      counted ? std::to_string(*counted) : "no", what, there));
  }

  RunReceipt& receipt_;
  const AuditReport& audit_;
};

}  // namespace

void compare_receipt(RunReceipt& receipt, const AuditReport& audit) {
  if (!receipt.legible) return;
  auto add = [&](const char* file, std::string what) {
    receipt.faults.push_back({file, std::move(what)});
  };
  const bool counted = receipt.no_summary.empty();
  const char* tables = receipt.statement ? "series.csv and statement.csv" : "series.csv";
  receipt.not_compared = {
      counted ? fmt::format("the other numbers of summary.json, and {}: by their hash alone", tables)
              : fmt::format("{}: by {} hash alone", tables, receipt.statement ? "their" : "its"),
      "whether scenario.json leads to this chain: nobody has run it again"};
  if (receipt.promises)
    receipt.not_compared.push_back("promises: by their hash alone (`chain check-promise`)");
  if (!counted) receipt.not_compared.push_back("summary.json: " + receipt.no_summary);
  auto without_root = [&](const char* why) {
    receipt.not_compared.push_back(fmt::format(
        "{}: {}", counted ? "root, rules and what summary.json counts" : "root and rules", why));
  };
  if (receipt.chain != audit.chain) return add(kReceipt, "is of another chain");
  if (receipt.key != audit.first_log_key) add(kReceipt, "is signed by another key than the chain's log");
  if (receipt.scheme != audit.scheme) add(kReceipt, "names another scheme than the genesis");
  receipt.compared.push_back("chain id, log key, scheme: run.json with the genesis");
  if (audit.damaged) return without_root("the chain is damaged");
  if (receipt.size > audit.size)
    return add(kReceipt,
               fmt::format("says {} entries: the chain has {}", receipt.size, audit.size));
  auto root = audit.roots_at.find(receipt.size);
  if (root == audit.roots_at.end()) return without_root("the audit did not get there");
  if (receipt.root != root->second)
    return add(kReceipt,
               fmt::format("names another root than that of the first {} entries", receipt.size));
  receipt.compared.push_back(
      fmt::format("root of the first {} entries: run.json with the chain", receipt.size));
  if (audit.out_of_time) return without_root("the audit did not get to the end");
  for (const ContentId& id : receipt.rules)
    if (!audit.rules.contains(id))
      add(kReceipt, fmt::format("names the rule {}, which is not on the chain", to_hex(id)));
  receipt.compared.push_back("rules: run.json with the chain");
  if (counted && receipt.size == audit.size)
    CountedBySummary(receipt, audit).compare();
  else if (counted)
    receipt.not_compared.push_back(fmt::format(
        "what summary.json counts: {} entries were appended since", audit.size - receipt.size));
}

}  // namespace capmarket::audit
