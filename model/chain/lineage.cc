#include "model/chain/lineage.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "model/crypto/hash.h"
#include "model/objects/references.h"

namespace capmarket::chain {
namespace {

/// The context of one settlement, in order, each object once.
class Context {
 public:
  Context(const History& history, std::vector<LineageItem>& out) : history_(history), out_(out) {}

  void add(const std::string& part, const HistoryEntry* entry) {
    if (entry == nullptr || !seen_.insert(entry->leaf.id).second) return;
    out_.push_back({part, entry});
  }
  void add(const std::string& part, const ContentId& id) { add(part, history_.find(id)); }

  /// A credential with the authorities above it.
  void chain(const std::string& part, const ContentId& credential) {
    const HistoryEntry* at = history_.find(credential);
    add(part, at);
    while (at != nullptr) {
      const auto* grant = std::get_if<objects::CredentialGrant>(&at->object);
      const auto* authority = std::get_if<objects::AuthorityGrant>(&at->object);
      if (grant == nullptr && authority == nullptr) return;
      at = history_.find(grant != nullptr ? grant->issuer : authority->parent);
      add(part + " authority", at);
    }
  }

  void declaration(const std::string& part, const ContentId& id) {
    const HistoryEntry* entry = history_.find(id);
    add(part + " declaration", entry);
    if (entry == nullptr) return;
    const auto* d = std::get_if<objects::Declaration>(&entry->object);
    if (const auto* batch = std::get_if<objects::DeclarationBatch>(&entry->object))
      for (const objects::Declaration& item : batch->items)
        if (crypto::content_id(objects::encode_object(objects::Object(item))) == id) d = &item;
    if (d == nullptr) return;
    if (d->infrastructure) add(part + " infrastructure", *d->infrastructure);
    if (d->answers) add(part + " intent", *d->answers);
  }

  void leg(const objects::Settlement& s, std::size_t index) {
    const objects::Leg& leg = s.legs[index];
    std::string part = fmt::format("leg {}", index);
    declaration(part, leg.declaration);
    add(part + " request", leg.request);
    const HistoryEntry* rule = history_.find(leg.rule);
    add(part + " rule", rule);
    if (rule != nullptr)
      if (const auto* r = std::get_if<rules::Rule>(&rule->object)) {
        add(part + " class", history_.class_at(r->class_name, s.signed_at));
        add(part + " rule authority", history_.authority(r->authority));
      }
    add(part + " strategy", leg.strategy);
    chain(part + " holder credential", leg.holder_credential);
    chain(part + " user credential", leg.user_credential);
    if (leg.price_index) add(part + " price index", *leg.price_index);
    if (leg.replaces) add(part + " replaces", *leg.replaces);
    for (const ContentId& id : leg.predecessors) add(part + " disclosed refusal", id);
  }

 private:
  const History& history_;
  std::vector<LineageItem>& out_;
  std::set<ContentId> seen_;
};

void fill_context(const History& history, const HistoryEntry& entry, Lineage& out) {
  const auto& s = std::get<objects::Settlement>(entry.object);
  out.settlement = &entry;
  out.retain_until = Instant(-kWireMax);
  Context context(history, out.context);
  for (std::size_t i = 0; i < s.legs.size(); ++i) {
    context.leg(s, i);
    out.retain_until = std::max(out.retain_until, s.legs[i].retain_until);
  }
  for (const ContentId& id : s.coordinators) context.chain("coordinator", id);
  if (s.policy) context.add("policy", *s.policy);
  // What it displaced follows it in its group.
  const std::vector<HistoryEntry>& all = history.entries();
  for (auto at = static_cast<std::size_t>(&entry - all.data()) + 1;
       at < all.size() && objects::is_derived(all[at].leaf.kind); ++at)
    if (const auto* d = std::get_if<objects::Displacement>(&all[at].object);
        d != nullptr && d->settlement == entry.leaf.id)
      context.add(fmt::format("leg {} victim", d->leg), d->victim);
}

}  // namespace

void History::add(const Leaf& leaf, objects::Object object) {
  std::size_t at = entries_.size();
  entries_.push_back({leaf, std::move(object)});
  const HistoryEntry& entry = entries_.back();
  auto [it, fresh] = index_.try_emplace(leaf.id, at);
  if (!leaf.decision.admitted()) return;
  it->second = at;
  if (const auto* batch = std::get_if<objects::DeclarationBatch>(&entry.object))
    for (const objects::Declaration& item : batch->items)
      index_.emplace(crypto::content_id(objects::encode_object(objects::Object(item))), at);
  if (const auto* s = std::get_if<objects::Settlement>(&entry.object))
    for (std::size_t i = 0; i < s->legs.size(); ++i) index_.emplace(objects::grant_id(leaf.id, i), at);
  if (const auto* a = std::get_if<objects::AuthorityGrant>(&entry.object)) authorities_.emplace(a->name, at);
  if (const auto* c = std::get_if<objects::ClassDeclaration>(&entry.object))
    classes_[c->class_name].push_back(at);
}

void History::add_pruned(const Leaf& leaf) {
  index_.try_emplace(leaf.id, entries_.size());
  entries_.push_back({leaf, {}, true});
}

const HistoryEntry* History::find(const ContentId& id) const {
  auto it = index_.find(id);
  return it == index_.end() ? nullptr : &entries_[it->second];
}

const HistoryEntry* History::authority(const std::string& name) const {
  auto it = authorities_.find(name);
  return it == authorities_.end() ? nullptr : &entries_[it->second];
}

const HistoryEntry* History::class_at(const std::string& name, Instant t) const {
  auto it = classes_.find(name);
  if (it == classes_.end()) return nullptr;
  const HistoryEntry* last = nullptr;
  for (std::size_t version : it->second)
    if (entries_[version].leaf.time <= t) last = &entries_[version];
  return last;
}

std::optional<Lineage> lineage_of(const History& history, const ContentId& id) {
  const HistoryEntry* entry = history.find(id);
  if (entry == nullptr || !std::holds_alternative<objects::Settlement>(entry->object)) return std::nullopt;
  Lineage out;
  fill_context(history, *entry, out);
  // What refers to the settlement, its grants, or to what already followed from it.
  const auto& s = std::get<objects::Settlement>(entry->object);
  std::set<ContentId> followed{entry->leaf.id};
  for (std::size_t i = 0; i < s.legs.size(); ++i) followed.insert(objects::grant_id(entry->leaf.id, i));
  std::set<ContentId> requests;
  for (const objects::Leg& leg : s.legs) requests.insert(leg.request);
  for (const HistoryEntry& e : history.entries()) {
    if (e.leaf.sequence <= entry->leaf.sequence || !e.leaf.decision.admitted()) continue;
    std::vector<ContentId> refers = objects::references(e.object);
    bool follows = std::any_of(refers.begin(), refers.end(),
                               [&](const ContentId& r) { return followed.contains(r); });
    if (const auto* residual = std::get_if<objects::Residual>(&e.object))
      follows = follows || requests.contains(residual->request);
    if (!follows) continue;
    out.after.push_back({std::string(objects::to_text(e.leaf.kind)), &e});
    // A later settlement that displaces or replaces is named; what follows from it is its own.
    if (!std::holds_alternative<objects::Settlement>(e.object)) followed.insert(e.leaf.id);
  }
  return out;
}

}  // namespace capmarket::chain
