#include "model/log/log.h"

#include "model/crypto/crc32c.h"

namespace capmarket::log {
namespace {

void append_u32(Bytes& out, std::uint32_t v) {
  for (int i = 0; i < 4; ++i) out.push_back(static_cast<std::uint8_t>(v >> (8 * i)));
}

std::uint32_t read_u32(ByteView b, std::size_t at) {
  return static_cast<std::uint32_t>(b[at]) | static_cast<std::uint32_t>(b[at + 1]) << 8 |
         static_cast<std::uint32_t>(b[at + 2]) << 16 | static_cast<std::uint32_t>(b[at + 3]) << 24;
}

class MemoryLog final : public EntryLog {
 public:
  explicit MemoryLog(Bytes* frames) : frames_(frames) {}
  void append(ByteView leaf, ByteView payload) override {
    if (frames_ != nullptr) append_frame(*frames_, leaf, payload);
  }
  Result<void> checkpoint(const Digest&, std::int64_t) override { return {}; }
  void sign_with(const crypto::KeyPair&) override {}

 private:
  Bytes* frames_;
};

}  // namespace

void append_frame(Bytes& out, ByteView leaf, ByteView payload) {
  Bytes lengths;
  append_u32(lengths, static_cast<std::uint32_t>(leaf.size()));
  append_u32(lengths, static_cast<std::uint32_t>(payload.size()));
  std::uint32_t crc = crypto::crc32c(payload, crypto::crc32c(leaf, crypto::crc32c(lengths)));
  out.insert(out.end(), lengths.begin(), lengths.end());
  append_u32(out, crc);
  out.insert(out.end(), leaf.begin(), leaf.end());
  out.insert(out.end(), payload.begin(), payload.end());
}

FrameFault read_frame(ByteView bytes, std::size_t& at, ByteView& leaf, ByteView& payload) {
  if (at == bytes.size()) return FrameFault::end;
  if (bytes.size() - at < kFrameHead) return FrameFault::torn;
  std::size_t leaf_size = read_u32(bytes, at);
  std::size_t payload_size = read_u32(bytes, at + 4);
  if (leaf_size == 0 || leaf_size > kLeafBytesMax || payload_size > kPayloadBytesMax)
    return FrameFault::length;
  if (bytes.size() - at - kFrameHead < leaf_size + payload_size) return FrameFault::torn;
  leaf = bytes.subspan(at + kFrameHead, leaf_size);
  payload = bytes.subspan(at + kFrameHead + leaf_size, payload_size);
  std::uint32_t crc = crypto::crc32c(bytes.subspan(at, 8));
  crc = crypto::crc32c(bytes.subspan(at + kFrameHead, leaf_size + payload_size), crc);
  if (crc != read_u32(bytes, at + 8)) return FrameFault::crc;
  at += kFrameHead + leaf_size + payload_size;
  return FrameFault::none;
}

std::unique_ptr<EntryLog> memory_log(Bytes* frames) { return std::make_unique<MemoryLog>(frames); }

}  // namespace capmarket::log
