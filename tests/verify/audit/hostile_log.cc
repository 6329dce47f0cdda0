#include "tests/verify/audit/hostile_log.h"

#include <algorithm>

#include "model/crypto/hash.h"

namespace capmarket::audit {
namespace {

/// Calls `f` of every field of an object, those inside fields too, each list and optional before
/// what it holds.
template <class F>
class Walk {
 public:
  explicit Walk(F& f) : f_(f) {}
  template <class T>
  void operator()(std::int64_t, std::string_view, T& v) {
    visit(v);
  }
  template <class T>
  void if_set(std::int64_t, std::string_view, T& v) {
    visit(v);
  }

 private:
  template <class T>
  void visit(T& v) {
    if constexpr (codec::HasFields<T>)
      codec::visit_fields(v, *this);
    else
      f_(v);
  }
  template <class T>
  void visit(std::optional<T>& v) {
    f_(v);
    if (v) visit(*v);
  }
  template <class T>
  void visit(std::vector<T>& v) {
    f_(v);
    for (T& item : v) visit(item);
  }
  F& f_;
};

template <class F>
void each_field(objects::Object& object, F&& f) {
  Walk<std::remove_reference_t<F>> walk(f);
  std::visit([&](auto& o) { codec::visit_fields(o, walk); }, object);
}

/// Puts the `at`-th field that can be changed somewhere else: integers to the ends of what the wire
/// carries, windows empty or reversed, lists shorter or longer, ids to none or to another's.
class Mutation {
 public:
  Mutation(Random& random, const std::vector<testing::ForgedEntry>& entries, std::size_t at)
      : random_(random), entries_(entries), at_(at) {}
  std::size_t seen() const { return seen_; }

  void operator()(std::int64_t& v) {
    if (!turn()) return;
    const std::int64_t ends[] = {0,  1,     -1,    kWireMax, kWireMax - 1, -kWireMax, -kWireMax - 1,
                                 -v, v - 1, v + 1, v / 2,    kWireMax / 2};
    v = std::clamp(ends[below(random_, std::size(ends))], -kWireMax - 1, kWireMax);
  }
  template <class Tag>
  void operator()(Strong<Tag>& v) {
    (*this)(v.value);
  }
  void operator()(Instant& v) { (*this)(v.value); }
  void operator()(Volume& v) {
    if (turn()) v.value = -v.value - 1;
  }
  void operator()(Window& v) {
    if (!turn()) return;
    const Instant first(-kWireMax - 1), last = kDistantFuture;
    const Window all[] = {{v.until, v.from},
                          {v.from, v.from},
                          {v.until, v.until},
                          {first, last},
                          {last, first},
                          {last, last},
                          {v.from, last},
                          {first, v.until},
                          {Instant(last.value - 1), last},
                          {Instant(v.from.value + 1), v.until}};
    v = all[below(random_, std::size(all))];
  }
  void operator()(bool& v) {
    if (turn()) v = !v;
  }
  void operator()(std::string& v) {
    if (turn()) v = below(random_, 2) == 0 ? std::string() : v + "x";
  }
  void operator()(location::Location& v) {
    if (turn()) v = location::Location{"elsewhere"};
  }
  void operator()(ContentId& v) {
    if (!turn()) return;
    v = below(random_, 3) == 0 ? ContentId{} : entries_[below(random_, entries_.size())].leaf.id;
  }
  template <class Tag, std::size_t N>
  void operator()(FixedBytes<Tag, N>& v) {
    if (turn()) v.bytes = {};
  }
  template <codec::WireEnum E>
  void operator()(E& v) {
    if (turn()) v = static_cast<E>(below(random_, static_cast<std::size_t>(enum_max(E{})) + 1));
  }
  template <class T>
  void operator()(std::optional<T>& v) {
    if (!turn()) return;
    if (v)
      v.reset();
    else
      v.emplace();
  }
  template <class T>
  void operator()(std::vector<T>& v) {
    if (!turn()) return;
    if (v.empty())
      v.emplace_back();
    else if (below(random_, 2) == 0)
      v.pop_back();
    else
      v.push_back(T(v.front()));
  }
  void operator()(expr::Expr&) {}

