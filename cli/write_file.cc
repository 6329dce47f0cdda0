#include "cli/write_file.h"

#include <filesystem>
#include <fstream>

namespace capmarket::cli {
namespace fs = std::filesystem;
namespace {

tl::unexpected<Problems> fail_file(const std::string& file, std::string what,
                                   std::string expected) {
  Problem p;
  p.file = file;
  p.what = std::move(what);
  p.expected = std::move(expected);
  return fail(std::move(p));
}

}  // namespace

Result<void> check_writable(const std::string& path, bool force) {
  std::error_code error;
  fs::path folder = fs::path(path).parent_path();
  if (!folder.empty() && !fs::is_directory(folder, error))
    return fail_file(path, "there is no folder for the file", "a file in a folder that exists");
  if (!fs::exists(path, error)) return {};
  if (!fs::is_regular_file(path, error))
    return fail_file(path, "no file stands there", "another name");
  if (!force) return fail_file(path, "the file exists", "another name, or --force to overwrite it");
  return {};
}

Result<void> write_whole(const std::string& path, const std::string& text) {
  std::string temporary = path + ".partial";
  std::error_code error;
  {
    std::ofstream out(temporary, std::ios::binary | std::ios::trunc);
    out << text;
    out.close();
    if (!out) {
      fs::remove(temporary, error);
      return fail_file(path, "cannot be written", "a place where files can be made");
    }
  }
  fs::rename(temporary, path, error);
  if (!error) return {};
  fs::remove(temporary, error);
  return fail_file(path, "cannot be written", "a place where files can be made");
}

}  // namespace capmarket::cli
