// Facts of what parties report after a settlement.
#pragma once

#include "model/admission/facts_credential.h"

namespace capmarket::admission {

template <class D>
struct PartFacts {
  static constexpr FactsOf about{
      "PartFacts",
      "a part (window, quantity) of a grant or declaration: Surrender, DeliveryFailure, "
      "Curtailment, Activity"};
  using Bool = typename D::Bool;
  using Int = typename D::Int;
  Bool whole_exists{}, references_exist{}, envelope_signed{}, stands{}, credential_needed{};
  CredentialFacts<D> credential;
  Int admission{};
  Int from{}, until{}, whole_from{}, whole_until{}, earliest{}, latest{}, reported{};
  Int decide_by{};
  Int from_remainder{}, length_remainder{};
  Int quantity{}, excess{};

  template <class Self, class V>
  static void rows(Self& f, V& v) {
    using enum FactUnit;
    v(f.whole_exists, "whole_exists", boolean, "the grant or declaration is admitted");
    v(f.references_exist, "references_exist", boolean, "so is whatever else it names");
    v(f.envelope_signed, "envelope_signed", boolean, "its author signed");
    v(f.stands, "stands", boolean,
      "the author may: user, holder, claimant, adaptation of the request");
    v(f.credential_needed, "credential_needed", boolean, "the author acts by a credential");
    v.part(f.credential, "credential", "that credential");
    v(f.admission, "admission", instant, "when it is decided");
    v(f.from, "from", instant, "start of the part, inclusive");
    v(f.until, "until", instant, "end of the part, exclusive");
    v(f.whole_from, "whole_from", instant, "start of the whole");
    v(f.whole_until, "whole_until", instant, "end of the whole");
    v(f.earliest, "earliest", instant, "lower bound of `from`, beside the whole's");
    v(f.latest, "latest", instant, "upper bound of `until`, beside the whole's");
    v(f.reported, "reported", instant, "an instant that must not lie after admission");
    v(f.decide_by, "decide_by", instant, "upper bound of admission, inclusive");
    v(f.from_remainder, "from_remainder", duration, "from - origin, modulo the granularity");
    v(f.length_remainder, "length_remainder", duration, "until - from, modulo the granularity");
    v(f.quantity, "quantity", quantity, "what the part takes");
    v(f.excess, "excess", quantity,
      "max over the window of (what is gone or used - what there was)");
  }
};
template <class D>
struct SurrenderFacts : PartFacts<D> {};
template <class D>
struct DeliveryFailureFacts : PartFacts<D> {};
template <class D>
struct CurtailmentFacts : PartFacts<D> {};
template <class D>
struct ActivityFacts : PartFacts<D> {};

template <class D>
struct NoticeFacts {
  static constexpr FactsOf about{
      "NoticeFacts",
      "a statement about one object: Withdrawal, Renewal, Payment, FallbackRecord, PriceIndex, "
      "Dispute, Contest, Witness, Retract"};
  using Bool = typename D::Bool;
  using Int = typename D::Int;
  Bool subjects_exist{}, envelope_signed{}, stands{}, open{}, credential_needed{};
  CredentialFacts<D> credential;
  Int admission{}, earliest{}, latest{};
  Int amount{}, outstanding{};
  Int count{}, true_count{}, value{}, true_value{};
  Bool complete{};

  template <class Self, class V>
  static void rows(Self& f, V& v) {
    using enum FactUnit;
    v(f.subjects_exist, "subjects_exist", boolean, "what it names exists");
    v(f.envelope_signed, "envelope_signed", boolean, "its author signed");
    v(f.stands, "stands", boolean, "the author is the party whom the kind asks for");
    v(f.open, "open", boolean, "what it concerns still takes it");
    v(f.credential_needed, "credential_needed", boolean, "the author acts by a credential");
    v.part(f.credential, "credential", "that credential");
    v(f.admission, "admission", instant, "when it is decided");
    v(f.earliest, "earliest", instant, "lower bound of admission, inclusive");
    v(f.latest, "latest", instant, "upper bound of admission, exclusive");
    v(f.amount, "amount", money, "of a payment");
    v(f.outstanding, "outstanding", money, "what the payment's obligation still owes");
    v(f.count, "count", plain, "of an index: legs, as stated");
    v(f.true_count, "true_count", plain, "of an index: legs, recomputed");
    v(f.value, "value", money, "of an index: price per unit and hour, as stated");
    v(f.true_value, "true_value", money, "of an index: price per unit and hour, recomputed");
    v(f.complete, "complete", boolean,
      "of a fallback record: every field of the strategy's `record` is there and right");
  }
};
template <class D>
struct WithdrawalFacts : NoticeFacts<D> {};
template <class D>
struct RenewalFacts : NoticeFacts<D> {};
template <class D>
struct PaymentFacts : NoticeFacts<D> {};
template <class D>
struct FallbackRecordFacts : NoticeFacts<D> {};
template <class D>
struct PriceIndexFacts : NoticeFacts<D> {};
template <class D>
struct DisputeFacts : NoticeFacts<D> {};
template <class D>
struct ContestFacts : NoticeFacts<D> {};
template <class D>
struct WitnessFacts : NoticeFacts<D> {};
template <class D>
struct RetractFacts : NoticeFacts<D> {};

}  // namespace capmarket::admission
