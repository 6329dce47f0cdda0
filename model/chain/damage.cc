#include "model/chain/damage.h"

#include <fmt/format.h>

namespace capmarket::chain {

tl::unexpected<Problems> damage_at(std::int64_t sequence, std::string_view kind,
                                   std::string what) {
  return fail(Problem{"", 0, 0, fmt::format("damage at sequence {}: {}: {}", sequence, kind, what),
                      "", "", Fault::damage});
}

tl::unexpected<Problems> told_of(const std::string& file, Problems problems) {
  for (Problem& p : problems)
    if (p.file.empty()) p.file = file;
  return tl::unexpected(std::move(problems));
}

}  // namespace capmarket::chain
