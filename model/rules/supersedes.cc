// `supersedes: some-file.yaml`: the content id of the rule in another file.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "model/base/read_file.h"
#include "model/crypto/hash.h"
#include "model/rules/canonical.h"
#include "model/rules/parse.h"

namespace capmarket::rules {
namespace {

constexpr std::size_t kSupersedesMax = 64;

std::string normal(const std::filesystem::path& path) {
  return path.lexically_normal().generic_string();
}

/// `visited`: the files on the way here, so that a circle of them ends.
Result<ContentId> follow(const std::string& file, const std::string& supersedes,
                         std::vector<std::string> visited) {
  std::string path = normal(std::filesystem::path(file).parent_path() / supersedes);
  if (std::find(visited.begin(), visited.end(), path) != visited.end())
    return fail(Problem{path, 0, 0, "`supersedes` leads back to this file",
                        "an earlier version, which does not", ""});
  if (visited.size() >= kSupersedesMax)
    return fail(Problem{path, 0, 0, "a chain of more than 64 superseded files",
                        "the content id of an earlier version", ""});
  std::error_code error;
  if (!std::filesystem::exists(path, error))
    return fail(Problem{path, 0, 0, fmt::format("there is no such file (`{}`)", path),
                        "the path of the earlier version, seen from this file's folder, or its "
                        "content id: 64 hex digits",
                        ""});
  auto text = read_file(path, InputKind::document);
  if (!text) return tl::unexpected(text.error());
  visited.push_back(path);
  auto rule = parse_rule(
      path, *std::move(text),
      [&](const std::string& from, const std::string& to) { return follow(from, to, visited); });
  if (!rule) return tl::unexpected(rule.error());
  return crypto::content_id(encode_rule(*rule));
}

}  // namespace

Result<ContentId> load_superseded(const std::string& file, const std::string& supersedes) {
  return follow(file, supersedes, {normal(file)});
}

}  // namespace capmarket::rules
