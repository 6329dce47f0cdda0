#include "tests/support/edge_market.h"

namespace capmarket::testing {

RuleParts edge_rule(const std::string& coordination) {
  RuleParts p;
  p.coordination = coordination;
  p.more = "peer_penalty: 50%\n";
  return p;
}

EdgeMarket::EdgeMarket(const RuleParts& parts, std::vector<objects::ScheduleStep> schedule)
    : m({crypto::Scheme::mac, rule_text(parts)}),
      edge(m.ordain(infrastructure(m, "edge", {left, right}, std::move(schedule), true))) {}

std::string EdgeMarket::agree(std::int64_t first, std::int64_t second, Window window, bool both) {
  objects::PeerAgreement a =
      agreement(m, edge, window, left, Quantity(first), right, Quantity(second));
  Signers signers = signers_of_agreement(left, right);
  if (!both) signers.pop_back();
  return clauses(m.submit(m.sign(a, signers), m.setup));
}

ContentId EdgeMarket::grant(const Party& holder, std::int64_t quantity, Window window,
                            std::int64_t second, Money price) {
  objects::Declaration d = m.declaration(holder, quantity, seconds(0, 1000));
  d.infrastructure = edge;
  declaration = m.admit(d, {{objects::Role::holder, holder.key}}, m.chain().state().time);
  objects::Request q = m.request(user, {declaration}, quantity, window);
  const ContentId request = m.admit(q, {{objects::Role::user, user.key}}, m.chain().state().time);
  objects::Settlement settled =
      m.settlement(holder, user, declaration, request, q, at_second(second));
  settled.legs[0].price = price;
  auto s = m.sign(settled, {{objects::Role::submitter, user.key},
                            {objects::Role::user, user.key},
                            {objects::Role::holder, holder.key}});
  const std::string refused = clauses(m.submit(s, at_second(second)));
  CHECK(refused.empty(), refused);  // admission does not look at the edge
  return s.id;
}

std::string EdgeMarket::dispute(const ContentId& settlement, std::int64_t second) {
  objects::Dispute d{m.salt(), user.key.pub, objects::Role::user,
                     {},       settlement,   objects::Ground::shared_capacity_breached,
                     {}};
  auto s = m.sign(d, {{objects::Role::user, user.key}});
  last = s.id;
  return clauses(m.submit(s, at_second(second)));
}

std::int64_t EdgeMarket::sequence(const ContentId& id) const {
  return m.chain().state().objects.at(id).sequence.value;
}

}  // namespace capmarket::testing
