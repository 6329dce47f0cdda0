#include "model/chain/walk.h"

#include <fmt/format.h>

#include "model/base/read_file.h"
#include "model/log/log.h"

namespace capmarket::chain {
namespace {

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

Result<void> walk_all(const std::string& dir, const VisitFrame& visit) {
  for (int number = 0;; ++number) {
    auto text = read_input(segment_path(dir, number), InputKind::segment);
    if (!text && text.error().fault == ReadFault::absent) return {};
    if (!text) return fail(text.error().problem);
    walk(as_bytes(*text), visit);
  }
}

}  // namespace capmarket::chain
