#include "cli/chain_selector.h"

#include <fmt/format.h>

#include "cli/command.h"
#include "model/base/number.h"

namespace capmarket::cli {

bool EntrySelector::selects(const chain::Entry& e) const {
  return sequence ? e.leaf.sequence.value == *sequence : to_hex(e.leaf.id).starts_with(prefix);
}

Result<EntrySelector> parse_selector(const std::string& text) {
  EntrySelector out;
  if (text.size() < 10 && text.find_first_not_of("0123456789") == text.npos) {
    out.sequence = parse_decimal(text);
    if (out.sequence) return out;
  }
  if (text.size() < 6 || text.size() > 64 ||
      text.find_first_not_of("0123456789abcdef") != text.npos)
    return fail(fmt::format("`{}` selects nothing", text),
                "a sequence number, or at least 6 hex digits of a content id");
  out.prefix = text;
  return out;
}

int no_entry(const std::string& id) {
  return report_problems(
      fail(fmt::format("no entry `{}` on this chain", id), "an entry that `chain log` lists")
          .value());
}

int damaged(const Problems& problems) {
  report_problems(problems);
  return any_of_fault(problems, Fault::unread) ? kBadInput : kRefuted;
}

}  // namespace capmarket::cli
