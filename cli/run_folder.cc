#include "cli/run_folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <vector>

#include "model/base/read_file.h"
#include "model/log/record.h"
#include "model/log/writer_lock.h"

namespace capmarket::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kExpected = "the directory of an earlier run";

const std::vector<std::string> kRunFiles = {"run.json", "scenario.json", "summary.json",
                                            "series.csv", "statement.csv", "promises"};
const std::vector<std::string> kChainFiles = {"genesis.cbor", "genesis.cbor.new", "checkpoint",
                                              "checkpoint.new", log::kRecordFile,
                                              "checkpoint.lock.new", log::kWriterLockFile};

bool is_one_of(const std::string& name, const std::vector<std::string>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// `00000000.seg`
bool is_segment(const std::string& name) {
  return name.size() == 12 && name.ends_with(".seg") && name.find_first_not_of("0123456789") == 8;
}

/// Every entry is a regular file of which `file` approves, or the folder `below`.
template <class File>
Result<void> expect_entries(const fs::path& folder, const File& file, const std::string& below) {
  std::error_code error;
  fs::directory_iterator it(folder, error);
  for (; !error && it != fs::directory_iterator(); it.increment(error)) {
    const std::string name = it->path().filename().string();
    std::error_code unseen;
    fs::file_type type = it->symlink_status(unseen).type();
    bool ours = name == below ? type == fs::file_type::directory
                              : type == fs::file_type::regular && file(name);
    if (!ours)
      return fail(fmt::format("{}: --force does not remove `{}`, which no run writes",
                              folder.string(), name),
                  kExpected);
  }
  if (error) return fail(fmt::format("{}: {}", folder.string(), error.message()), kExpected);
  return {};
}

/// Whether the file is one of ours whose `format` begins so.
bool has_format(const fs::path& file, std::string_view format) {
  auto text = peek_file(file.string(), InputKind::receipt);
  if (!text) return false;
  auto json = nlohmann::json::parse(*text, nullptr, false);
  return json.is_object() && json.contains("format") && json["format"].is_string() &&
         json["format"].get<std::string>().starts_with(format);
}
bool has_receipt(const fs::path& folder) {
  return has_format(folder / "run.json", "capmarket/run/");
}

}  // namespace

Result<void> expect_run(const std::string& folder) {
  const fs::path run(folder), chain = run / "chain", segments = chain / "segments";
  auto of_run = [](const std::string& name) { return is_one_of(name, kRunFiles); };
  auto of_chain = [](const std::string& name) { return is_one_of(name, kChainFiles); };
  if (auto r = expect_entries(run, of_run, "chain"); !r) return r;
  std::error_code error;
  const bool has_chain = fs::exists(chain, error);
  if (has_chain)
    if (auto r = expect_entries(chain, of_chain, "segments"); !r) return r;
  if (fs::exists(segments, error))
    if (auto r = expect_entries(segments, is_segment, ""); !r) return r;
  if (has_receipt(run)) return {};
  return fail(fmt::format("{}: --force replaces a run alone: there is no receipt (run.json){}", folder,
                          has_chain ? ", and the chain may be the only copy (of a salvage, say)" : ""),
              kExpected);
}

Result<void> expect_replications(const std::string& folder) {
  auto of_study = [](const std::string& name) {
    return name == "replications.csv" || name == "summary.json";
  };
  if (auto r = expect_entries(folder, of_study, ""); !r) return r;
  if (has_format(fs::path(folder) / "summary.json", "capmarket/replications/")) return {};
  return fail(fmt::format("{}: --force replaces replications alone: there is no summary of any",
                          folder),
              "the directory of earlier replications");
}

Result<void> expect_branches(const std::string& folder) {
  std::error_code error;
  fs::directory_iterator it(folder, error);
  for (; !error && it != fs::directory_iterator(); it.increment(error)) {
    std::error_code unseen;
    if (it->symlink_status(unseen).type() != fs::file_type::directory)
      return fail(fmt::format("{}: --force does not remove `{}`, which no fork writes", folder,
                              it->path().filename().string()),
                  "the directory of an earlier fork");
    if (auto r = expect_run(it->path().string()); !r) return r;
  }
  if (error) return fail(fmt::format("{}: {}", folder, error.message()), kExpected);
  return {};
}

}  // namespace capmarket::cli