 private:
  bool turn() { return seen_++ == at_; }
  Random& random_;
  const std::vector<testing::ForgedEntry>& entries_;
  std::size_t at_, seen_ = 0;
};

/// Ids as they are called now.
struct Renaming {
  const std::map<ContentId, ContentId>& to;
  bool any = false;

  void operator()(ContentId& v) {
    auto it = to.find(v);
    if (it == to.end()) return;
    v = it->second;
    any = true;
  }
  template <class T>
  void operator()(T&) {}
};

}  // namespace

std::size_t below(Random& random, std::size_t n) { return n == 0 ? 0 : random() % n; }

HostileLog::HostileLog(std::vector<testing::ForgedEntry>& entries, const crypto::Signing& signing)
    : entries_(entries), chain_(entries[0].leaf.id), signing_(signing) {}

bool HostileLog::can_be_read(std::size_t place) const {
  const testing::ForgedEntry& e = entries_[place];
  auto raw = objects::decode_payload(e.leaf.kind, e.payload);
  return raw && objects::decode_object(e.leaf.kind, raw->body).has_value();
}

objects::Object HostileLog::object_of(std::size_t place) const {
  const testing::ForgedEntry& e = entries_[place];
  auto raw = objects::decode_payload(e.leaf.kind, e.payload);
  return *objects::decode_object(e.leaf.kind, raw->body);
}

void HostileLog::rename(const ContentId& from, const ContentId& to) {
  renamed_[from] = to;
  for (std::size_t leg = 0; leg < objects::kLegsMax; ++leg)
    renamed_[objects::grant_id(from, leg)] = objects::grant_id(to, leg);
}

/// With signatures of the same keys.
void HostileLog::rewrite(testing::ForgedEntry& e, const objects::Object& object) {
  auto raw = objects::decode_payload(e.leaf.kind, e.payload);
  const Bytes body = objects::encode_object(object);
  const ContentId before = e.leaf.id;
  e.leaf.id = crypto::content_id(body);
  std::vector<std::pair<objects::Role, crypto::KeyPair>> signers;
  for (const objects::Signature& s : raw->signatures) {
    crypto::KeyPair key;
    key.pub = s.key;
    signers.emplace_back(s.role, key);
  }
  auto signatures = objects::sign_all(signing_, chain_, e.leaf.kind, e.leaf.id, signers);
  e.leaf.signatures = objects::hash_signatures(signatures);
  e.payload = objects::encode_payload(body, signatures);
  rename(before, e.leaf.id);
}

void HostileLog::put(std::size_t place, const objects::Object& object) {
  renamed_.clear();
  rewrite(entries_[place], object);
  if (!objects::is_derived(entries_[place].leaf.kind)) entries_[place].leaf.decision = {};
  for (std::size_t i = place + 1; i < entries_.size(); ++i) {
    if (!can_be_read(i)) continue;
    objects::Object later = object_of(i);
    Renaming renaming{renamed_};
    each_field(later, renaming);
    if (renaming.any) rewrite(entries_[i], later);
  }
}

bool HostileLog::corrupt(std::size_t place, Random& random) {
  if (!can_be_read(place)) return false;
  objects::Object object = object_of(place);
  Mutation count(random, entries_, ~std::size_t{0});
  each_field(object, count);
  const std::size_t changes = 1 + below(random, 3);
  for (std::size_t i = 0; i < changes; ++i) {
    // The salt, the first, is of no interest.
    Mutation one(random, entries_, 1 + below(random, count.seen() - 1));
    each_field(object, one);
  }
  auto again = objects::decode_object(entries_[place].leaf.kind, objects::encode_object(object));
  if (!again) return false;
  put(place, *again);
  return true;
}

}  // namespace capmarket::audit
