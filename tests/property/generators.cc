#include "tests/property/generators.h"

#include "tests/support/market.h"

namespace capmarket::property {
namespace {

/// Small, or at a bound of what the wire carries.
std::int64_t integer() {
  auto small = rc::gen::inRange<std::int64_t>(-1000, 1'000'000);
  return *rc::gen::weightedOneOf<std::int64_t>(
      {{8, small},
       {2, rc::gen::inRange<std::int64_t>(-kWireMax, kWireMax)},
       {1, rc::gen::element<std::int64_t>(-kWireMax, -1, 0, 1, 23, 24, 255, 256, kWireMax)}});
}

std::string text() {
  return *rc::gen::element<std::string>("", "a", "eu/power", "gold", "kW", "with \"quotes\"\n",
                                        "größer als 10 µs", std::string(60, 'x'));
}

void fill(std::int64_t& v) { v = integer(); }
void fill(bool& v) { v = *rc::gen::arbitrary<bool>(); }
void fill(std::string& v) { v = text(); }
void fill(Instant& v) { v = Instant(integer()); }
void fill(Window& v) { v = {Instant(integer()), Instant(integer())}; }
void fill(Volume& v) { v.value = Int128{integer()} * integer(); }
void fill(location::Location& v) {
  v.path = *rc::gen::element<std::string>("eu", "eu/de", "eu/de/50hertz/node-12", "A.b_c-1");
}
template <class Tag>
void fill(Strong<Tag>& v) {
  v = Strong<Tag>(integer());
}
template <class Tag, std::size_t N>
void fill(FixedBytes<Tag, N>& v) {
  v.bytes.fill(*rc::gen::arbitrary<std::uint8_t>());
  v.bytes[0] = *rc::gen::arbitrary<std::uint8_t>();
}
template <codec::WireEnum E>
void fill(E& v) {
  v = static_cast<E>(*rc::gen::inRange<std::int64_t>(0, enum_max(E{}) + 1));
}
template <codec::HasFields S>
void fill(S& object);
template <class T>
void fill(std::optional<T>& v) {
  if (*rc::gen::arbitrary<bool>()) fill(v.emplace());
}
template <class T>
void fill(std::vector<T>& v) {
  v.resize(*rc::gen::inRange<std::size_t>(0, 3));
  for (T& item : v) fill(item);
}
struct Filler {
  template <class T>
  void operator()(std::int64_t, std::string_view, T& v) {
    fill(v);
  }
  template <class T>
  void if_set(std::int64_t, std::string_view, T& v) {
    fill(v);
  }
};
template <codec::HasFields S>
void fill(S& object) {
  codec::visit_fields(object, Filler{});
}

/// What decode_object asks for beyond the schema.
template <class T>
void repair(T&) {}
void repair(objects::Settlement& o) {
  if (o.legs.empty()) fill(o.legs.emplace_back());
}
void repair(rules::FallbackStrategy& o) {
  o.salt = {};
  o.authority = "eu/tso";
  o.name = *rc::gen::element<std::string>("none", "pooled-2");
  o.notify_within = Duration(*rc::gen::inRange<std::int64_t>(0, kNanosPerHour));
  for (BasisPoints* ratio : {&o.refund, &o.penalty})
    ratio->value = *rc::gen::inRange<std::int64_t>(0, 20'001);
  o.record.clear();
  for (int i = 0; i <= enum_max(rules::RecordField{}); ++i)
    if (*rc::gen::arbitrary<bool>()) o.record.push_back(static_cast<rules::RecordField>(i));
}

template <class T>
objects::Object filled() {
  T out;
  fill(out);
  repair(out);
  return out;
}

/// A rule is no table of fields: a random file of one.
template <>
objects::Object filled<rules::Rule>() {
  testing::RuleParts parts;
  parts.coordination = *rc::gen::element<std::string>("{ mode: none }", "{ mode: single }",
                                                      "{ mode: sharded, by: 2 }", "{ mode: peer }");
  parts.pricing = *rc::gen::element<std::string>(
      "{ mode: negotiated, floor: 1.00, cap: 100.00 }", "{ mode: fixed, tariff: 20.00 }",
      "{ mode: discovered, over: 1h, band: 20%, max_age: 15min, floor: 1.00, cap: 100.00 }");
  auto order = *rc::gen::element<std::string>("latest-first", "earliest-first", "pro-rata",
                                              "cheapest", "lottery");
  auto condition = *rc::gen::element<std::string>(
      "victim.rank < rank && notice >= 500ms && not victim.started",
      "victim.tier == \"basic\" || location in \"eu/de\"",
      "victim.quantity < 5 implies now < victim.start", "\"hospital\" in user.groups");
  auto owed = *rc::gen::element<std::string>("max(1.5 * victim.value, 10.00)", "0.00",
                                             "abs(victim.value - value)");
  auto extra = *rc::gen::element<std::string>("", ", min_run: 2s", ", set_aside: 20%",
                                              ", quota: { of: capacity, at_most: 40% }");
  parts.tiers = "  - { name: gold, rank: 20, eligible: user.kind == \"hospital\"" + extra +
                ", displaces: { when: '" + condition + "', compensation: '" + owed +
                "', pay_within: 24h, victims: " + order + " } }\n" +
                "  - { name: basic, rank: 10, eligible: \"true\"" + extra + " }\n";
  for (const char* line :
       {"lease: 36h\n", "surrender_fee: 12.5%\n", "peer_penalty: 75%\n", "review_within: 2d\n",
        "claims: { contest_within: 2h, burden: holder, claim_fee: 5%, contest_fee: 10% }\n",
        "dispute_within: 10d\n", "origin: 2026-01-01T05:00:00Z\n",
        "revocation: { on_review: compensate, rate: 50% }\n",
        "goals:\n  - { name: fair, always: displaced implies compensation >= victim.value }\n"})
    if (*rc::gen::arbitrary<bool>()) parts.more += line;
  return testing::rule_from(rule_text(parts));
}

template <std::size_t I = 0>
objects::Object filled_of(std::size_t index) {
  if constexpr (I < std::variant_size_v<objects::Object>) {
    if (index == I) return filled<std::variant_alternative_t<I, objects::Object>>();
    return filled_of<I + 1>(index);
  } else {
    CHECK(false, index);
    return {};
  }
}

}  // namespace

rc::Gen<objects::Object> object_of(objects::Kind kind) {
  const std::vector<objects::Kind>& kinds = objects::all_kinds();
  auto index =
      static_cast<std::size_t>(std::find(kinds.begin(), kinds.end(), kind) - kinds.begin());
  return rc::gen::exec([index] { return filled_of(index); });
}

}  // namespace capmarket::property
