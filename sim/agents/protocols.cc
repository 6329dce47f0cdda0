#include "sim/agents/protocols.h"

#include "sim/agents/concessions.h"
#include "sim/agents/price_parts.h"
#include "sim/agents/strategy_of.h"

namespace capmarket::agents {
namespace {

using Given = std::span<const std::int64_t>;

ProtocolTerms terms_of(const party::UserView& v) {
  const scenarios::Strategy& own = protocol_of(v);
  return protocol_strategies()[own.number].terms(own.parameters);
}

}  // namespace

std::span<const ProtocolStrategy> protocol_strategies() {
  static constexpr ProtocolStrategy kAll[] = {
      {"take-it-or-leave-it", [](Given) { return ProtocolTerms{}; }},
      {"quotes", [](Given p) { return ProtocolTerms{p[0], 0, 0}; }},
      {"alternating-offers", [](Given p) { return ProtocolTerms{1, p[0], p[1]}; }}};
  return kAll;
}

std::int64_t asked_at_a_time(const party::UserView& v) { return terms_of(v).holders; }

std::int64_t rounds_of(const party::UserView& v) { return terms_of(v).rounds; }

Money bid_in(const party::UserView& v, const party::RequestState& r, std::int64_t round) {
  const ProtocolTerms terms = terms_of(v);
  const Money opening = less_share(r.max_price, kFullRatio - terms.opening);
  return between(opening, r.max_price, conceded(concession_of(v), round, terms.rounds));
}

}  // namespace capmarket::agents
