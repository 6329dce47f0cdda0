#include "cli/chain_strays.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "model/base/visible.h"
#include "model/log/record.h"
#include "model/log/writer_lock.h"

namespace capmarket::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kNew = ".new";

Result<std::vector<std::string>> names_of(const std::string& folder) {
  std::vector<std::string> out;
  std::error_code error;
  fs::directory_iterator it(folder, error);
  for (; !error && it != fs::directory_iterator(); it.increment(error))
    out.push_back(it->path().filename().string());
  if (error)
    return fail(
        Problem{folder, 0, 0, error.message(), "a folder that can be read", "", Fault::unread});
  std::sort(out.begin(), out.end());
  return out;
}

/// `00000000.seg`
bool is_segment_name(const std::string& name) {
  return name.size() == 12 && name.ends_with(".seg") && name.find_first_not_of("0123456789") == 8;
}

/// The name that `NAME.new` is to take; empty where it is none.
std::string without_new(const std::string& name) {
  return name.ends_with(kNew) ? name.substr(0, name.size() - std::string_view(kNew).size()) : "";
}

}  // namespace

Result<Strays> strays_of(const std::string& dir) {
  const std::vector<std::string> replaced = {"genesis.cbor", "checkpoint", log::kRecordFile};
  auto is_replaced = [&](const std::string& name) {
    return std::find(replaced.begin(), replaced.end(), name) != replaced.end();
  };
  Strays out;
  auto names = names_of(dir);
  if (!names) return tl::unexpected(names.error());
  for (const std::string& name : *names)
    if (is_replaced(without_new(name)))
      out.left.push_back(name);
    else if (!is_replaced(name) && name != log::kWriterLockFile && name != "segments")
      out.others.push_back(name);
  auto segments = names_of(dir + "/segments");
  if (!segments) return tl::unexpected(segments.error());
  int next = 0;
  for (const std::string& name : *segments)
    if (is_segment_name(without_new(name)))
      out.left.push_back("segments/" + name);
    else if (name == fmt::format("{:08}.seg", next))
      ++next;
    else
      out.others.push_back("segments/" + name);
  return out;
}

Result<void> remove_left(const std::string& dir, const Strays& strays) {
  if (strays.left.empty()) return {};
  auto lock = log::WriterLock::take(dir);
  if (!lock) return tl::unexpected(lock.error());
  for (const std::string& name : strays.left) {
    const std::string file = dir + "/" + name;
    std::error_code error;
    if (fs::is_regular_file(fs::symlink_status(file, error))) fs::remove(file, error);
    if (error)
      return fail(
          Problem{file, 0, 0, error.message(), "a file that can be removed", "", Fault::unread});
  }
  return {};
}

std::string told(const Strays& strays, bool removed) {
  std::string out;
  for (const std::string& name : strays.left)
    out += fmt::format("  {}: what a killed writer was about to put in place: {}\n", visible(name),
                       removed ? "removed" : "`fsck` with the log's key removes it");
  for (const std::string& name : strays.others)
    out += fmt::format("  {}: {}\n", visible(name),
                       is_segment_name(fs::path(name).filename().string())
                           ? "a segment behind one that is not there: nothing reads it"
                           : "no file of a chain: nothing reads it");
  return out;
}

}  // namespace capmarket::cli
