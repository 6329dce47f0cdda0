#include "model/chain/first_damage.h"

#include <fmt/format.h>

#include "model/base/read_file.h"
#include "model/chain/salvage.h"
#include "model/log/record.h"

namespace capmarket::chain {
namespace {

/// What stands against the first entry that does not stand; nothing where the log ends before one.
Problems against_first(ChainReader reader) {
  for (;;) {
    auto entry = reader.next();
    if (!entry) return reader.is_short() ? Problems() : entry.error();
    if (!*entry) return {};
    if ((*entry)->pruned) continue;  // the reader has looked at it
    auto submission = reader.submission_of(**entry);
    if (!submission) return submission.error();
  }
}

/// A record that a key of the log has signed, of an earlier size than the checkpoint of a later key.
std::optional<Problem> older_record(const std::string& dir, const ChainReader& genesis) {
  auto keys = log_keys_of(dir, genesis);
  const std::string file = dir + "/" + log::kRecordFile;
  auto text = read_input(file, InputKind::checkpoint);
  auto note = read_input(dir + "/checkpoint", InputKind::checkpoint);
  if (!keys || !text || !note) return std::nullopt;
  std::int64_t recorded = 0, noted = 0;
  for (const auto& [from, key] : *keys) {
    if (auto own = log::open_record(*text, key)) recorded = own->signed_end.size;
    if (auto own = log::open_checkpoint(*note, key); own && key_at(*keys, own->size) == key)
      noted = own->size;
  }
  if (recorded == 0 || recorded >= noted) return std::nullopt;
  return Problem{file, 0, 0,
                 fmt::format("signed at {} entries, the checkpoint at {}: an older record was put back",
                             recorded, noted),
                 "the record that the writer of the checkpoint left before it", ""};
}

}  // namespace

Problems first_damage(const std::string& dir, const ChainReader& genesis, Problems found) {
  if (auto older = older_record(dir, genesis)) return {*std::move(older)};
  if (!any_of_fault(found, Fault::damage) || any_of_fault(found, Fault::unread)) return found;
  auto end = signed_end(dir, genesis);
  if (!end) return found;
  ChainReader reader = genesis;
  reader.read_to(*end);
  Problems first = against_first(std::move(reader));
  if (first.empty()) return found;
  for (Problem& p : first)
    if (p.expected.empty()) p.expected = found[0].expected;
  return first;
}

}  // namespace capmarket::chain
