#include "sim/world/contacts.h"

#include <fmt/format.h>

namespace capmarket::world {
namespace {

/// Of a negotiation: its user.
kernel::Entity party_of(const kernel::Entity& who) {
  if (who.kind != kernel::EntityKind::message) return who;
  return {kernel::EntityKind::user, who.group, who.number >> 32};
}

void note(World& w, const kernel::Entity& who, bool sent, std::string what) {
  w.watch({w.now, party_of(who), sent, std::move(what)});
}

std::string words_of(const Window& window) {
  return fmt::format("[{},{})", window.from.value, window.until.value);
}

std::string words_of(const World& w, const std::vector<party::Offer>& offers) {
  std::string out;
  for (const party::Offer& o : offers) {
    out += fmt::format(" {} {} asked {} offered {} at {} promise {}",
                       to_hex(w.listings[o.listing].declaration.view()), words_of(o.window),
                       o.asked.value, o.quantity.value, o.price.value, o.promise);
    if (o.index) out += " index " + to_hex(o.index->view());
    if (o.displace)
      out += fmt::format(" displacing {} {}", o.displace->compensation_at_most.value,
                         o.displace->refund_at_most.value);
  }
  return out;
}

std::string words_of(const World& w, const party::Proposal& p) {
  const std::string start =
      p.latest_start ? fmt::format(" from {} at last", p.latest_start->value) : std::string();
  return fmt::format("proposal {} for {} tier {} at most {} round {} of {}{}{}{}{}", p.number,
                     to_hex(p.about.view()), p.tier, p.max_price.value, p.round, p.rounds, start,
                     p.displacing ? " displacing" : "",
                     p.accomplice || p.dear ? " accomplice" : "",
                     words_of(w, p.asked));
}

std::string words_of(const party::Draft& d, std::string_view what, std::uint32_t place) {
  return fmt::format("{} {} {}", what, to_hex(d.id.view()), place);
}

/// One overload for whatever is sent by somebody to somebody; plans and counts are neither.
struct NoteSent {
  World& w;

  void operator()(const party::Submit& s) const {
    note(w, s.from.who, true,
         fmt::format("{} {}", objects::to_text(s.kind), to_hex(s.id.view())));
  }
  void operator()(const party::Propose& p) const {
    note(w, p.from.who, true, words_of(w, p.proposal));
  }
  void operator()(const party::AnswerProposal& a) const {
    const party::Proposal& asked = w.proposals[a.proposal].sent;
    note(w, a.from.who, true,
         fmt::format("offer {} for {}{}", asked.number, to_hex(asked.about.view()),
                     words_of(w, a.offers)));
  }
  void operator()(const party::LetGo& l) const {
    note(w, l.from.who, true, fmt::format("let go {}", l.note.promise));
  }
  void operator()(const party::SendDraft& s) const {
    note(w, s.waits.who, true, words_of(s.draft, "draft", 0) + words_of(w, s.draft.offers));
  }
  void operator()(const party::SubmitCopy& c) const {
    note(w, w.users[c.draft.user].draws.who, true, words_of(c.draft, "copy", 0));
  }
  void operator()(const party::Countersign& c) const {
    note(w, c.from.who, true, words_of(w.drafts[c.draft].sent, "signed", c.place));
  }
  void operator()(const party::AskCoordinator& a) const {
    note(w, a.from.who, true, words_of(w.drafts[a.draft].sent, "to cosign", a.place));
  }
  void operator()(const party::Cosign& c) const {
    note(w, c.from.who, true,
         words_of(w.drafts[c.draft].sent, "cosigned", c.place) +
             fmt::format(" after {}", c.after.value));
  }
  void operator()(const party::SubmitDraft& s) const {
    note(w, s.from.who, true, words_of(w.drafts[s.draft].sent, "settlement", 0));
  }
  void operator()(const party::TellDirectories& t) const {
    const party::Listing& l = w.listings[t.listing];
    note(w, w.holders[l.holder].draws.who, true, "listed " + to_hex(l.declaration.view()));
  }
  void operator()(const party::AwaitSignatures&) const {}
  void operator()(const party::PlanAction&) const {}
  void operator()(const party::NotTried&) const {}
};

}  // namespace

void note_sent(World& w, const party::Sent& what) {
  if (w.watch) std::visit(NoteSent{w}, what);
}

void note_received(World& w, party::HolderIndex holder, const party::Proposal& proposal) {
  if (w.watch) note(w, w.holders[holder].draws.who, false, words_of(w, proposal));
}

void note_received(World& w, party::UserIndex user, const std::vector<party::Offer>& offers) {
  if (w.watch) note(w, w.users[user].draws.who, false, "offer" + words_of(w, offers));
}

void note_received(World& w, const party::ReleaseNote& released) {
  if (w.watch)
    note(w, w.holders[released.holder].draws.who, false,
         fmt::format("let go {}", released.promise));
}

void note_received(World& w, const kernel::Entity& receiver, std::string_view what,
                   const party::Draft& draft, std::uint32_t place) {
  if (w.watch) note(w, receiver, false, words_of(draft, what, place));
}

void note_received(World& w, const kernel::Entity& receiver, std::string_view what,
                   const std::vector<party::ListingIndex>& named) {
  if (!w.watch) return;
  std::string words(what);
  for (party::ListingIndex l : named) words += " " + to_hex(w.listings[l].declaration.view());
  note(w, receiver, false, std::move(words));
}

void note_received(World& w, const kernel::Entity& receiver, std::string_view what,
                   const ContentId& id) {
  if (w.watch) note(w, receiver, false, fmt::format("{} {}", what, to_hex(id.view())));
}

void note_learned(World& w, party::ReadersIndex readers,
                  const std::vector<const chain::Answered*>& answers) {
  if (!w.watch) return;
  std::string words = "published";
  for (const chain::Answered* a : answers)
    words += fmt::format(" {} {} {} {}", a->receipt.sequence.value, a->receipt.time.value,
                         to_hex(a->submission->id.view()), a->receipt.decision.admitted());
  note(w, w.readers[readers].draws.who, false, std::move(words));
}

}  // namespace capmarket::world
