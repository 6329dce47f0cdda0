#include "model/chain/first_entry.h"

#include "model/base/read_file.h"
#include "model/chain/leaf.h"
#include "model/chain/pruned.h"
#include "model/chain/walk.h"
#include "model/log/checkpoint.h"
#include "model/log/log.h"
#include "model/log/record.h"

namespace capmarket::chain {

std::string named_origin(const std::string& dir) {
  if (auto text = read_input(dir + "/checkpoint", InputKind::checkpoint))
    if (auto note = log::parse_note(*text))
      if (auto said = log::read_checkpoint(*note)) return said->origin;
  auto record = read_input(dir + "/" + log::kRecordFile, InputKind::checkpoint);
  return record ? log::record_origin(*record) : std::string();
}

Result<std::optional<Bytes>> standing_genesis(const std::string& dir) {
  auto segment = read_input(segment_path(dir, 0), InputKind::segment);
  if (!segment && segment.error().fault == ReadFault::absent) return std::optional<Bytes>();
  if (!segment) return fail(segment.error().problem);
  ByteView leaf, payload;
  std::size_t at = 0;
  if (log::read_frame(as_bytes(*segment), at, leaf, payload) != log::FrameFault::none)
    return std::optional<Bytes>();
  const auto says = decode_leaf(leaf);
  if (!says || says->sequence.value != 0 || says->kind != objects::Kind::genesis ||
      !is_payload_of(payload, *says) || named_origin(dir) != log::checkpoint_origin(says->id))
    return std::optional<Bytes>();
  return std::optional(Bytes(payload.begin(), payload.end()));
}

tl::unexpected<Problems> not_the_first_entry(const std::string& dir) {
  return fail(Problem{dir + "/genesis.cbor", 0, 0, "not the chain's first entry",
                      "a copy of its payload: `chain salvage` writes one into its new directory", "",
                      Fault::damage});
}

}  // namespace capmarket::chain
