#include "model/chain/walk.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "model/base/read_file.h"
#include "model/log/log.h"

namespace capmarket::chain {
namespace {

constexpr std::size_t kNameDigits = 8;  // `00000000.seg`

/// The frames of a segment; one whose lengths are impossible ends it.
void walk(ByteView bytes, const VisitFrame& visit) {
  auto u32 = [&](std::size_t at) {
    return static_cast<std::size_t>(bytes[at]) | static_cast<std::size_t>(bytes[at + 1]) << 8 |
           static_cast<std::size_t>(bytes[at + 2]) << 16 |
           static_cast<std::size_t>(bytes[at + 3]) << 24;
  };
  for (std::size_t at = 0; bytes.size() - at >= log::kFrameHead;) {
    const std::size_t leaf = u32(at), payload = u32(at + 4);
    if (leaf == 0 || leaf > log::kLeafBytesMax || payload > log::kPayloadBytesMax ||
        bytes.size() - at - log::kFrameHead < leaf + payload)
      return;
    FoundFrame found{bytes.subspan(at + log::kFrameHead, leaf),
                     bytes.subspan(at + log::kFrameHead + leaf, payload)};
    std::size_t frame = at;
    ByteView unused_leaf, unused_payload;
    found.intact =
        log::read_frame(bytes, frame, unused_leaf, unused_payload) == log::FrameFault::none;
    visit(found);
    at += log::kFrameHead + leaf + payload;
  }
}

}  // namespace

std::string segment_path(const std::string& dir, int number) {
  return fmt::format("{}/segments/{:08}.seg", dir, number);
}

Result<std::vector<int>> segment_numbers(const std::string& dir) {
  std::vector<int> out;
  std::error_code error;
  const std::string folder = dir + "/segments";
  std::filesystem::directory_iterator it(folder, error);
  for (; !error && it != std::filesystem::directory_iterator(); it.increment(error)) {
    const std::string name = it->path().filename().string();
    if (name.size() == kNameDigits + 4 && name.ends_with(".seg") &&
        name.find_first_not_of("0123456789") == kNameDigits)
      out.push_back(std::stoi(name));
  }
  if (error && error != std::errc::no_such_file_or_directory)
    return fail(
        Problem{folder, 0, 0, error.message(), "a folder that can be read", "", Fault::unread});
  std::sort(out.begin(), out.end());
  return out;
}

Result<void> walk_all(const std::string& dir, const VisitFrame& visit) {
  auto numbers = segment_numbers(dir);
  if (!numbers) return tl::unexpected(numbers.error());
  for (const int number : *numbers) {
    auto text = read_input(segment_path(dir, number), InputKind::segment);
    if (!text) return fail(text.error().problem);
    walk(as_bytes(*text), visit);
  }
  return {};
}

}  // namespace capmarket::chain
