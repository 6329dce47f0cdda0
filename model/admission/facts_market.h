// Facts of what is offered and asked for: declarations, batches of them, requests, intents.
#pragma once

#include "model/admission/facts_credential.h"

namespace capmarket::admission {

template <class D>
struct AssetFacts {
  static constexpr FactsOf about{"AssetFacts", "an asset of the holder's own credential"};
  typename D::Bool key_matches{};
  typename D::Int class_name{};
  IntervalFacts<D> location;
  typename D::Int excess{};

  template <class Self, class V>
  static void rows(Self& f, V& v) {
    using enum FactUnit;
    v(f.key_matches, "key_matches", boolean, "issuer and asset id are the declaration's");
    v(f.class_name, "class_name", name, "class of the asset");
    v.part(f.location, "location", "where the asset is");
    v(f.excess, "excess", quantity,
      "max over the window of the asset's live declarations - what is attested; in a batch, with "
      "the items before; -kWireMax for an empty window");
  }
};

template <class D>
struct DeclarationFacts {
  static constexpr FactsOf about{"DeclarationFacts", "a Declaration, or an item of a batch"};
  using Bool = typename D::Bool;
  using Int = typename D::Int;
  Int admission{};
  Bool envelope_signed{}, class_exists{}, asset_issuer_exists{};
  Bool infrastructure_resolves{}, intent_resolves{}, infrastructure_fits{};
  CredentialFacts<D> holder;
  IntervalFacts<D> location;
  std::vector<AssetFacts<D>> assets;
  Int class_name{}, unit{}, class_unit{};
  Int from{}, until{}, from_remainder{}, length_remainder{};
  Int quantity{}, shared_excess{};

  template <class Self, class V>
  static void rows(Self& f, V& v) {
    using enum FactUnit;
    v(f.admission, "admission", instant, "when it is decided");
    v(f.envelope_signed, "envelope_signed", boolean, "the holder signed");
    v(f.class_exists, "class_exists", boolean, "its class is admitted");
    v(f.asset_issuer_exists, "asset_issuer_exists", boolean,
      "the asset's issuer is an admitted authority, or a root");
    v(f.infrastructure_resolves, "infrastructure_resolves", boolean,
      "the named infrastructure is admitted; true where none is named");
    v(f.intent_resolves, "intent_resolves", boolean,
      "the named intent is admitted; true where none is named");
    v(f.infrastructure_fits, "infrastructure_fits", boolean,
      "the holder is its member, location and class are its own; named where it must be");
    v.part(f.holder, "holder", "the holder's credential");
    v.part(f.location, "location", "the declared one");
    v.list(f.assets, "assets", "of the holder's credential");
    v(f.class_name, "class_name", name, "class of the declaration");
    v(f.unit, "unit", name, "unit of the declaration");
    v(f.class_unit, "class_unit", name, "unit of the class");
    v(f.from, "from", instant, "start of the window, inclusive");
    v(f.until, "until", instant, "end of the window, exclusive");
    v(f.from_remainder, "from_remainder", duration, "from, modulo the class's granularity");
    v(f.length_remainder, "length_remainder", duration,
      "until - from, modulo the class's granularity");
    v(f.quantity, "quantity", quantity, "what is declared");
    v(f.shared_excess, "shared_excess", quantity,
      "greatest sum over the window of what is declared on the infrastructure - (2^62 - 1); -(2^62 "
      "- 1) without one");
  }
};

template <class D>
struct BatchFacts {
  static constexpr FactsOf about{
      "BatchFacts",
      "a DeclarationBatch: each item is a declaration, and asset excesses count the items before"};
  typename D::Bool envelope_signed{}, one_holder{}, root_matches{}, items_distinct{};
  std::vector<DeclarationFacts<D>> items;

