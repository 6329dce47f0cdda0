// Parts of a grant or declaration, and notices about one object.
#include <array>

#include "verify/theorems/requirements.h"

namespace capmarket::theorems {
namespace {

using namespace requirement;
using Part = admission::PartFacts<smt::Symbolic>;
using Notice = admission::NoticeFacts<smt::Symbolic>;

// ---- Surrender, DeliveryFailure, Curtailment, Activity
// ------------------------------------------

Bool part_objects_resolve(const Part& f, const Point&) {
  return !(!f.whole_exists || !f.references_exist);
}
Bool part_signatures(const Part& f, const Point&) { return f.envelope_signed; }
/// An arbitrary instant of the part is one of the whole; nothing is reported from the future.
Bool part_window(const Part& f, const Point& at) {
  auto of_part = f.from <= at.instant && at.instant < f.until;
  auto of_whole = f.whole_from <= at.instant && at.instant < f.whole_until &&
                  f.earliest <= at.instant && at.instant < f.latest;
  return f.whole_exists && !(f.until <= f.from) && follows(of_part, of_whole) &&
         !(f.reported > f.admission) && !(f.admission > f.decide_by);
}
Bool part_granularity(const Part& f, const Point& at) {
  return f.whole_exists && f.from == at.origin + at.from_multiple &&
         f.until == f.from + at.length_multiple;
}
Bool part_quantity(const Part& f, const Point&) { return !(f.quantity <= zero()); }
/// At an arbitrary instant: what is gone or used, with this, is at most what there was.
Bool part_fits(const Part& f, const Point& at) {
  auto of_part = f.from <= at.instant && at.instant < f.until;
  return f.whole_exists &&
         follows(of_part, at.declaration.load + f.quantity <= at.declaration.limit);
}
Bool stands_by(const Bool& stands, const Bool& needed, const admission::CredentialFacts<smt::Symbolic>& c,
               const Int& when, const Point& at) {
  return stands && follows(needed, c.exists && resolves(c, at.link, when));
}
Bool part_standing(const Part& f, const Point& at) {
  return f.whole_exists && stands_by(f.stands, f.credential_needed, f.credential, f.admission, at);
}

constexpr PlainRequirement<Part> kPartObjects{
    "objects-resolve", "the whole and everything else that the part names exist",
    part_objects_resolve};
constexpr PlainRequirement<Part> kPartSignatures{"signatures", "the author signed",
                                                 part_signatures};
constexpr PlainRequirement<Part> kPartWindow{
    "window",
    "not empty; an arbitrary instant is the whole's and not out of time; not decided late",
    part_window};
constexpr PlainRequirement<Part> kPartGranularity{
    "granularity", "start and length are multiples of the granularity", part_granularity};
constexpr PlainRequirement<Part> kPartQuantity{"quantity", "never zero or negative", part_quantity};
constexpr PlainRequirement<Part> kPartStanding{
    "standing",
    "the author may, and an arbitrary link of the credential that this takes is in force",
    part_standing};
constexpr PlainRequirement<Part> kPartOutstanding{
    "outstanding", "at an arbitrary instant at most what is there is taken", part_fits};

constexpr std::array kSurrender{kPartObjects,  kPartSignatures, kPartWindow,     kPartGranularity,
                                kPartQuantity, kPartStanding,   kPartOutstanding};
constexpr std::array kActivity{
    kPartObjects,
    kPartSignatures,
    kPartWindow,
    kPartGranularity,
    kPartQuantity,
    PlainRequirement<Part>{"activity-bounded",
                           "at an arbitrary instant activity is at most the live grant", part_fits},
    PlainRequirement<Part>{"activity-authorized",
                           "the request names the adaptation, and an arbitrary link of its "
                           "credential is in force",
                           part_standing}};

// ---- Withdrawal, Retract, Renewal, Payment, FallbackRecord, PriceIndex, Dispute, Contest, Witness
// ---------------------------------------------------------------------------------------

Bool notice_objects_resolve(const Notice& f, const Point&) { return f.subjects_exist; }
Bool notice_signatures(const Notice& f, const Point&) { return f.envelope_signed; }
Bool notice_window(const Notice& f, const Point&) {
  return f.subjects_exist && !(f.admission < f.earliest) && !(f.admission >= f.latest);
}
Bool notice_standing(const Notice& f, const Point& at) {
  return f.subjects_exist && f.open &&
         stands_by(f.stands, f.credential_needed, f.credential, f.admission, at);
}
Bool payment_quantity(const Notice& f, const Point&) { return !(f.amount <= zero()); }
Bool payment_outstanding(const Notice& f, const Point&) {
  return f.subjects_exist && !(f.amount > f.outstanding);
}
Bool record_complete(const Notice& f, const Point&) { return f.subjects_exist && f.complete; }
Bool index_complete(const Notice& f, const Point&) {
  auto differs = f.count != f.true_count || f.value != f.true_value;
  return f.subjects_exist && !differs && !(f.true_count <= zero());
}

constexpr PlainRequirement<Notice> kNoticeObjects{
    "objects-resolve", "nothing that the notice names is missing", notice_objects_resolve, true};
constexpr PlainRequirement<Notice> kNoticeSignatures{"signatures", "the author signed",
                                                     notice_signatures};
constexpr PlainRequirement<Notice> kNoticeWindow{
    "window", "admitted neither before nor after its time", notice_window};
constexpr PlainRequirement<Notice> kNoticeStanding{
    "standing",
    "by the party whom the kind asks for, while it is open; an arbitrary link of a credential that "
    "this takes is in force",
    notice_standing};

constexpr std::array kWithdrawal{kNoticeObjects, kNoticeSignatures, kNoticeStanding};
constexpr std::array kTimely{kNoticeObjects, kNoticeSignatures, kNoticeWindow, kNoticeStanding};
constexpr std::array kPayment{
    kNoticeObjects, kNoticeSignatures,
    PlainRequirement<Notice>{"quantity", "never zero or negative", payment_quantity},
    kNoticeStanding,
    PlainRequirement<Notice>{"outstanding", "never more than is outstanding", payment_outstanding}};
constexpr std::array kFallbackRecord{
    kNoticeObjects, kNoticeSignatures, kNoticeStanding,
    PlainRequirement<Notice>{"record-complete", "no field of the strategy's record is missing",
                             record_complete}};
constexpr std::array kPriceIndex{
    kNoticeObjects, kNoticeSignatures, kNoticeWindow, kNoticeStanding,
    PlainRequirement<Notice>{"index-complete",
                             "count and value are the recomputed ones, over at least one leg",
                             index_complete}};

}  // namespace

PlainRequirements<Part> surrender_requirements() { return kSurrender; }
PlainRequirements<Part> delivery_failure_requirements() { return kSurrender; }
PlainRequirements<Part> curtailment_requirements() { return kSurrender; }
PlainRequirements<Part> activity_requirements() { return kActivity; }
PlainRequirements<Notice> withdrawal_requirements() { return kWithdrawal; }
PlainRequirements<Notice> retract_requirements() { return kWithdrawal; }
PlainRequirements<Notice> renewal_requirements() { return kTimely; }
PlainRequirements<Notice> payment_requirements() { return kPayment; }
PlainRequirements<Notice> fallback_record_requirements() { return kFallbackRecord; }
PlainRequirements<Notice> price_index_requirements() { return kPriceIndex; }
PlainRequirements<Notice> dispute_requirements() { return kTimely; }
PlainRequirements<Notice> contest_requirements() { return kTimely; }
PlainRequirements<Notice> witness_requirements() { return kTimely; }

}  // namespace capmarket::theorems
