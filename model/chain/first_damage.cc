#include "model/chain/first_damage.h"

#include "model/chain/salvage.h"

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

}  // namespace

Problems first_damage(const std::string& dir, const ChainReader& genesis, Problems found) {
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