  template <class Self, class V>
  static void rows(Self& f, V& v) {
    using enum FactUnit;
    v(f.envelope_signed, "envelope_signed", boolean, "the holder signed the batch");
    v(f.one_holder, "one_holder", boolean, "every item is the batch's holder's");
    v(f.root_matches, "root_matches", boolean, "the stated root is RFC 9162's over the items' ids");
    v(f.items_distinct, "items_distinct", boolean, "no item occurs twice or is admitted already");
    v.list(f.items, "items", "at least one");
  }
};

template <class D>
struct NamedDeclarationFacts {
  static constexpr FactsOf about{"NamedDeclarationFacts", "a declaration that a request names"};
  typename D::Bool exists{};
  typename D::Int class_name{}, unit{};
  typename D::Int from{}, until{};

  template <class Self, class V>
  static void rows(Self& f, V& v) {
    using enum FactUnit;
    v(f.exists, "exists", boolean, "an admitted declaration");
    v(f.class_name, "class_name", name, "class of the declaration");
    v(f.unit, "unit", name, "unit of the declaration");
    v(f.from, "from", instant, "start of its window");
    v(f.until, "until", instant, "end of its window");
  }
};

template <class D>
struct RequestFacts {
  static constexpr FactsOf about{"RequestFacts", "a Request"};
  using Bool = typename D::Bool;
  using Int = typename D::Int;
  Bool envelope_signed{}, class_exists{}, names_something{};
  Bool intent_named{}, intent_exists{}, intent_fits{}, partial{};
  Int intent_from{}, intent_until{};
  std::vector<NamedDeclarationFacts<D>> declarations;
  Int class_name{}, unit{}, class_unit{};
  Int from{}, until{}, open_until{};
  Int quantity{};

  template <class Self, class V>
  static void rows(Self& f, V& v) {
    using enum FactUnit;
    v(f.envelope_signed, "envelope_signed", boolean, "the user signed");
    v(f.class_exists, "class_exists", boolean, "its class is admitted");
    v(f.names_something, "names_something", boolean, "it names a declaration or an intent");
    v(f.intent_named, "intent_named", boolean, "it names an intent");
    v(f.intent_exists, "intent_exists", boolean,
      "that intent is admitted; true where none is named");
    v(f.intent_fits, "intent_fits", boolean,
      "user, class, unit and tier are the intent's; true where none is named");
    v(f.partial, "partial", boolean, "it takes less than the whole: of the quantity, of the time");
    v(f.intent_from, "intent_from", instant, "start of the intent's window");
    v(f.intent_until, "intent_until", instant, "end of the intent's window");
    v.list(f.declarations, "declarations", "those that it names");
    v(f.class_name, "class_name", name, "class of the request");
    v(f.unit, "unit", name, "unit of the request");
    v(f.class_unit, "class_unit", name, "unit of the class");
    v(f.from, "from", instant, "start of the window, inclusive");
    v(f.until, "until", instant, "end of the window, exclusive");
    v(f.open_until, "open_until", instant, "end of its time for new legs");
    v(f.quantity, "quantity", quantity, "what is asked for");
  }
};

template <class D>
struct IntentFacts {
  static constexpr FactsOf about{"IntentFacts", "an Intent"};
  using Int = typename D::Int;
  typename D::Bool envelope_signed{}, class_exists{};
  Int unit{}, class_unit{};
  Int from{}, until{};
  Int quantity{};

  template <class Self, class V>
  static void rows(Self& f, V& v) {
    using enum FactUnit;
    v(f.envelope_signed, "envelope_signed", boolean, "the user signed");
    v(f.class_exists, "class_exists", boolean, "its class is admitted");
    v(f.unit, "unit", name, "unit of the intent");
    v(f.class_unit, "class_unit", name, "unit of the class");
    v(f.from, "from", instant, "start of the window, inclusive");
    v(f.until, "until", instant, "end of the window, exclusive");
    v(f.quantity, "quantity", quantity, "what is asked for");
  }
};

}  // namespace capmarket::admission
